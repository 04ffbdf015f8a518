"""Reads ml-latest-small and ML-1M and splits them. Every rating is an interaction."""

import csv
import os
from dataclasses import dataclass, replace

import numpy as np

MINIMUM_RATINGS = 5  # films of ml-latest-small with fewer ratings are left out
SPLIT_SEED = 43  # of the users held out of ml-latest-small; training/README.md gives the reason

LICENCES = {
    "ml-latest-small": "MovieLens ml-latest-small, GroupLens: no commercial use without "
    "permission, redistribution under the same conditions, https://doi.org/10.1145/2827872",
    "ml-1m": "MovieLens 1M, GroupLens: no redistribution without permission, "
    "https://doi.org/10.1145/2827872",
    "ml-100k": "MovieLens 100K, GroupLens: no redistribution without permission, "
    "https://doi.org/10.1145/2827872",
}

# On the device a rating below `positive` counts as a dislike. Training takes every rating as an
# interaction.
RATING_SCALES = {
    "ml-latest-small": {"minimum": 0.5, "maximum": 5, "positive": 3},
    "ml-1m": {"minimum": 1, "maximum": 5, "positive": 3},
    "ml-100k": {"minimum": 1, "maximum": 5, "positive": 3},
}


@dataclass
class Interactions:
    """user[k] interacted with item[k]. Both are rows from 0 without gaps."""

    user: np.ndarray  # [N]
    item: np.ndarray  # [N]
    users: int
    items: int
    item_ids: np.ndarray = None  # [items], ids of the data set, if it has any
    rating: np.ndarray = None  # [N], if the data set has any
    time: np.ndarray = None  # [N], in seconds, if the data set has any

    def histories(self, of="item", order_by="item"):
        """One array per user: item rows, ratings or times, in the order of item rows or of time."""
        order = np.lexsort((self.item, getattr(self, order_by), self.user))
        ends = np.cumsum(np.bincount(self.user, minlength=self.users))
        return np.split(getattr(self, of)[order], ends[:-1])

    def where(self, kept):
        """The interactions selected by [N] booleans or rows; users and items stay the same."""
        rating, time = (
            None if values is None else values[kept] for values in (self.rating, self.time)
        )
        return replace(self, user=self.user[kept], item=self.item[kept], rating=rating, time=time)

    def of_users(self, chosen):
        """The interactions of the chosen users, renumbered in the given order."""
        new_row = np.full(self.users, -1)
        new_row[chosen] = np.arange(len(chosen))
        remaining = self.where(new_row[self.user] >= 0)
        return replace(remaining, user=new_row[remaining.user], users=len(chosen))


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_small(folder):
    """ml-latest-small: users and films in the order of their ids, films with MINIMUM_RATINGS."""
    ratings = read_csv(os.path.join(folder, "ratings.csv"))
    user_ids = np.array([int(rating["userId"]) for rating in ratings])
    item_ids = np.array([int(rating["movieId"]) for rating in ratings])
    films, counts = np.unique(item_ids, return_counts=True)
    films = films[counts >= MINIMUM_RATINGS]
    kept = np.isin(item_ids, films)
    users, user = np.unique(user_ids[kept], return_inverse=True)
    item = np.searchsorted(films, item_ids[kept])
    values = np.array([float(rating["rating"]) for rating in ratings])[kept]
    times = np.array([int(rating["timestamp"]) for rating in ratings])[kept]
    return Interactions(user, item, len(users), len(films), films, values, times)


def load_ml_1m(folder):
    """The training part of the NCF authors' split of MovieLens 1M, in their numbering."""
    pairs = np.load(os.path.join(folder, "he_train.npz"))
    user, item = pairs["user"].astype(np.int64), pairs["item"].astype(np.int64)
    return Interactions(user, item, int(user.max()) + 1, int(item.max()) + 1)


def load_ml_1m_ratings(folder):
    """All ratings of MovieLens 1M: users and films in the order of their ids."""
    ratings = np.load(os.path.join(folder, "ratings.npz"))
    user, item = ratings["user"].astype(np.int64) - 1, ratings["item"].astype(np.int64) - 1
    rating = ratings["rating"].astype(float)
    return Interactions(user, item, int(user.max()) + 1, int(item.max()) + 1, rating=rating)


