"""Logistic matrix factorisation by plain SGD, compiled by numba.

The dot product of Rendle, Krichene, Zhang and Anderson, Neural Collaborative Filtering vs. Matrix
Factorization Revisited, RecSys 2020:

    logit = mean + user bias + item bias + p . q

U users, I items, d width, N interactions.
"""

import numpy as np
from numba import njit
from tqdm import tqdm


def new_model(users, items, width, deviation, generator):
    """(p [U, d], q [I, d], biases [U], [I] and [1]) in float32."""
    vectors = (generator.normal(0, deviation, (rows, width)) for rows in (users, items))
    biases = (np.zeros(rows) for rows in (users, items, 1))
    return tuple(part.astype(np.float32) for part in (*vectors, *biases))


@njit(fastmath=True)
def dot(p, q):
    total = np.float32(0)
    for k in range(len(p)):
        total += p[k] * q[k]
    return total


@njit(fastmath=True)
def update(p, q, change, kept, pull):
    """An example's part: changes q in place, adds p's change to `change`."""
    for k in range(len(p)):
        change[k] += pull * q[k]
        q[k] = kept * q[k] + pull * p[k]


@njit(fastmath=True)
def run_epoch(model, user, item, negatives, rate, l2, seed):
    """Interactions in the given order, each with `negatives` items drawn anew.

    As published, the user's own items are drawn as well. These 1 + negatives examples change the
    model at once. Returns the sum of the log losses.
    """
    np.random.seed(seed)
    p, q, user_bias, item_bias, mean = model
    one, total = np.float32(1), 0.0
    kept = one - rate * l2
    kept_user = one - rate * l2 * np.float32(1 + negatives)
    rows = np.zeros(1 + negatives, np.int64)
    pulls = np.zeros(1 + negatives, np.float32)
    change = np.zeros(p.shape[1], np.float32)
    for n in range(len(user)):
        u = user[n]
        own = p[u]
        rows[0] = item[n]
        for e in range(negatives):
            rows[1 + e] = np.random.randint(len(q))
        likelihood = 1.0
        for e in range(1 + negatives):
            row = rows[e]
            logit = mean[0] + user_bias[u] + item_bias[row] + dot(own, q[row])
            unlikely = one / (one + np.exp(logit if e == 0 else -logit))  # the other label
            likelihood *= one - unlikely
            pulls[e] = rate * (unlikely if e == 0 else -unlikely)
        total -= np.log(likelihood)
        change[:] = 0
        for e in range(1 + negatives):
            row, pull = rows[e], pulls[e]
            update(own, q[row], change, kept, pull)
            item_bias[row] = kept * item_bias[row] + pull
        for k in range(len(own)):
            own[k] = kept_user * own[k] + change[k]
        user_bias[u] = kept_user * user_bias[u] + pulls.sum()
        mean[0] = kept_user * mean[0] + pulls.sum()
    return total


def train_logistic(interactions, settings, seed, after=None):
    """(p [U, d], q [I, d], biases [U], [I] and [1]). The step size falls linearly to 0.

    after: called with (number of the epoch, model) after each epoch.
    """
    generator = np.random.default_rng(seed)
    shape = interactions.users, interactions.items, settings["width"], settings["deviation"]
    model = new_model(*shape, generator)
    examples = len(interactions.user)
    l2 = np.float32(settings["l2"])
    progress = tqdm(range(settings["epochs"]), desc="Logistic MF", unit="epoch")
    for number in progress:
        order = generator.permutation(examples)
        rows = interactions.user[order], interactions.item[order]
        rate = np.float32(settings["learning_rate"] * (1 - number / settings["epochs"]))
        draws = int(generator.integers(2**31))
        loss = run_epoch(model, *rows, settings["negatives"], rate, l2, draws)
        progress.set_postfix(loss=f"{loss / examples:.4f}")
        if after:
            after(number, model)
    return model
