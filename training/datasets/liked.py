"""ML-1M as liked films, split by users as Liang et al. do (WWW 2018): strong generalisation.

A rating of LIKED or more is an interaction, and users with fewer than MINIMUM_LIKED are left out.
The catalogue is what the training users liked. Of the users who are held out 80% of their films are
the history, and 20% are to be found.
"""

import numpy as np

from training.datasets import movielens

LIKED = 4
MINIMUM_LIKED = 5
RATING_SCALE = {**movielens.RATING_SCALES["ml-1m"], "positive": LIKED}


def load_liked(folder):
    """Users and films that remain, in the order of their ids; the ids are those of ratings.npz."""
    ratings = movielens.load_ml_1m_ratings(folder)
    liked = ratings.where(ratings.rating >= LIKED)
    counts = np.bincount(liked.user, minlength=liked.users)
    return with_item_ids(liked.of_users(np.flatnonzero(counts >= MINIMUM_LIKED)))


def with_item_ids(interactions):
    """Films renumbered without gaps, with their number in ratings.npz, which counts from 1."""
    rows, item = np.unique(interactions.item, return_inverse=True)
    return movielens.Interactions(
        interactions.user, item, interactions.users, len(rows), rows + 1, interactions.rating
    )


def load_strong(folder, held_out, seed):
    """(training interactions, [(history, held-out items)] of the test or validation users).

    Trained on are the same users in both cases: one model is tuned on the validation users and
    measured on the test users. A film that none of them liked is left out.
    """
    interactions = load_liked(folder)
    test, validation, training = movielens.split_users(interactions.users, seed)
    known = np.unique(interactions.item[np.isin(interactions.user, training)])
    kept = with_known(interactions, known)
    histories, generator = kept.histories(), np.random.default_rng(seed + 1)
    users = [
        movielens.split_history(histories[user], generator)
        for user in (test if held_out == "test" else validation)
    ]
    return kept.of_users(training), [user for user in users if len(user[1])]


def with_known(interactions, known):
    """The interactions with the films of `known`, rows in increasing order."""
    kept = interactions.where(np.isin(interactions.item, known))
    item = np.searchsorted(known, kept.item)
    ids = interactions.item_ids[known]
    return movielens.Interactions(kept.user, item, kept.users, len(known), ids, kept.rating)
