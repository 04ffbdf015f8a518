"""An autoencoder's weights file in float64, in numpy: the reference for what the wasm package computes from the file.

I items, H1 the first hidden layer, H the last; h the length of a history. A person is a state: the values that the
rows of the last layer meet, and a bias. For I-AutoRec the state is the person's own output row and bias.
"""

import numpy as np

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
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def softmax(raw):
    exponentials = np.exp(raw - raw.max())
    return exponentials / exponentials.sum()


def elu(values):
    return np.where(values > 0, values, np.expm1(np.minimum(values, 0)))


FUNCTIONS = {
    "identity": lambda values: values,
    "relu": lambda values: np.maximum(values, 0),
    "sigmoid": lambda values: 1 / (1 + np.exp(-values)),
    "tanh": np.tanh,
    "elu": elu,
    "selu": lambda values: SELU_SCALE * np.where(values > 0, values, SELU_ALPHA * elu(values)),
    "softmax": softmax,
}


def ridge(codes, values, mean, bias, weight_pull, bias_pull):
    """The output row [H] and the bias that fit values [h] at codes [h, H], pulled to the mean row and bias.

    minimise |values - codes w - b|^2 + weight_pull |w - mean|^2 + bias_pull (b - bias)^2"""
    features = np.column_stack([codes, np.ones(len(codes))])  # [h, H + 1]
    start = np.append(mean, bias)
    pull = np.append(np.full(len(mean), weight_pull), bias_pull)
    rest = values - features @ start
    if len(codes) < len(start):  # the dual: a system as large as the history
        scaled = features / pull
        solved = start + scaled.T @ np.linalg.solve(scaled @ features.T + np.eye(len(codes)), rest)
    else:
        solved = start + np.linalg.solve(features.T @ features + np.diag(pull), features.T @ rest)
    return solved[:-1], solved[-1]


class StoredAutoencoder:
    """tensors and description: of the file."""

    def __init__(self, tensors, description):
        self.description = {**DEFAULTS[description["kind"]], **description}
        self.input = {
            **INPUT,
            **DEFAULTS[description["kind"]].get("input", {}),
            **description.get("input", {}),
        }
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
        """How many layers: a tied last layer has no weight in the file."""
        stored = sum(name.startswith(part) and name.endswith(".weight") for name in self.tensors)
        return stored + (part == "decoder" and bool(self.description.get("tied")))

    def bias(self, name, width):
        return self.tensors.get(name, np.zeros(width))

    def last_layer(self):
        if self.codes is not None:
            return self.codes, np.zeros(len(self.codes))
        last = self.depth("decoder") - 1
        tied = self.description.get("tied")
        weight = (
            self.tensors["encoder.0.weight"].T if tied else self.tensors[f"decoder.{last}.weight"]
        )
        return weight, self.bias(f"decoder.{last}.bias", len(weight))

    def inputs(self, history, ratings=None):
        """[h]: what the history's items have in the input; all others have 0."""
        if self.input["values"] == "rating":
            values = self.input["scale"] * (
                np.asarray(ratings, dtype=np.float64) - self.input["shift"]
            )
        else:
            liked = (
                np.ones(len(history))
                if ratings is None
                else np.asarray(ratings) >= self.description["rating"]["positive"]
            )
            values = self.input["scale"] * liked
        length = np.linalg.norm(values)
        return values / length if self.input["normalize"] == "l2" and length > 0 else values

    def state(self, history, ratings=None):
        """([H], bias) of the person with this history: item rows, and their ratings where the input has them."""
        history = np.asarray(history, dtype=np.int64)
        values = self.inputs(history, ratings)
        if self.codes is not None:
            return self.output_row(history, values)
        first = self.tensors["encoder.0.weight"][:, history] @ values
        first = first + self.bias("encoder.0.bias", len(first)) + self.bias("user_mean", len(first))
        return self.climb(first), 0.0

    def output_row(self, history, values):
        """I-AutoRec: nothing to encode, the items have been. A row is solved from their codes."""
        width = self.codes.shape[1]
        pull = {"weight": 1.0, "bias": 1.0, **self.description.get("ridge", {})}
        mean, bias = self.bias("user_mean", width), self.bias("user_bias", 1)[0]
        return ridge(self.codes[history], values, mean, bias, pull["weight"], pull["bias"])

    def climb(self, first):
        """[H1], before its activation, to [H]: all layers but the first and the last."""
        encoder, decoder = self.depth("encoder"), self.depth("decoder")
        chosen = self.description["activation"]
        functions = chosen if isinstance(chosen, list) else [chosen] * (encoder + decoder - 1)
        hidden = FUNCTIONS[functions[0]](first)
        hidden = self.layers(
            [f"encoder.{depth}" for depth in range(1, encoder)], functions[1:encoder], hidden
        )
        if self.description.get("binarize_hidden"):
            hidden = (hidden > 0.5).astype(np.float64)
        return self.layers(
            [f"decoder.{depth}" for depth in range(decoder - 1)], functions[encoder:], hidden
        )

    def layers(self, names, functions, hidden):
        for name, function in zip(names, functions):
            weight = self.tensors[f"{name}.weight"]
            hidden = FUNCTIONS[function](weight @ hidden + self.bias(f"{name}.bias", len(weight)))
        return hidden

    def raw(self, history, ratings=None, items=slice(None)):
        """[B] for B item rows, before the output function; the whole catalogue where no items are named. It ranks."""
        state, bias = self.state(history, ratings)
        return self.last_weight[items] @ state + self.last_bias[items] + bias

    def scores(self, raw):
        """[B] to [B]: the output function; ratings brought back to their scale. Softmax asks for the whole catalogue."""
        scores = self.output(raw)
        if self.input["values"] == "rating":
            scores = scores / self.input["scale"] + self.input["shift"]
        if self.description.get("clip"):
            scores = np.clip(
                scores, self.description["rating"]["minimum"], self.description["rating"]["maximum"]
            )
        return scores
