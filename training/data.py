"""Reads the two data sets and makes their splits. All ratings count as interactions; autoencoders also read how high."""

import csv
import os
from dataclasses import dataclass, replace

import numpy as np

MINIMUM_RATINGS = 5  # films with fewer are left out of ml-latest-small
SPLIT_SEED = 43  # of the people held out of ml-latest-small; training/README.md says why this one


@dataclass
class Interactions:
    """Who met what: user[k] interacted with item[k]. Both are rows, from 0, without holes."""

    user: np.ndarray  # [N]
    item: np.ndarray  # [N]
    users: int
    items: int
    item_ids: np.ndarray = None  # [items], the data set's own ids, where it has any
    rating: np.ndarray = None  # [N], where the data set has any
    time: np.ndarray = None  # [N], in seconds, where the data set has any

    def histories(self, of="item", order_by="item"):
        """One array a user, in the order of the item rows or of time: these rows, or the ratings, or the times."""
        order = np.lexsort((self.item, getattr(self, order_by), self.user))
        ends = np.cumsum(np.bincount(self.user, minlength=self.users))
        return np.split(getattr(self, of)[order], ends[:-1])

    def where(self, kept):
        """The interactions that [N] booleans keep, of the same users and items."""
        rating, time = (
            None if values is None else values[kept] for values in (self.rating, self.time)
        )
        return replace(self, user=self.user[kept], item=self.item[kept], rating=rating, time=time)

    def of_users(self, chosen):
        """The interactions of the chosen users alone, who are numbered anew in the given order."""
        new_row = np.full(self.users, -1)
        new_row[chosen] = np.arange(len(chosen))
        remaining = self.where(new_row[self.user] >= 0)
        return replace(remaining, user=new_row[remaining.user], users=len(chosen))


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_small(folder):
    """ml-latest-small: users in the order of their ids, films with at least MINIMUM_RATINGS in the order of theirs."""
    ratings = read_csv(os.path.join(folder, "ratings.csv"))
    user_ids = np.array([int(rating["userId"]) for rating in ratings])
    item_ids = np.array([int(rating["movieId"]) for rating in ratings])
    films, counts = np.unique(item_ids, return_counts=True)
    films = films[counts >= MINIMUM_RATINGS]
    kept = np.isin(item_ids, films)
    people, user = np.unique(user_ids[kept], return_inverse=True)
    item = np.searchsorted(films, item_ids[kept])
    values = np.array([float(rating["rating"]) for rating in ratings])[kept]
    times = np.array([int(rating["timestamp"]) for rating in ratings])[kept]
    return Interactions(user, item, len(people), len(films), films, values, times)


def load_ml_1m(folder):
    """The training part of the NCF authors' split of MovieLens 1M, in their numbering."""
    pairs = np.load(os.path.join(folder, "he_train.npz"))
    user, item = pairs["user"].astype(np.int64), pairs["item"].astype(np.int64)
    return Interactions(user, item, int(user.max()) + 1, int(item.max()) + 1)


def load_ml_1m_ratings(folder):
    """All ratings of MovieLens 1M: users in the order of their ids, films in the order of theirs."""
    ratings = np.load(os.path.join(folder, "ratings.npz"))
    user, item = ratings["user"].astype(np.int64) - 1, ratings["item"].astype(np.int64) - 1
    return Interactions(
        user, item, int(user.max()) + 1, int(item.max()) + 1, None, ratings["rating"].astype(float)
    )


def load_ml_1m_candidates(folder):
    """Their test: [users, 100] item rows, the held-out film first and its 99 sampled negatives after it."""
    candidates = []
    with open(os.path.join(folder, "ml-1m.test.negative"), encoding="ascii") as file:
        for line in file:  # (user,item) negative negative ...
            pair, *negatives = line.split()
            positive = pair.strip("()").split(",")[1]
            candidates.append([int(positive)] + [int(negative) for negative in negatives])
    return np.array(candidates)


