"""Writes iALS, BPR and logistic MF as files of kind "dot", EASE and ItemKNN as "item-item"."""

import numpy as np

from training.common import safetensors_file


def dot_tensors(users, items, dtype, bias=None, include_user_tables=False):
    """users [U, d], items [I, d], bias [I]."""
    tensors = {"item.vector": items.astype(dtype)}
    if bias is not None:
        tensors["item.bias"] = bias.astype(np.float32)
    if include_user_tables:
        tensors["user"] = users.astype(np.float32)
    return tensors


def ials_fold_in(settings):
    """The ridge of `solve_side`, by the names of docs/format.md.

    (s - 1)^2 + a s^2 = (1 + a) (s - 1 / (1 + a))^2 and a constant; a: unobserved.
    """
    unobserved = settings["unobserved"]
    return {
        "loss": "confidence",
        "confidence": {"scale": 0, "offset": 1 + unobserved},
        "target": 1 / (1 + unobserved),
        "unobserved": unobserved,
        "regularization": settings["regularization"],
        "exponent": settings["exponent"],
    }


def bpr_fold_in(settings, interactions):
    """The user's part of the loss of `train_bpr`: an interaction brings l2 / 2 |p|^2."""
    length = len(interactions.user) / interactions.users
    return {
        "loss": "bpr",
        "negatives": settings["negatives"],
        "prior": settings["l2"] * length,
    }


def logistic_tensors(model, dtype, include_user_tables=False):
    """model: of `sgd.train_logistic`."""
    users, items, user_bias, item_bias, mean = model
    tensors = dot_tensors(users, items, dtype, item_bias, include_user_tables)
    tensors["mean"] = mean
    if include_user_tables:
        tensors["user.bias"] = user_bias
    return tensors


def logistic_fold_in(settings):
    """The user's part of the loss of `train_logistic`: an example brings l2 / 2 |p|^2."""
    negatives, prior = settings["negatives"], settings["l2"] * (1 + settings["negatives"])
    return {"loss": "log", "negatives": negatives, "prior": prior, "per": "interaction"}


def sparse_rows(weights, dtype):
    """The numbers of [I, I] that are not 0, by row."""
    row, column = np.nonzero(weights)
    counts = np.bincount(row, minlength=len(weights))
    return {
        "weight.offsets": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        "weight.columns": column.astype(np.int32),
        "weight.values": weights[row, column].astype(dtype),
    }


def largest(weights, count):
    """[I, I] with the `count` numbers of the largest magnitude, and 0 for all others."""
    least = np.partition(np.abs(weights).ravel(), -count)[-count]
    return np.where(np.abs(weights) >= least, weights, 0)


def sparse_int8_rows(weights):
    """`sparse_rows` in I8: the largest magnitude of a row is 127 steps."""
    scale = np.abs(weights).max(axis=1) / 127  # [I]
    steps = np.round(weights / np.where(scale, scale, 1)[:, None])
    return {**sparse_rows(steps, np.int8), "weight.values.scale": scale.astype(np.float32)}


def check_histories(stored, seed, users=4, max_length=12, items=8):
    """Scores of the stored weights for random histories; the first of them is empty."""
    generator = np.random.default_rng(seed)
    checks = []
    for length in np.linspace(0, max_length, users).astype(int):
        history = generator.choice(stored.items, size=length, replace=False)
        rows = generator.choice(stored.items, size=items, replace=False)
        raw = stored.raw(history)[rows].tolist()
        checks.append(
            {"history": history.tolist(), "items": rows.tolist(), "scores": raw, "raw": raw}
        )
    return checks


def write(path, kind, tensors, items, **description):
    """items: of item_tensors."""
    safetensors_file.write(path, {**tensors, **items}, {"format": 1, "kind": kind, **description})
