"""A candidates or ranker file in float64 NumPy: the reference for what the package computes.

I items, B values, e the width of an embedding, d1, ..., dL the widths of the tower. A user is
{feature: value} and a history of item rows, oldest first.
"""

import json

import numpy as np

from training.common.functions import FUNCTIONS


def share_below(values, edges):
    """[B] to [B]: the share of training values below each, linear between the quantiles.

    If several quantiles equal the value, the first one counts.
    """
    upper = np.clip(np.searchsorted(edges, values, side="left"), 1, len(edges) - 1)
    low, high = edges[upper - 1], edges[upper]
    inside = np.divide(values - low, high - low, out=np.zeros(np.shape(values)), where=high > low)
    return np.where(values > edges[-1], 1.0, (upper - 1 + np.clip(inside, 0, 1)) / (len(edges) - 1))


def powers(values, inputs):
    """[B] to [B, inputs]"""
    of = {"value": values, "square": values**2, "root": np.sqrt(np.maximum(values, 0))}
    return np.stack([of[name] for name in inputs], axis=-1)


def words_of(tensor):
    """The names of a table's rows, from its vocabulary."""
    if tensor.dtype == np.uint8:
        return [json.loads(line) for line in tensor.tobytes().decode().split("\n")]
    return tensor.tolist()


class StoredTwoStage:
    """tensors and description: of the file."""

    def __init__(self, tensors, description):
        self.description = description
        self.is_ranker = description["kind"] == "ranker"
        self.tensors = dict(tensors)
        for name, array in tensors.items():
            if array.dtype.kind == "f":
                self.tensors[name] = array.astype(np.float64)
            elif array.dtype == np.int8:
                self.tensors[name] = array * tensors[f"{name}.scale"].astype(np.float64)[:, None]
        self.depth = sum(name.startswith("tower.") and name.endswith(".weight") for name in tensors)
        self.output = FUNCTIONS[description.get("output", "exp" if self.is_ranker else "identity")]
        self.words = {
            name.removesuffix(".vocabulary"): {
                word: row for row, word in enumerate(words_of(array))
            }
            for name, array in tensors.items()
            if name.endswith(".vocabulary")
        }
        self.item_part = self.item_hidden()  # [I, d1] of a ranker

    def features(self, side):
        features = self.description["features"]
        return [feature for feature in features if feature.get("side", "user") == side]

    def rows(self, feature, values):
        """Rows of the feature's table; -1 for a value that its vocabulary does not have."""
        words = self.words.get(feature.get("table", feature["name"]))
        rows = values if words is None else [words.get(value, -1) for value in values]
        return np.array(rows, dtype=np.int64)

    def embedded(self, feature, rows):
        """[B] rows to [B, e]; zeros for row -1."""
        table = self.tensors[feature.get("table", feature["name"]) + ".embedding"]
        return np.where((rows >= 0)[:, None], table[rows], 0.0)

    def mean(self, feature, rows):
        """[e], over the last `most` values."""
        counted = np.asarray(rows, dtype=np.int64)[-feature.get("most", 50) :]
        counted = counted[counted != feature.get("padding")]
        return self.embedded(feature, counted).sum(axis=0) / max(len(counted), 1)

    def continuous(self, feature, values):
        """[B] to [B, inputs]"""
        edges = self.tensors.get(feature["name"] + ".quantiles")
        values = np.asarray(values, dtype=np.float64)
        shares = values if edges is None else share_below(values, edges)
        return powers(shares, feature.get("inputs", ["value"]))

    def user_column(self, feature, user, history):
        if feature.get("from"):
            return self.mean(feature, history)
        value = user.get(feature["name"], feature.get("default"))
        if feature["kind"] == "continuous":
            return self.continuous(feature, value)
        if feature.get("several"):
            return self.mean(feature, self.rows(feature, value))
        return self.embedded(feature, self.rows(feature, [value]))[0]

    def user_input(self, user, history):
        """[user]: the columns of the user's features."""
        columns = [self.user_column(feature, user, history) for feature in self.features("user")]
        return np.concatenate(columns)

    def item_column(self, feature):
        """[I, width] of one item feature."""
        values, offsets = (
            self.tensors.get(f"{feature['name']}.{part}") for part in ("values", "offsets")
        )
        if feature["kind"] == "continuous":
            return self.continuous(feature, values)
        if feature.get("several"):
            lists = [values[begin:end] for begin, end in zip(offsets, offsets[1:])]
            return np.stack([self.mean(feature, rows) for rows in lists])
        table = self.tensors[feature.get("table", feature["name"]) + ".embedding"]
        return table if values is None else self.embedded(feature, values)

    def item_hidden(self):
        """[I, d1]: the items' part of a ranker's first layer."""
        items = self.features("item")
        if not self.is_ranker or not items:
            return self.tensors.get("item.hidden")
        columns = np.concatenate([self.item_column(feature) for feature in items], axis=1)
        return columns @ self.tensors["tower.0.weight"][:, -columns.shape[1] :].T

    def tower(self, hidden):
        """[..., d1] before its activation to [..., dL]."""
        chosen = self.description.get("activation", "relu")
        functions = chosen if isinstance(chosen, list) else [chosen] * self.depth
        hidden = FUNCTIONS[functions[0]](hidden)
        for depth in range(1, self.depth):
            hidden = hidden @ self.tensors[f"tower.{depth}.weight"].T + self.bias(depth)
            hidden = FUNCTIONS[functions[depth]](hidden)
        return hidden

    def bias(self, depth):
        return self.tensors.get(f"tower.{depth}.bias", 0.0)

    def raw(self, user, history, items=slice(None)):
        """Raw scores [B] of B item rows; without rows, of the whole catalogue."""
        inputs = self.user_input(user, history)
        first = self.tensors["tower.0.weight"][:, : len(inputs)] @ inputs + self.bias(0)
        if self.is_ranker:
            top = self.tower(first + self.item_part[items])
            return top @ self.tensors["output.weight"][0] + self.tensors.get("output.bias", 0.0)
        top, vectors = self.tower(first), self.tensors["item.embedding"][items]
        if self.description.get("normalize") == "l2":
            top = top / max(np.linalg.norm(top), 1e-12)
            vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors @ top

    def scores(self, raw):
        """[B] to [B]: the output function. Softmax needs the whole catalogue."""
        return self.output(raw)
