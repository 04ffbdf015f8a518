"""Features of the ranking model: of a user from the history, and of every film once.

Statistics of films come from the training data alone. B users, I items.
"""

import numpy as np
import torch

from training.datasets.catalogue import catalogue
from training.two_stage.candidate_features import WATCHES, padded, quantiles_of
from training.two_stage.impressions import LONGEST
from training.two_stage.reference import powers, share_below

# A film's mean rating includes so many ratings at the overall mean, as in evaluate/baselines.py.
PRIOR_RATINGS = 3.0


class RankingFeatures:
    """timelines: training users. folder: of ml-latest-small. inputs: of continuous features."""

    def __init__(self, folder, timelines, items, inputs):
        self.inputs = inputs
        rated, ratings = (
            np.concatenate([getattr(timeline, of) for timeline in timelines])
            for of in ("items", "ratings")
        )
        self.mean = round(float(ratings.mean()), 2)
        films = catalogue(folder)
        self.genres = sorted({genre for film in films for genre in film["genres"]})
        self.genre_rows = [[self.genres.index(genre) for genre in film["genres"]] for film in films]
        self.has_genre = np.zeros((items, len(self.genres)), dtype=bool)
        for has, rows in zip(self.has_genre, self.genre_rows):
            has[rows] = True
        self.item_values = self.values_of_films(films, rated, ratings, items)
        self.quantiles = {name: quantiles_of(values) for name, values in self.item_values.items()}
        # Lengths of histories are log-uniform.
        self.quantiles["count"] = quantiles_of(np.geomspace(1, LONGEST, 1000))
        means = [
            np.cumsum(user.ratings) / np.arange(1, len(user.ratings) + 1) for user in timelines
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

    def users(self, users, histories):
        """{feature: [B, ...]} of the user side. A missing feature has its default."""
        defaults = {"count": 0, "mean_rating": self.mean}
        numbers = {
            name: self.continuous(name, [user.get(name, default) for user in users])
            for name, default in defaults.items()
        }
        return {"watched": padded(histories, WATCHES), **numbers}

    def batch(self, histories):
        """The user side of training/two_stage/impressions.py's histories."""
        users = [history.features for history in histories]
        return self.users(users, [history.watched for history in histories])

    def films(self):
        """{feature: [I, ...]} of the item side."""
        numbers = [self.continuous(name, values) for name, values in self.item_values.items()]
        genres = padded(self.genre_rows, max(map(len, self.genre_rows)))
        return {"genres": genres, "numbers": torch.cat(numbers, dim=1)}
