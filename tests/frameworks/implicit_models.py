"""Trains models of the package implicit on synthetic data, and records the scores it computes.

    python3 implicit_models.py OUT [more]

more: also variants of types and values, and item-to-item models.
"""

import logging
import os
import sys
import warnings

import numpy as np
import records
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix

from training import ITEMS, SEED, USERS, rating_matrix

SAMPLED_USERS = (0, 5, 23, USERS - 1)
COMMON = {"factors": 6, "random_state": SEED, "num_threads": 1}


def scores_of(model, user, row, **words):
    """Scores of all items, as `recommend` gives them."""
    words = {"filter_already_liked_items": False, **words}
    items, scores = model.recommend(user, row, N=ITEMS, **words)
    raw = np.zeros(ITEMS)
    raw[items] = scores
    return raw


def stored_users(model, matrix):
    generator = np.random.default_rng(SEED)
    for user in SAMPLED_USERS:
        raw = scores_of(model, user, matrix[user])
        yield records.user_record(raw, user=user, generator=generator)


def new_users(model, matrix, **words):
    """Users that the model gets by their history alone."""
    generator = np.random.default_rng(SEED)
    for user in SAMPLED_USERS:
        row = matrix[user]
        raw = scores_of(model, user, row, **words)
        ratings = None if (row.data == 1).all() else row.data
        yield records.user_record(raw, history=row.indices, ratings=ratings, generator=generator)


def save(folder, name, model, **record):
    model.save(os.path.join(folder, f"{name}.npz"))
    title = f"implicit {name}"
    records.write(folder, [f"{name}.npz"], model=title, users=USERS, items=ITEMS, **record)


def als(folder, name, matrix, **settings):
    model = AlternatingLeastSquares(**COMMON, iterations=6, **settings)
    model.fit(matrix, show_progress=False)
    stored = list(stored_users(model, matrix))
    new = list(new_users(model, matrix, recalculate_user=True))
    save(folder, name, model, kind="dot", stored=stored, new=new)


def bpr(folder, matrix):
    model = BayesianPersonalizedRanking(**COMMON, iterations=20, learning_rate=0.05)
    model.fit(matrix, show_progress=False)
    save(folder, "BPR", model, kind="dot", stored=list(stored_users(model, matrix)))


def cosine(folder, matrix):
    model = CosineRecommender(K=10, num_threads=1)
    model.fit(matrix, show_progress=False)
    save(folder, "cosine", model, kind="item-item", new=list(new_users(model, matrix)))


def main():
    folder, *words = sys.argv[1:]
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    ratings = csr_matrix(rating_matrix().numpy())
    binary = (ratings > 0).astype(np.float32)
    als(folder, "ALS", ratings, alpha=2.0, regularization=0.05)
    bpr(folder, binary)
    if "more" in words:
        als(folder, "ALS-binary", binary, alpha=20.0)
        als(folder, "ALS-double", ratings, dtype=np.float64)
        cosine(folder, binary)


if __name__ == "__main__":
    main()
