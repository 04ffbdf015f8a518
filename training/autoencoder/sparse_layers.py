"""First and last layer of I-AutoRec: passes over the given ratings alone, compiled by Numba.

Their inputs and outputs are users, of whom one in twenty rated an item: dense matrices would hold
mostly zeros. A pass visits the users of a batch of items in order. A user's weight row stays in the
cache for all of the user's ratings in the batch, and Adam steps it before the next one is read, so
that no gradient [U, H] is written. B items of a batch, U users, H hidden nodes, N ratings.

    ratings of a user: starts[user] to starts[user + 1] of slots (the item's place in the batch)
    step: share of L2, learning rate, and the factors by which Adam corrects its two moments
"""

import numpy as np
from numba import njit

FIRST, SECOND, EPSILON = np.float32(0.9), np.float32(0.999), np.float32(1e-8)
ONE, TWO = np.float32(1), np.float32(2)
compiled = njit(fastmath=True, cache=True)


@compiled
def group(starts, items, values, batch_of, slot_of, batches):
    """Ratings by user to ratings by batch, then user: ([batches, U + 1] starts, slots, values)."""
    users = len(starts) - 1
    grouped = np.zeros((batches, users + 1), np.int64)
    for user in range(users):
        for at in range(starts[user], starts[user + 1]):
            grouped[batch_of[items[at]], user + 1] += 1
    total = 0
    for batch in range(batches):
        grouped[batch, 0] = total
        for user in range(users):
            grouped[batch, user + 1] += grouped[batch, user]
        total = grouped[batch, users]
    slots, moved = np.empty(len(items), np.int32), np.empty(len(items), np.float32)
    free = grouped[:, :-1].copy()
    for user in range(users):
        for at in range(starts[user], starts[user + 1]):
            batch = batch_of[items[at]]
            to = free[batch, user]
            free[batch, user] += 1
            slots[to], moved[to] = slot_of[items[at]], values[at]
    return grouped, slots, moved


@compiled
def add(row, factor, other):
    for h in range(len(row)):
        row[h] += factor * other[h]


@compiled
def dot(row, other):
    total = np.float32(0)
    for h in range(len(row)):
        total += row[h] * other[h]
    return total


@compiled
def adam(weight, gradient, first, second, step):
    """One step of Adam (Kingma and Ba, 2015) on a row [H], with L2."""
    l2, rate, first_factor, second_factor = step
    for h in range(len(weight)):
        slope = gradient[h] + l2 * weight[h]
        first[h] = FIRST * first[h] + (ONE - FIRST) * slope
        second[h] = SECOND * second[h] + (ONE - SECOND) * slope * slope
        change = first_factor * first[h] / (np.sqrt(second_factor * second[h]) + EPSILON)
        weight[h] -= rate * change


@compiled
def encode(starts, slots, inputs, weight, sums):
    """Adds the inputs [N] times weight [U, H] to sums [B, H]."""
    for user in range(len(starts) - 1):
        for at in range(starts[user], starts[user + 1]):
            add(sums[slots[at]], inputs[at], weight[user])


@compiled
def step_encoder(starts, slots, inputs, slopes, weight, first, second, step):
    """Steps weight [U, H] of `encode`. slopes [B, H]: of its sums."""
    gradient = np.empty(weight.shape[1], np.float32)
    for user in range(len(starts) - 1):
        gradient[:] = 0
        for at in range(starts[user], starts[user + 1]):
            add(gradient, inputs[at], slopes[slots[at]])
        adam(weight[user], gradient, first[user], second[user], step)


@compiled
def step_decoder(starts, slots, targets, codes, slopes, weight, bias, first, second, step):
    """Steps weight [U, H] and bias [U] of the last layer; returns the summed squared error.

    Adds the slopes of codes [B, H] to slopes. The bias descends without moments or L2.
    """
    gradient, total = np.empty(weight.shape[1], np.float32), 0.0
    for user in range(len(starts) - 1):
        gradient[:] = 0
        errors = np.float32(0)
        for at in range(starts[user], starts[user + 1]):
            code = codes[slots[at]]
            error = bias[user] + dot(code, weight[user]) - targets[at]
            total += error * error
            errors += error
            add(gradient, TWO * error, code)
            add(slopes[slots[at]], TWO * error, weight[user])
        adam(weight[user], gradient, first[user], second[user], step)
        bias[user] -= step[1] * TWO * errors
    return total
