"""A candidates or ranker file in float64, in numpy: the reference for what the wasm package computes from the file.

I items, d1 the first layer of the tower, dL the last. A person is what they tell of themselves by feature, and a history
of item rows, oldest first.
"""

import json

import numpy as np
from stored_autoencoder import FUNCTIONS

FUNCTIONS = {**FUNCTIONS, "exp": np.exp}


def share_below(values, edges):
    """[B] to [B]: the share of the training values below these, between quantiles in a straight line. A value that several
    quantiles equal has the first one's share below it."""
    upper = np.clip(np.searchsorted(edges, values, side="left"), 1, len(edges) - 1)
    low, high = edges[upper - 1], edges[upper]
    inside = np.divide(values - low, high - low, out=np.zeros(np.shape(values)), where=high > low)
    return np.where(values > edges[-1], 1.0, (upper - 1 + np.clip(inside, 0, 1)) / (len(edges) - 1))


def powers(values, inputs):
    """[B] to [B, inputs]"""
    of = {"value": values, "square": values**2, "root": np.sqrt(np.maximum(values, 0))}
    return np.stack([of[name] for name in inputs], axis=-1)


def words_of(tensor):
    """A vocabulary: what the rows are called, in their order."""
    if tensor.dtype == np.uint8:
        return [json.loads(line) for line in tensor.tobytes().decode().split("\n")]
    return tensor.tolist()


class StoredTwoStage:
    """tensors and description: of the file."""

    def __init__(self, tensors, description):
        self.description = description
        self.tensors = dict(tensors)
        for name, array in tensors.items():
            if array.dtype.kind == "f":
                self.tensors[name] = array.astype(np.float64)
            elif array.dtype == np.int8:
                self.tensors[name] = array * tensors[f"{name}.scale"].astype(np.float64)[:, None]
        self.depth = sum(name.startswith("tower.") and name.endswith(".weight") for name in tensors)
        self.output = FUNCTIONS[
            description.get("output", "identity" if description["kind"] == "candidates" else "exp")
        ]
        self.words = {
            name.removesuffix(".vocabulary"): {
                word: row for row, word in enumerate(words_of(array))
            }
            for name, array in tensors.items()
            if name.endswith(".vocabulary")
        }
        self.item_part = self.item_hidden()  # [I, d1] of a ranker

    def features(self, side):
        return [
            feature
            for feature in self.description["features"]
            if feature.get("side", "user") == side
        ]

    def rows(self, feature, values):
        """Rows of the feature's table, -1 for what its vocabulary does not know."""
        words = self.words.get(feature.get("table", feature["name"]))
        return np.array(
            [value if words is None else words.get(value, -1) for value in values], dtype=np.int64
        )

    def embedded(self, feature, rows):
        """[B] rows to [B, e]: zeros where there is none."""
        table = self.tensors[feature.get("table", feature["name"]) + ".embedding"]
        return np.where((rows >= 0)[:, None], table[rows], 0.0)

    def mean(self, feature, rows):
        """[e], over the last ones."""
        counted = np.asarray(rows, dtype=np.int64)[-feature.get("most", 50) :]
        counted = counted[counted != feature.get("padding")]
        return self.embedded(feature, counted).sum(axis=0) / max(len(counted), 1)

    def continuous(self, feature, values):
        """[B] to [B, inputs]"""
        edges = self.tensors.get(feature["name"] + ".quantiles")
        values = np.asarray(values, dtype=np.float64)
        return powers(
            values if edges is None else share_below(values, edges),
            feature.get("inputs", ["value"]),
        )

    def user_input(self, told, history):
        """[user]: the columns of the person's features."""
        columns = []
        for feature in self.features("user"):
            value = (
                history
                if feature.get("from")
                else told.get(feature["name"], feature.get("default"))
            )
            if feature["kind"] == "continuous":
                columns.append(self.continuous(feature, value))
            elif feature.get("several"):
                columns.append(
                    self.mean(feature, value if feature.get("from") else self.rows(feature, value))
                )
            else:
                columns.append(self.embedded(feature, self.rows(feature, [value]))[0])
        return np.concatenate(columns)

    def item_column(self, feature):
        """[I, width] of one of the items' features."""
        values, offsets = (
            self.tensors.get(f"{feature['name']}.{part}") for part in ("values", "offsets")
        )
        if feature["kind"] == "continuous":
            return self.continuous(feature, values)
        if feature.get("several"):
            return np.stack(
                [self.mean(feature, values[begin:end]) for begin, end in zip(offsets, offsets[1:])]
            )
        table = self.tensors[feature.get("table", feature["name"]) + ".embedding"]
        return table if values is None else self.embedded(feature, values)

    def item_hidden(self):
        """[I, d1]: the items' share of a ranker's first layer."""
        items = self.features("item")
        if self.description["kind"] == "candidates" or not items:
            return self.tensors.get("item.hidden")
        columns = np.concatenate([self.item_column(feature) for feature in items], axis=1)
        return columns @ self.tensors["tower.0.weight"][:, -columns.shape[1] :].T

    def climb(self, hidden):
        """[..., d1] before its activation to [..., dL]."""
        chosen = self.description.get("activation", "relu")
        functions = chosen if isinstance(chosen, list) else [chosen] * self.depth
        hidden = FUNCTIONS[functions[0]](hidden)
        for place in range(1, self.depth):
            hidden = hidden @ self.tensors[f"tower.{place}.weight"].T + self.bias(place)
            hidden = FUNCTIONS[functions[place]](hidden)
        return hidden

    def bias(self, place):
        return self.tensors.get(f"tower.{place}.bias", 0.0)

    def raw(self, told, history, items=slice(None)):
        """[B] for B item rows, before the output function; the whole catalogue where no items are named."""
        user = self.user_input(told, history)
        first = self.tensors["tower.0.weight"][:, : len(user)] @ user + self.bias(0)
        if self.description["kind"] == "ranker":
            top = self.climb(first + self.item_part[items])
            return top @ self.tensors["output.weight"][0] + self.tensors.get("output.bias", 0.0)
        top, vectors = self.climb(first), self.tensors["item.embedding"][items]
        if self.description.get("normalize") == "l2":
            top = top / max(np.linalg.norm(top), 1e-12)
            vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors @ top

    def scores(self, raw):
        """[B] to [B]: the output function. Softmax asks for the whole catalogue."""
        return self.output(raw)