def leave_one_out(interactions, seed):
    """A validation like the authors' test, but from training data alone: one random film of each user is taken out.

    (interactions without these films, [users, 100] item rows: the film taken out, then 99 unseen ones)."""
    generator = np.random.default_rng(seed)
    remaining, candidates = [], []
    for user, history in enumerate(interactions.histories()):
        positive = generator.choice(history)
        unseen = np.setdiff1d(np.arange(interactions.items), history)
        candidates.append(
            np.concatenate([[positive], generator.choice(unseen, size=99, replace=False)])
        )
        remaining.append(np.stack([np.full(len(history) - 1, user), history[history != positive]]))
    user, item = np.concatenate(remaining, axis=1)
    return Interactions(user, item, interactions.users, interactions.items), np.array(candidates)


def load_leave_one_out(folder, held_out, seed):
    """(training interactions, candidates) on ML-1M: the authors' test, or the validation that the seed makes."""
    interactions = load_ml_1m(folder)
    if held_out == "validation":
        return leave_one_out(interactions, seed)
    return interactions, load_ml_1m_candidates(folder)


def split_users(users, seed):
    """A tenth of the users for the test; of the others a tenth for validation. Three arrays of user rows:
    the test users, the validation users, and the training users without either."""
    order = np.random.default_rng(seed).permutation(users)
    test, rest = np.split(order, [users // 10])
    validation, training = np.split(rest, [len(rest) // 10])
    return np.sort(test), np.sort(validation), np.sort(training)


def split_history(items, generator):
    """80% of a held-out user's films go in, 20% are to be found."""
    order = generator.permutation(items)
    inside = int(round(0.8 * len(items)))
    return np.sort(order[:inside]), np.sort(order[inside:])


def strong_split(interactions, held_out, seed):
    """Strong generalisation: (training interactions, [(history, held-out items) of each person held out]).

    `held_out` says who is unseen. "test": the test users, and everybody else trains. "validation": the validation
    users, and the test users are not touched at all."""
    test, validation, training = split_users(interactions.users, seed)
    if held_out == "test":
        people, trained_on = test, np.sort(np.concatenate([validation, training]))
    else:
        people, trained_on = validation, training
    histories = interactions.histories()
    generator = np.random.default_rng(seed + 1)
    return interactions.of_users(trained_on), [
        split_history(histories[user], generator) for user in people
    ]


def rated_people(interactions, held_out, seed):
    """The people of `strong_split` with how they rated: [(history, ratings, held-out items, their ratings)]."""
    test, validation, _ = split_users(interactions.users, seed)
    people = test if held_out == "test" else validation
    _, splits = strong_split(interactions, held_out, seed)
    items, ratings = interactions.histories(), interactions.histories("rating")
    rated = []
    for user, (history, held_out_items) in zip(people, splits):
        inside = np.isin(items[user], history)
        rated.append((history, ratings[user][inside], held_out_items, ratings[user][~inside]))
    return rated


def random_split(interactions, held_out, seed):
    """A random tenth of the ratings is the test, a tenth of the others validation: (training, held out).

    "test": everything else trains. "validation": without the test, which is not touched at all."""
    order = np.random.default_rng(seed).permutation(len(interactions.user))
    test, rest = np.split(order, [len(order) // 10])
    validation, training = np.split(rest, [len(rest) // 10])
    chosen = (
        (np.concatenate([validation, training]), test)
        if held_out == "test"
        else (training, validation)
    )
    return tuple(interactions.where(np.sort(rows)) for rows in chosen)


def people_of(training, asked):
    """The users of whom something is asked: [(history, ratings, items asked for, their ratings)]."""
    parts = [
        interactions.histories(of)
        for interactions in (training, asked)
        for of in ("item", "rating")
    ]
    return [person for person in zip(*parts) if len(person[2])]


def load_rated(dataset, folder, held_out, seed):
    """(training interactions, people as in `rated_people`): strong generalisation on ml-latest-small, a random split of
    the ratings on ml-1m."""
    if dataset == "ml-1m":
        training, asked = random_split(load_ml_1m_ratings(folder), held_out, seed)
        return training, people_of(training, asked)
    interactions = load_small(folder)
    return strong_split(interactions, held_out, seed)[0], rated_people(interactions, held_out, seed)
