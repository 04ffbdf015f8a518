"""Features of the ranking model: of the user before a moment, and of every film once.

Statistics of films come from the training data alone. B users, I items.
"""

import numpy as np
import torch

from training.datasets.catalogue import catalogue
from training.two_stage.candidate_features import TOKENS, WATCHES, padded, quantiles_of
from training.two_stage.models import UNKNOWN
from training.two_stage.reference import powers, share_below

# A film's mean rating includes so many ratings at the overall mean, as in evaluate/baselines.py.
PRIOR_RATINGS = 3.0


class RankingFeatures:
    """timelines: training users. share: the part of each that is used, the first in time.

    folder: of ml-latest-small. words: the search vocabulary. inputs: powers of continuous features.
    """

    def __init__(self, folder, timelines, items, words, share, inputs):
        self.words = {word: row for row, word in enumerate(words)}
        self.inputs = inputs
        kept = [int(round(share * len(timeline.items))) for timeline in timelines]
        parts = list(zip(timelines, kept))
        rated = np.concatenate([timeline.items[:end] for timeline, end in parts])
        ratings = np.concatenate([timeline.ratings[:end] for timeline, end in parts])
        self.mean = round(float(ratings.mean()), 2)
        films = catalogue(folder)
        self.genres = sorted({genre for film in films for genre in film["genres"]})
        self.genre_rows = [[self.genres.index(genre) for genre in film["genres"]] for film in films]
        self.item_values = self.values_of_films(films, rated, ratings, items)
        self.quantiles = {name: quantiles_of(values) for name, values in self.item_values.items()}
        self.quantiles["count"] = quantiles_of(np.concatenate([np.arange(end) for end in kept]))
        means = [
            np.cumsum(timeline.ratings[:end]) / np.arange(1, end + 1) for timeline, end in parts
        ]
        self.quantiles["mean_rating"] = quantiles_of(np.concatenate(means))

    def values_of_films(self, films, rated, ratings, items):
        """{name: [I]}. A film without a year in its title gets the median year."""
        years = np.array([film["year"] or np.nan for film in films], dtype=np.float64)
        count = np.bincount(rated, minlength=items)
        total = np.bincount(rated, ratings, minlength=items)
        values = {
            "year": np.where(np.isnan(years), np.nanmedian(years), years),
            "popularity": count,
            "film_rating": (total + PRIOR_RATINGS * self.mean) / (count + PRIOR_RATINGS),
        }
        return {name: value.astype(np.float32) for name, value in values.items()}

    def continuous(self, name, values):
        """[B] to [B, inputs]"""
        edges = self.quantiles[name].astype(np.float64)
        shares = share_below(np.asarray(values, dtype=np.float64), edges)
        return torch.from_numpy(powers(shares, self.inputs))

    def user(self, timeline, position):
        """{feature: value} before the film at that position, as an app gives them to the model."""
        user = {"searched": timeline.tokens_before(position), "count": position}
        if position:
            user["mean_rating"] = float(timeline.ratings[:position].mean())
        return user

    def users(self, users, histories):
        """{feature: [B, ...]} of the user side. A missing feature has its default."""
        tokens = [
            [self.words.get(word, UNKNOWN) for word in user.get("searched", [])] for user in users
        ]
        defaults = {"count": 0, "mean_rating": self.mean}
        numbers = {
            name: [user.get(name, default) for user in users] for name, default in defaults.items()
        }
        return {
            "watched": padded(histories, WATCHES),
            "last": padded(histories, 1),
            "searched": padded(tokens, TOKENS),
            **{name: self.continuous(name, values) for name, values in numbers.items()},
        }

    def batch(self, moments):
        """The user side before the films at [(timeline, position)]."""
        users = [self.user(timeline, position) for timeline, position in moments]
        return self.users(users, [timeline.items[:position] for timeline, position in moments])

    def films(self):
        """{feature: [I, ...]} of the item side."""
        numbers = [self.continuous(name, values) for name, values in self.item_values.items()]
        genres = padded(self.genre_rows, max(map(len, self.genre_rows)))
        return {"genres": genres, "numbers": torch.cat(numbers, dim=1)}
