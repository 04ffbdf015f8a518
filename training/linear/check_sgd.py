"""Checks an epoch of sgd.py on a few invented interactions against the formulas in float64.

python3 -m training.linear.check_sgd
"""

import numpy as np
from numba import njit

from training.linear import sgd

USERS, ITEMS, WIDTH, NEGATIVES = 7, 11, 5, 3
RATE, L2, SEED = 0.1, 0.05, 4  # a large step: mistakes show


@njit
def drawn_items(interactions, items, negatives, seed):
    """[N, negatives]: what `run_epoch` draws."""
    np.random.seed(seed)
    drawn = np.zeros((interactions, negatives), np.int64)
    for n in range(interactions):
        for e in range(negatives):
            drawn[n, e] = np.random.randint(items)
    return drawn


def epoch(model, user, item, drawn):
    """(the model after the epoch, the sum of the log losses)"""
    p, q, user_bias, item_bias, mean = (part.astype(np.float64) for part in model)
    kept, label, loss = 1 - RATE * L2, np.eye(1, 1 + NEGATIVES)[0], 0.0
    kept_user = 1 - RATE * L2 * (1 + NEGATIVES)
    for u, rows in zip(user, np.column_stack([item, drawn])):
        logits = mean + user_bias[u] + item_bias[rows] + q[rows] @ p[u]
        loss += np.logaddexp(0, np.where(label, -logits, logits)).sum()
        pulls = RATE * (label - 1 / (1 + np.exp(-logits)))
        own = kept_user * p[u]
        for row, pull in zip(rows, pulls):  # one after the other: an item may be drawn twice
            own += pull * q[row]
            q[row] = kept * q[row] + pull * p[u]
            item_bias[row] = kept * item_bias[row] + pull
        p[u] = own
        user_bias[u] = kept_user * user_bias[u] + pulls.sum()
        mean = kept_user * mean + pulls.sum()
    return (p, q, user_bias, item_bias, mean), loss


def main():
    generator = np.random.default_rng(SEED)
    user, item = np.nonzero(generator.random((USERS, ITEMS)) < 0.4)
    drawn = drawn_items(len(user), ITEMS, NEGATIVES, SEED)
    model = sgd.new_model(USERS, ITEMS, WIDTH, 0.5, generator)
    expected, loss = epoch(model, user, item, drawn)
    rates = np.float32(RATE), np.float32(L2)
    found = sgd.run_epoch(model, user, item, NEGATIVES, *rates, SEED)
    np.testing.assert_allclose(found, loss, rtol=1e-5)
    for part, reference in zip(model, expected):
        np.testing.assert_allclose(part, reference, rtol=1e-4, atol=1e-5)
    print(f"{len(user)} interactions, loss {found:.4f}: as in float64")


if __name__ == "__main__":
    main()
