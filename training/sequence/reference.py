"""A weights file of kind "sasrec" in float64 NumPy: the reference for what the package computes.

For files as training/sequence/export.py writes them: the norm after each part, positions from the
oldest, ReLU. I items, n the length of a history, d width.
"""

import numpy as np


def normalised(values, weight, bias, epsilon):
    """Layer norm of [n, d]."""
    centred = values - values.mean(axis=1, keepdims=True)
    variance = (centred**2).mean(axis=1, keepdims=True)
    return centred / np.sqrt(variance + epsilon) * weight + bias


def attention(query, key, value):
    """Causal attention of one head: [n, d / heads] each."""
    logits = query @ key.T / np.sqrt(query.shape[1])
    logits[np.triu_indices(len(logits), 1)] = -np.inf
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ value


class StoredSequence:
    """tensors and description: of the file."""

    def __init__(self, tensors, description):
        self.tensors = {
            name: array.astype(np.float64)
            for name, array in tensors.items()
            if array.dtype.kind == "f"
        }
        self.heads = description["heads"]
        self.epsilon = description["norm"]["epsilon"]
        self.items = len(self.tensors["item.embedding"])
        self.window = len(self.tensors["position.embedding"])
        self.blocks = sum(name.endswith(".query.weight") for name in self.tensors)

    def linear(self, name, values):
        return values @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def norm(self, name, values):
        scale = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
        return normalised(values, *scale, self.epsilon)

    def block(self, name, hidden):
        """[n, d] to [n, d]."""
        parts = [
            np.split(self.linear(f"{name}.{part}", hidden), self.heads, axis=1)
            for part in ("query", "key", "value")
        ]
        mixed = np.concatenate([attention(*head) for head in zip(*parts)], axis=1)
        hidden = self.norm(
            f"{name}.attention.norm", hidden + self.linear(f"{name}.attention", mixed)
        )
        inner = np.maximum(self.linear(f"{name}.feed.0", hidden), 0)
        return self.norm(f"{name}.feed.norm", hidden + self.linear(f"{name}.feed.1", inner))

    def vector(self, history):
        """[d] of the newest item. history: item rows, oldest first, at least one."""
        rows = np.asarray(history, dtype=np.int64)[-self.window :]
        positions = self.tensors["position.embedding"][: len(rows)]
        hidden = self.tensors["item.embedding"][rows] + positions
        hidden = self.norm("embedding.norm", hidden)
        for number in range(self.blocks):
            hidden = self.block(f"blocks.{number}", hidden)
        return hidden[-1]

    def raw(self, history):
        """Raw scores [I]."""
        return self.tensors["item.embedding"] @ self.vector(history) + self.tensors["item.bias"]
