"""What the ranking model is told: of the person before a moment, and of every film once.

Everything of the films is counted on what is trained on, and on nothing that is asked about later.
"""

import numpy as np
import torch
from candidates import TOKENS, WATCHES, padded, quantiles_of
from catalogue import catalogue
from stored_two_stage import powers, share_below
from two_stage import UNKNOWN

RATING_PULL = 3.0  # ratings at the mean that every film is taken to have, as in baselines.py


class RankingFeatures:
    """people: who is trained on; share: how much of each, the first in time. inputs: which powers of what is continuous."""

    def __init__(self, folder, people, items, words, share, inputs):
        self.words = {word: row for row, word in enumerate(words)}
        self.inputs = inputs
        kept = [int(round(share * len(person.items))) for person in people]
        met = np.concatenate([person.items[:place] for person, place in zip(people, kept)])
        ratings = np.concatenate([person.ratings[:place] for person, place in zip(people, kept)])
        self.mean = round(float(ratings.mean()), 2)
        films = catalogue(folder)
        self.genres = sorted({genre for film in films for genre in film["genres"]})
        self.genre_rows = [[self.genres.index(genre) for genre in film["genres"]] for film in films]
        self.item_values = self.values_of_films(films, met, ratings, items)
        self.quantiles = {name: quantiles_of(values) for name, values in self.item_values.items()}
        self.quantiles["count"] = quantiles_of(np.concatenate([np.arange(place) for place in kept]))
        means = [
            np.cumsum(person.ratings[:place]) / np.arange(1, place + 1)
            for person, place in zip(people, kept)
        ]
        self.quantiles["mean_rating"] = quantiles_of(np.concatenate(means))

    def values_of_films(self, films, met, ratings, items):
        """{name: [I]}. A film without a year in its title gets the middle one."""
        years = np.array([film["year"] or np.nan for film in films], dtype=np.float64)
        count = np.bincount(met, minlength=items)
        rating = (np.bincount(met, ratings, minlength=items) + RATING_PULL * self.mean) / (
            count + RATING_PULL
        )
        values = {
            "year": np.where(np.isnan(years), np.nanmedian(years), years),
            "popularity": count,
            "film_rating": rating,
        }
        return {name: value.astype(np.float32) for name, value in values.items()}

    def continuous(self, name, values):
        """[B] to [B, inputs]"""
        shares = share_below(
            np.asarray(values, dtype=np.float64), self.quantiles[name].astype(np.float64)
        )
        return torch.from_numpy(powers(shares, self.inputs))

    def told(self, person, place):
        """What the app would tell of the person before the film of that place."""
        told = {"searched": person.tokens_before(place), "count": place}
        return {**told, "mean_rating": float(person.ratings[:place].mean())} if place else told

    def people(self, told, histories):
        """{feature: [B, ...]} of the person's side. What is not told has the default."""
        tokens = [
            [self.words.get(word, UNKNOWN) for word in tells.get("searched", [])] for tells in told
        ]
        defaults = {"count": 0, "mean_rating": self.mean}
        numbers = {
            name: [tells.get(name, default) for tells in told] for name, default in defaults.items()
        }
        return {
            "watched": padded(histories, WATCHES),
            "last": padded(histories, 1),
            "searched": padded(tokens, TOKENS),
            **{name: self.continuous(name, values) for name, values in numbers.items()},
        }

    def batch(self, moments):
        told = [self.told(person, place) for person, place in moments]
        return self.people(told, [person.items[:place] for person, place in moments])

    def films(self):
        """{feature: [I, ...]} of the films' side."""
        numbers = torch.cat(
            [self.continuous(name, values) for name, values in self.item_values.items()], dim=1
        )
        return {
            "genres": padded(self.genre_rows, max(map(len, self.genre_rows))),
            "numbers": numbers,
        }
