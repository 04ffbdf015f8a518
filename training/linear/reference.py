"""Weights files of iALS, EASE and ItemKNN in float64 NumPy: the reference for the package.

I items, d width, N stored numbers of a sparse matrix.
"""

import numpy as np

from training.linear.models import solve_side


class StoredLinear:
    """tensors and description: of the file."""

    def __init__(self, tensors, description):
        self.fold_in = description.get("fold_in", {})
        self.vectors = self.weights = None
        if "item.vector" in tensors:
            self.vectors = tensors["item.vector"].astype(np.float64)  # [I, d]
            self.items = len(self.vectors)
        else:
            self.weights = item_weights(tensors)  # [I, I]
            self.items = len(self.weights)

    @property
    def folds_in(self):
        """Whether a history has one exact result, without draws."""
        return self.weights is not None or self.fold_in.get("loss") == "confidence"

    def raw(self, history):
        """[I]: the raw score of every item for a history of item rows."""
        if self.weights is not None:
            return self.weights[history].sum(axis=0)
        if not len(history):
            return np.zeros(self.items)
        return self.vectors @ solve_side([history], self.vectors, self.fold_in)[0]


def item_weights(tensors):
    """[I, I] of a dense or sparse layout."""
    if "weight" in tensors:
        return tensors["weight"].astype(np.float64)
    counts = np.diff(tensors["weight.offsets"])
    row = np.repeat(np.arange(len(counts)), counts)
    values = tensors["weight.values"].astype(np.float64)
    if "weight.values.scale" in tensors:
        values *= tensors["weight.values.scale"].astype(np.float64)[row]
    weights = np.zeros((len(counts), len(counts)))
    weights[row, tensors["weight.columns"]] = values
    return weights
