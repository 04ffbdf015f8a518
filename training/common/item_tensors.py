"""The tensors that a weights file of every kind has of its items."""

import json

import numpy as np


def ids_tensor(ids):
    """I64 of numbers, else one JSON string a line, as docs/format.md asks."""
    if np.issubdtype(ids.dtype, np.integer):
        return ids.astype(np.int64)
    text = "\n".join(json.dumps(str(name), ensure_ascii=False) for name in ids)
    return np.frombuffer(text.encode(), np.uint8)


def item_tensors(interactions, item=None):
    """{name: array}: popularity [I] and, where the data set has them, ids.

    item: rows of the interactions that were trained on; by default all.
    """
    rows = interactions.item if item is None else item
    counts = np.bincount(rows, minlength=interactions.items)
    tensors = {"item_popularity": counts.astype(np.int32)}
    if interactions.item_ids is not None:
        tensors["item_ids"] = ids_tensor(interactions.item_ids)
    return tensors