def load_ml_1m_candidates(folder):
    """The authors' test: [users, 100] item rows, the held-out film first, then 99 negatives."""
    candidates = []
    with open(os.path.join(folder, "ml-1m.test.negative"), encoding="ascii") as file:
        for line in file:  # (user,item) negative negative ...
            pair, *negatives = line.split()
            positive = pair.strip("()").split(",")[1]
            candidates.append([int(positive)] + [int(negative) for negative in negatives])
    return np.array(candidates)


def leave_one_out(interactions, seed):
    """A validation set like the authors' test, from training data: one random film of each user.

    Returns (interactions without these films, [users, 100] item rows: the film, 99 unseen ones).
    """
    generator = np.random.default_rng(seed)
    remaining, candidates = [], []
    for user, history in enumerate(interactions.histories()):
        positive = generator.choice(history)
        unseen = np.setdiff1d(np.arange(interactions.items), history)
        negatives = generator.choice(unseen, size=99, replace=False)
        candidates.append(np.concatenate([[positive], negatives]))
        remaining.append(np.stack([np.full(len(history) - 1, user), history[history != positive]]))
    user, item = np.concatenate(remaining, axis=1)
    return Interactions(user, item, interactions.users, interactions.items), np.array(candidates)


def load_leave_one_out(folder, held_out, seed):
    """(training interactions, candidates) of ML-1M: the authors' test, or a validation by seed."""
    interactions = load_ml_1m(folder)
    if held_out == "validation":
        return leave_one_out(interactions, seed)
    return interactions, load_ml_1m_candidates(folder)


def split_users(users, seed):
    """Rows of test users (a tenth), validation users (a tenth of the rest) and training users."""
    order = np.random.default_rng(seed).permutation(users)
    test, rest = np.split(order, [users // 10])
    validation, training = np.split(rest, [len(rest) // 10])
    return np.sort(test), np.sort(validation), np.sort(training)


def held_out_users(users, held_out, seed):
    """(rows of the held-out users, rows of the training users).

    "test": all others train. "validation": the test users are not used at all.
    """
    test, validation, training = split_users(users, seed)
    if held_out == "test":
        return test, np.sort(np.concatenate([validation, training]))
    return validation, training


def split_history(items, generator):
    """(history, held-out items) of a held-out user: a random 80% and 20%."""
    order = generator.permutation(items)
    inside = int(round(0.8 * len(items)))
    return np.sort(order[:inside]), np.sort(order[inside:])


def strong_split(interactions, held_out, seed):
    """Strong generalisation: (training interactions, [(history, held-out items)])."""
    users, trained_on = held_out_users(interactions.users, held_out, seed)
    histories = interactions.histories()
    generator = np.random.default_rng(seed + 1)
    splits = [split_history(histories[user], generator) for user in users]
    return interactions.of_users(trained_on), splits


def rated_users(interactions, held_out, seed):
    """The users of `strong_split` with ratings: [(history, ratings, held-out items, ratings)]."""
    users, _ = held_out_users(interactions.users, held_out, seed)
    _, splits = strong_split(interactions, held_out, seed)
    items, ratings = interactions.histories(), interactions.histories("rating")
    rated = []
    for user, (history, held_out_items) in zip(users, splits):
        inside = np.isin(items[user], history)
        rated.append((history, ratings[user][inside], held_out_items, ratings[user][~inside]))
    return rated


def random_split(interactions, held_out, seed):
    """(training, held out). The test is a random tenth, the validation a tenth of the rest.

    "test": all others train. "validation": the test is not used at all.
    """
    order = np.random.default_rng(seed).permutation(len(interactions.user))
    test, rest = np.split(order, [len(order) // 10])
    validation, training = np.split(rest, [len(rest) // 10])
    chosen = (training, validation)
    if held_out == "test":
        chosen = (np.concatenate([validation, training]), test)
    return tuple(interactions.where(np.sort(rows)) for rows in chosen)


def users_with_targets(training, targets):
    """[(history, ratings, target items, their ratings)] of the users with at least one target."""
    parts = [part.histories(of) for part in (training, targets) for of in ("item", "rating")]
    return [user for user in zip(*parts) if len(user[2])]


def load_rated(dataset, folder, held_out, seed):
    """(training interactions, users as in `rated_users`).

    ml-latest-small: strong generalisation. ml-1m: a random split of the ratings.
    """
    if dataset == "ml-1m":
        training, targets = random_split(load_ml_1m_ratings(folder), held_out, seed)
        return training, users_with_targets(training, targets)
    interactions = load_small(folder)
    return strong_split(interactions, held_out, seed)[0], rated_users(interactions, held_out, seed)
