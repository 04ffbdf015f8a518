"""Writes a graph of mutant_graphs.py as Keras writes it: `save` of Keras 2 (.h5), and the archive
of Keras 3 (.keras)."""

import io
import json
import zipfile

import h5py
import numpy as np

VERSION_2, VERSION_3 = "2.15.0", "3.4.1"


class Keras:
    """names: "plain" as the tables, "numbered" as Keras itself names layers (dense, dense_1)."""

    def __init__(self, names):
        self.names = names
        self.layers, self.inputs, self.weights, self.widths = [], [], {}, {}
        self.counts = {}

    def layer(self, kind, snake, inputs, config=None, weights=None, name=None, width=None):
        """weights: {name: array}, in Keras' order."""
        count = self.counts[snake] = self.counts.get(snake, -1) + 1
        own = f"{snake}_{count}" if count else snake
        name = own if name is None or self.names == "numbered" else name
        self.layers.append((kind, snake, name, inputs, config or {}))
        self.weights[name] = weights or {}
        self.widths[name] = width
        return name

    def ids(self, name):
        name = self.layer("InputLayer", "input", [], {"shape": [None, 1]}, name=name, width=1)
        self.inputs.append(name)
        return name

    def vector(self, name, width):
        config = {"shape": [None, width]}
        name = self.layer("InputLayer", "input", [], config, name=name, width=width)
        self.inputs.append(name)
        return name

    def table(self, name, values, ids):
        rows, width = values.shape
        config = {"input_dim": rows, "output_dim": width, "mask_zero": False}
        row = self.layer("Embedding", "embedding", [ids], config, {"embeddings": values}, name)
        return self.layer("Flatten", "flatten", [row], width=width)

    def concat(self, values):
        width = sum(self.widths[value] for value in values)
        return self.layer("Concatenate", "concatenate", values, {"axis": -1}, width=width)

    def dense(self, name, x, weight, bias, activation):
        weights = {"kernel": np.ascontiguousarray(weight.T)}
        if bias is not None:
            weights["bias"] = bias
        units = weight.shape[0]
        activation = "linear" if activation == "identity" else activation
        config = {"units": units, "activation": activation, "use_bias": bias is not None}
        return self.layer("Dense", "dense", [x], config, weights, name, units)

    def activation(self, x, activation):
        config = {"activation": activation}
        return self.layer("Activation", "activation", [x], config, width=self.widths[x])

    def batch_norm(self, name, x, gamma, beta, mean, variance, epsilon):
        weights = {"gamma": gamma, "beta": beta, "moving_mean": mean, "moving_variance": variance}
        config = {"axis": -1, "epsilon": epsilon, "center": True, "scale": True}
        width = self.widths[x]
        kind = ("BatchNormalization", "batch_normalization")
        return self.layer(*kind, [x], config, weights, name, width)

    def layer_norm(self, name, x, gamma, beta, epsilon):
        weights = {"gamma": gamma, "beta": beta}
        config = {"axis": -1, "epsilon": epsilon, "center": True, "scale": True}
        width = self.widths[x]
        kind = ("LayerNormalization", "layer_normalization")
        return self.layer(*kind, [x], config, weights, name, width)

    def multiply(self, a, b):
        return self.layer("Multiply", "multiply", [a, b], width=self.widths[a])

    def add(self, a, b):
        return self.layer("Add", "add", [a, b], width=self.widths[a])

    def dot(self, a, b, cosine=False):
        return self.layer("Dot", "dot", [a, b], {"axes": 1, "normalize": cosine}, width=1)

    def affine(self, x, scale, offset):
        config = {"scale": scale, "offset": offset}
        return self.layer("Rescaling", "rescaling", [x], config, width=self.widths[x])

    def clip(self, x, low, high):
        """A ReLU with a largest value, behind a shift: Keras has no layer that clips."""
        x = self.affine(x, 1.0, -low)
        config = {"max_value": high - low, "negative_slope": 0.0, "threshold": 0.0}
        x = self.layer("ReLU", "re_lu", [x], config, width=self.widths[x])
        return self.affine(x, 1.0, low)

    def sort(self, output):
        """Brings the layers into the order that Keras gives them: by their distance from the
        output, of equal ones in the order in which the graph is followed from its output."""
        inputs = {name: sources for _, _, name, sources, _ in self.layers}
        order, depths = {}, {}

        def follow(name, depth):
            order.setdefault(name, len(order))
            depths[name] = max(depth, depths.get(name, 0))
            for source in inputs[name]:
                follow(source, depth + 1)

        follow(output, 0)
        self.layers.sort(key=lambda layer: (-depths[layer[2]], order[layer[2]]))

    def config(self, version, output):
        def entry(kind, name, inputs, config):
            own = {"name": name, "trainable": True, "dtype": "float32", **config}
            if kind == "InputLayer":
                shape = own.pop("shape")
                del own["trainable"]
                own["batch_input_shape" if version == 2 else "batch_shape"] = shape
            if version == 3 and kind == "BatchNormalization":
                own["axis"] = -1
            if version == 2 and kind.endswith("Normalization"):
                own["axis"] = [1]
            made = {"class_name": kind, "config": own, "name": name}
            if version == 2:
                nodes = [[[source, 0, 0, {}] for source in inputs]] if inputs else []
                return {**made, "inbound_nodes": nodes}
            tensors = [keras_tensor(source, self.widths.get(source)) for source in inputs]
            arguments = [tensors] if len(inputs) > 1 else tensors
            nodes = [{"args": arguments, "kwargs": {}}] if inputs else []
            return {"module": "keras.layers", **made, "registered_name": None,
                    "inbound_nodes": nodes}  # fmt: skip

        layers = [
            entry(kind, name, inputs, config) for kind, _, name, inputs, config in self.layers
        ]
        ends = [[name, 0, 0] for name in self.inputs]
        inputs = ends if len(ends) > 1 or version == 2 else ends[0]
        last = [[output, 0, 0]] if version == 2 else [output, 0, 0]
        functional = {"name": "model", "trainable": True, "layers": layers,
                      "input_layers": inputs, "output_layers": last}  # fmt: skip
        whole = {"class_name": "Functional", "config": functional}
        if version == 3:
            whole = {"module": "keras.src.models.functional", **whole, "registered_name": None}
        return json.dumps(whole)

    def save_2(self, path, output):
        self.sort(output)
        with h5py.File(path, "w") as file:
            file.attrs["backend"] = "tensorflow"
            file.attrs["keras_version"] = VERSION_2
            file.attrs["model_config"] = self.config(2, output)
            group = file.create_group("model_weights")
            group.attrs["backend"], group.attrs["keras_version"] = "tensorflow", VERSION_2
            group.attrs["layer_names"] = [name.encode() for _, _, name, _, _ in self.layers]
            for _, _, name, _, _ in self.layers:
                own = group.create_group(name)
                weights = {f"{name}/{part}:0": v for part, v in self.weights[name].items()}
                own.attrs["weight_names"] = [part.encode() for part in weights]
                for part, value in weights.items():
                    own.create_dataset(part, data=value)

    def save_3(self, path, output):
        self.sort(output)
        stream = io.BytesIO()
        counts = {}
        with h5py.File(stream, "w") as file:
            file.create_group("vars").attrs["name"] = "model"
            for _, snake, name, _, _ in self.layers:
                snake = "input_layer" if snake == "input" else snake
                count = counts[snake] = counts.get(snake, -1) + 1
                own = f"{snake}_{count}" if count else snake
                group = file.create_group(f"layers/{own}/vars")
                group.attrs["name"] = name
                for k, value in enumerate(self.weights[name].values()):
                    group.create_dataset(str(k), data=value)
        metadata = {"keras_version": VERSION_3, "date_saved": "2024-08-01@12:00:00"}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", json.dumps(metadata))
            archive.writestr("config.json", self.config(3, output))
            archive.writestr("model.weights.h5", stream.getvalue())


def keras_tensor(source, width):
    config = {"shape": [None, width], "dtype": "float32", "keras_history": [source, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": config}
