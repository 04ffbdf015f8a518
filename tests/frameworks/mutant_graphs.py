"""Random models as graphs, built with one set of words for three writers: numpy computes them,
mutant_onnx.py and mutant_keras.py write them. A writer has the methods of Numpy."""

import numpy as np

SELU = (1.0507009873554805, 1.6732632423543772)
ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: SELU[0] * np.where(x > 0, x, SELU[1] * np.expm1(x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "silu": lambda x: x / (1 + np.exp(-x)),
}


class Numpy:
    """Computes a graph in float64. ids and vectors are the inputs by name."""

    def __init__(self, inputs):
        self.inputs = inputs

    def ids(self, name):
        return self.inputs[name]

    def vector(self, name, width):
        return self.inputs[name].astype(np.float64)

    def table(self, name, values, ids):
        return values.astype(np.float64)[ids]

    def concat(self, values):
        return np.concatenate(values, axis=1)

    def dense(self, name, x, weight, bias, activation):
        """weight: (out, in)."""
        y = x @ weight.T.astype(np.float64)
        return ACTIVATIONS[activation](y if bias is None else y + bias)

    def activation(self, x, activation):
        return ACTIVATIONS[activation](x)

    def batch_norm(self, name, x, gamma, beta, mean, variance, epsilon):
        return (x - mean) / np.sqrt(variance.astype(np.float64) + epsilon) * gamma + beta

    def layer_norm(self, name, x, gamma, beta, epsilon):
        centred = x - x.mean(1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(1, keepdims=True) + epsilon) * gamma + beta

    def multiply(self, a, b):
        return a * b

    def add(self, a, b):
        return a + b

    def dot(self, a, b, cosine=False):
        if cosine:
            a, b = (x / np.sqrt((x**2).sum(1, keepdims=True)) for x in (a, b))
        return (a * b).sum(1, keepdims=True)

    def affine(self, x, scale, offset):
        return x * scale + offset

    def clip(self, x, low, high):
        return np.clip(x, low, high)


def pairs(writer, spec, weights):
    """A score of two ids. weights: {role: array}."""
    names = spec["names"]
    ids = {side: writer.ids(spec["inputs"][side]) for side in spec["input_order"]}

    def row(role, side):
        return writer.table(names[role], weights[role], ids[side])

    blocks = {}
    p = q = None
    if "gmf.user" in weights:
        p, q = row("gmf.user", "user"), row("gmf.item", "item")
        if spec["model"] == "dot":
            a, b = (p, q) if spec["concat"] == "user-item" else (q, p)
            y = writer.dot(a, b, cosine=spec["trick"] == "cosine")
        else:
            blocks["gmf"] = writer.multiply(p, q)
    if spec["layers"]:
        if not spec["shared"]:
            p, q = row("mlp.user", "user"), row("mlp.item", "item")
        halves = [p, q] if spec["concat"] == "user-item" else [q, p]
        if spec["extra"] == "table":
            extra = writer.ids("genre")
            halves.insert(spec["extra_place"], writer.table("genre_table", weights["extra"], extra))
        if spec["extra"] == "content":
            content = writer.vector("content", 6)
            halves.insert(spec["extra_place"], content)
        if spec["extra"] == "product":
            halves.append(writer.multiply(p, q))
        blocks["mlp"] = tower(writer, spec, weights, writer.concat(halves))
    if spec["model"] != "dot":
        order = ["gmf", "mlp"] if spec["join"] == "gmf-mlp" else ["mlp", "gmf"]
        parts = [blocks[name] for name in order if name in spec["head_of"]]
        x = parts[0] if len(parts) == 1 else writer.concat(parts)
        merged = "identity"
        if spec["output"] in ("sigmoid", "relu") and not has_biases(spec, weights):
            merged = spec["output"]
        y = writer.dense(names["out"], x, weights["out"], weights.get("out.bias"), merged)
        if merged != "identity":
            return y
    for role, side in (("bias.user", "user"), ("bias.item", "item")):
        if role in weights:
            y = writer.add(y, row(role, side))
    if spec["mean"]:
        y = writer.affine(y, 1.0, 3.1)
    return output(writer, spec, y)


def has_biases(spec, weights):
    return spec["mean"] or "bias.user" in weights or "bias.item" in weights


def output(writer, spec, y):
    kind = spec["output"]
    if kind in ("sigmoid", "relu"):
        return writer.activation(y, kind)
    if kind == "scaled":
        return writer.affine(writer.activation(y, "sigmoid"), 4.5, 0.5)
    if kind == "clip":
        return writer.clip(y, 1.0, 5.0)
    return writer.affine(y, 1.5, 0.0) if kind == "times" else y


def tower(writer, spec, weights, x):
    name = spec["names"]["tower"]
    for k, layer in enumerate(spec["layers"]):
        before = x
        activation = layer["activation"]
        norm = layer["norm"]
        merged = activation if norm is None and layer["merged"] else "identity"
        bias = weights.get(f"layer.{k}.bias")
        x = writer.dense(f"{name}_{k}", x, weights[f"layer.{k}"], bias, merged)
        if norm == "ln":
            x = writer.layer_norm(f"{name}_norm_{k}", x, *weights[f"norm.{k}"], 1e-3)
        if norm == "bn-before":
            x = writer.batch_norm(f"{name}_norm_{k}", x, *weights[f"norm.{k}"], 1e-3)
        if merged == "identity" and activation != "identity":
            x = writer.activation(x, activation)
        if norm == "bn-after":
            x = writer.batch_norm(f"{name}_norm_{k}", x, *weights[f"norm.{k}"], 1e-3)
        if spec["trick"] == "residual" and before_width(spec, k) == layer["width"]:
            x = writer.add(x, before)
    return x


def before_width(spec, k):
    return spec["layers"][k - 1]["width"] if k else spec["input_width"]


def histories(writer, spec, weights):
    """A score of every item, of a vector over the items."""
    x = writer.vector(spec["inputs"]["history"], spec["items"])
    count = len(spec["layers"])
    for k in range(count + 1):
        activation = spec["layers"][k]["activation"] if k < count else spec["output"]
        merged = activation if k == count or spec["layers"][k]["merged"] else "identity"
        name = f"{spec['names'][0]}_{k}"
        x = writer.dense(name, x, weights[f"layer.{k}"], weights.get(f"layer.{k}.bias"), merged)
        if k < count and spec["layers"][k]["norm"] == "ln":
            x = writer.layer_norm(f"{name}_norm", x, *weights[f"norm.{k}"], 1e-3)
        if merged == "identity" and activation != "identity":
            x = writer.activation(x, activation)
    return x


def random_weights(spec, generator):
    """{role: array} for either function above."""

    def values(*shape, scale=1.0, offset=0.0):
        return (generator.standard_normal(shape) * scale + offset).astype(np.float32)

    weights = {}
    widths = [spec["input_width"] if "tables" in spec else spec["items"]]
    widths += [layer["width"] for layer in spec["layers"]]
    outputs = widths[1:]
    if "tables" in spec:
        for role, (rows, width) in spec["tables"].items():
            weights[role] = values(rows, width, scale=0.9 if width > 1 else 0.4)
        if spec["model"] != "dot":
            weights["out"] = values(1, spec["head"], scale=1.6 / spec["head"] ** 0.5)
            if spec["out_bias"]:
                weights["out.bias"] = values(1, scale=0.4)
    else:
        outputs = [*outputs, spec["items"]]
        widths.append(spec["items"])
    for k, width in enumerate(outputs):
        weights[f"layer.{k}"] = values(width, widths[k], scale=1.6 / widths[k] ** 0.5)
        layer = spec["layers"][k] if k < len(spec["layers"]) else {"bias": True, "norm": None}
        if layer["bias"]:
            weights[f"layer.{k}.bias"] = values(width, scale=0.4)
        if layer["norm"]:
            norm = [values(width, scale=0.3, offset=1.0), values(width, scale=0.4)]
            if layer["norm"] != "ln":
                norm += [values(width, scale=0.4), np.abs(values(width, scale=0.3, offset=1.0))]
            weights[f"norm.{k}"] = norm
    return weights
