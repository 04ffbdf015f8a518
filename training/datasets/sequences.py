"""MovieLens as sequences: each user's films in the order of time. ML-1M, ML-100K, ml-latest-small.

Films rated in the same second keep the order of the file.
"""

import os

import numpy as np

from training.datasets import movielens
from training.datasets.movielens import Interactions

MINIMUM = 5  # interactions of a user or a film, as the authors of SASRec count them
COLUMNS = {"ml-1m": ("ratings.dat", "::"), "ml-100k": ("u.data", "\t")}


def load(dataset, folder):
    """Interactions with times. ML-1M, ML-100K: users and films with MINIMUM interactions."""
    if dataset == "ml-latest-small":
        return movielens.load_small(folder)
    name, delimiter = COLUMNS[dataset]
    with open(os.path.join(folder, name), encoding="ascii") as file:
        rows = np.array([line.split(delimiter) for line in file.read().splitlines()], dtype=int)
    user, film, rating, time = rows.T
    counts = [np.bincount(ids)[ids] for ids in (user, film)]
    kept = np.minimum(*counts) >= MINIMUM
    users, user = np.unique(user[kept], return_inverse=True)
    films, item = np.unique(film[kept], return_inverse=True)
    rating = rating[kept].astype(float)
    return Interactions(user, item, len(users), len(films), films, rating, time[kept])


def in_time_order(interactions):
    """One array of item rows per user, oldest first."""
    order = np.lexsort((interactions.time, interactions.user))  # stable: ties as in the file
    ends = np.cumsum(np.bincount(interactions.user, minlength=interactions.users))
    return np.split(interactions.item[order], ends[:-1])


def leave_last_out(sequences):
    """(training sequences, validation, test); the latter two: [(history, the next film)].

    The test film is a user's last one, that of the validation the one before it.
    """
    measured = [sequence for sequence in sequences if len(sequence) >= 3]
    validation = [(sequence[:-2], sequence[-2]) for sequence in measured]
    test = [(sequence[:-1], sequence[-1]) for sequence in measured]
    training = [sequence[:-2] if len(sequence) >= 3 else sequence for sequence in sequences]
    return training, validation, test


def users_split(interactions, held_out, seed):
    """(training sequences, [(history in time order, held-out items)]) of strong generalisation."""
    _, users = movielens.strong_split(interactions, held_out, seed)
    rows, trained_on = movielens.held_out_users(interactions.users, held_out, seed)
    sequences = in_time_order(interactions)
    training = [sequences[user] for user in trained_on]
    measured = [
        (sequences[row][np.isin(sequences[row], history)], targets)
        for row, (history, targets) in zip(rows, users)
    ]
    return training, measured


def sampled_candidates(sequences, targets, items, count, seed):
    """[users, 1 + count] rows: the target, then films that the user never rated."""
    generator = np.random.default_rng(seed)
    candidates = np.empty((len(targets), 1 + count), dtype=np.int64)
    for row, (sequence, target) in enumerate(zip(sequences, targets)):
        unseen = np.setdiff1d(np.arange(items), sequence)
        candidates[row, 0] = target
        candidates[row, 1:] = generator.choice(unseen, size=count, replace=False)
    return candidates
