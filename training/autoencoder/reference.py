"""A weights file of an autoencoder in float64 NumPy: the reference for what the package computes.

I items, H1, ..., H the widths of the hidden layers, h the length of a history. A user is a state:
the input [H] of the last layer, and a bias. For I-AutoRec the state is the user's output row and
bias.
"""

import re

import numpy as np

from training.common.functions import FUNCTIONS

DEFAULTS = {  # of docs/format.md
    "autoencoder": {"activation": "sigmoid", "output": "sigmoid"},
    "autorec-user": {
        "activation": "sigmoid",
        "output": "identity",
        "input": {"values": "rating"},
        "clip": True,
    },
    "autorec-item": {"output": "identity", "input": {"values": "rating"}, "clip": True},
    "cdae": {"activation": "sigmoid", "output": "sigmoid"},
    "mult-dae": {"activation": "tanh", "output": "softmax", "input": {"normalize": "l2"}},
}
INPUT = {"values": "binary", "scale": 1.0, "shift": 0.0, "normalize": "none"}


def ridge(codes, values, mean, bias, weight_penalty, bias_penalty):
    """The output row w [H] and bias b that fit values [h] at codes [h, H], near mean and bias.

    minimise |values - codes w - b|^2 + weight_penalty |w - mean|^2 + bias_penalty (b - bias)^2
    """
    features = np.column_stack([codes, np.ones(len(codes))])  # [h, H + 1]
    start = np.append(mean, bias)
    penalty = np.append(np.full(len(mean), weight_penalty), bias_penalty)
    residual = values - features @ start
    if len(codes) < len(start):  # the dual: a system as large as the history
        scaled = features / penalty
        system = scaled @ features.T + np.eye(len(codes))
        solved = start + scaled.T @ np.linalg.solve(system, residual)
    else:
        system = features.T @ features + np.diag(penalty)
        solved = start + np.linalg.solve(system, features.T @ residual)
    return solved[:-1], solved[-1]


class StoredAutoencoder:
    """tensors and description: of the file."""

    def __init__(self, tensors, description):
        defaults = DEFAULTS[description["kind"]]
        self.description = {**defaults, **description}
        self.input = {**INPUT, **defaults.get("input", {}), **description.get("input", {})}
        self.tensors = {
            name: array.astype(np.float64)
            for name, array in tensors.items()
            if array.dtype.kind == "f"
        }
        self.output = FUNCTIONS[self.description["output"]]
        self.codes = self.tensors.get("item.code")  # [I, H]
        self.last_weight, self.last_bias = self.last_layer()  # [I, H], [I]
        self.items = len(self.last_weight)

    def depth(self, part):
        """The number of layers; the file has no weight for a tied last layer."""
        weight = re.compile(rf"{part}\.\d+\.weight")
        stored = sum(weight.fullmatch(name) is not None for name in self.tensors)
        return stored + (part == "decoder" and bool(self.description.get("tied")))

    def bias(self, name, width):
        return self.tensors.get(name, np.zeros(width))

    def last_layer(self):
        if self.codes is not None:
            return self.codes, np.zeros(len(self.codes))
        last = self.depth("decoder") - 1
        if self.description.get("tied"):
            weight = self.tensors["encoder.0.weight"].T
        else:
            weight = self.tensors[f"decoder.{last}.weight"]
        return weight, self.bias(f"decoder.{last}.bias", len(weight))

    def inputs(self, history, ratings=None):
        """[h]: inputs of the history's items; those of all other items are 0."""
        if self.input["values"] == "rating":
            values = np.asarray(ratings, dtype=np.float64) - self.input["shift"]
        elif ratings is None:
            values = np.ones(len(history))
        else:
            values = np.asarray(ratings) >= self.description["rating"]["positive"]
        values = self.input["scale"] * values
        length = np.linalg.norm(values)
        return values / length if self.input["normalize"] == "l2" and length > 0 else values

    def state(self, history, ratings=None):
        """([H], bias) of a user. history: item rows. ratings: where the input needs them."""
        history = np.asarray(history, dtype=np.int64)
        values = self.inputs(history, ratings)
        if self.codes is not None:
            return self.output_row(history, values)
        first = self.tensors["encoder.0.weight"][:, history] @ values
        first = first + self.bias("encoder.0.bias", len(first)) + self.bias("user_mean", len(first))
        return self.hidden_layers(first), 0.0

    def output_row(self, history, values):
        """I-AutoRec: the user's row, solved from the codes of the rated items."""
        width = self.codes.shape[1]
        penalty = {"weight": 1.0, "bias": 1.0, **self.description.get("ridge", {})}
        start = self.bias("user_mean", width), self.bias("user_bias", 1)[0]
        return ridge(self.codes[history], values, *start, penalty["weight"], penalty["bias"])

    def hidden_layers(self, first):
        """[H1] before its activation to [H]: all layers but the first and the last."""
        encoder, decoder = self.depth("encoder"), self.depth("decoder")
        chosen = self.description["activation"]
        functions = chosen if isinstance(chosen, list) else [chosen] * (encoder + decoder - 1)
        encoders = [f"encoder.{depth}" for depth in range(1, encoder)]
        decoders = [f"decoder.{depth}" for depth in range(decoder - 1)]
        hidden = self.normalised("encoder.0", FUNCTIONS[functions[0]](first))
        skips = self.description.get("skip") == "dense"
        hidden = self.layers(encoders, functions[1:encoder], hidden, skips)
        if self.description.get("binarize_hidden"):
            hidden = (hidden > 0.5).astype(np.float64)
        return self.layers(decoders, functions[encoder:], hidden)

    def layers(self, names, functions, hidden, skips=False):
        """skips: a layer but the last adds the outputs of all earlier ones to its sums."""
        earlier = 0.0
        for name, function in zip(names, functions):
            earlier = earlier + hidden if skips and name != names[-1] else 0.0
            weight = self.tensors[f"{name}.weight"]
            sums = weight @ hidden + self.bias(f"{name}.bias", len(weight)) + earlier
            hidden = self.normalised(name, FUNCTIONS[function](sums))
        return hidden

    def normalised(self, name, hidden):
        """The output of a layer, normalised if the layer has the tensors for it."""
        weight = self.tensors.get(f"{name}.norm.weight")
        if weight is None:
            return hidden
        epsilon = self.description.get("norm", {}).get("epsilon", 1e-5)
        scaled = (hidden - hidden.mean()) / np.sqrt(hidden.var() + epsilon)
        return scaled * weight + self.bias(f"{name}.norm.bias", len(weight))

    def raw(self, history, ratings=None, items=slice(None)):
        """Raw scores [B] of B item rows; without rows, of the whole catalogue."""
        state, bias = self.state(history, ratings)
        return self.last_weight[items] @ state + self.last_bias[items] + bias

    def scores(self, raw):
        """[B] to [B]: the output function, then the scale of ratings. Softmax needs all items."""
        scores = self.output(raw)
        if self.input["values"] == "rating":
            scores = scores / self.input["scale"] + self.input["shift"]
        if self.description.get("clip"):
            scale = self.description["rating"]
            scores = np.clip(scores, scale["minimum"], scale["maximum"])
        return scores
