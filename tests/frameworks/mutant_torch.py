"""Random models as PyTorch modules: mutants.py says what each is made of."""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import prune

ACTIVATIONS = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "identity": nn.Identity,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "softplus": nn.Softplus,
    "hardtanh": nn.Hardtanh,
    "silu": nn.SiLU,
}


class OwnActivation(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.7 * x)


def times(module, inputs, output):
    return 1.5 * output


class Pairs(nn.Module):
    """A score of a user and an item."""

    def __init__(self, spec):
        super().__init__()
        self.spec = dict(spec)
        names = spec["names"]
        for role, (rows, width) in spec["tables"].items():
            setattr(self, names[role], nn.Embedding(rows, width))
        if spec["layers"]:
            setattr(self, names["tower"], self._tower())
        if spec["extra"] == "content":
            self.content_projection = nn.Linear(6, spec["extra_width"])
        if spec["trick"] == "auxiliary":
            self.auxiliary = nn.Linear(5, 3)
        if spec["model"] != "dot":
            head = nn.Linear(spec["head"], 1, bias=spec["out_bias"])
            setattr(self, names["out"], self._behind(head))
        if spec["mean"]:
            setattr(self, names["mean"], nn.Parameter(torch.full((1,), 3.1)))
        first = getattr(self, names[next(iter(spec["tables"]))])
        if spec.get("hidden") == "hook":
            first.register_forward_hook(times)
        if spec.get("hidden") == "pruned":
            prune.random_unstructured(first, "weight", 0.4)
        self.temperature = 0.5 if spec.get("hidden") == "number" else 1

    def _behind(self, head):
        """The output layer, in a Sequential with its output function where the spec says so."""
        if self.spec["output"] == "sigmoid" and self.spec["whole_output"]:
            return nn.Sequential(head, nn.Sigmoid())
        return head

    def _tower(self):
        spec = self.spec
        modules, width = [], spec["input_width"]
        for layer in spec["layers"]:
            modules.append(nn.Linear(width, layer["width"], bias=layer["bias"]))
            width = layer["width"]
            norm = {"bn-before": nn.BatchNorm1d, "bn-after": nn.BatchNorm1d, "ln": nn.LayerNorm}
            norm = norm[layer["norm"]](width) if layer["norm"] else None
            if norm is not None and layer["norm"] != "bn-after":
                modules.append(norm)
            if spec["modules"]:
                modules.append(ACTIVATIONS[layer["activation"]]())
                if spec.get("hidden") == "own activation":
                    modules.append(OwnActivation())
                if spec.get("hidden") == "two activations":
                    modules += [nn.Sigmoid(), nn.Tanh()]
            if layer["norm"] == "bn-after":
                modules.append(norm)
            if spec["dropout"] and spec["modules"]:
                modules.append(nn.Dropout(0.2))
        return nn.Sequential(*modules) if spec["modules"] else nn.ModuleList(modules)

    def _hidden(self, x):
        spec = self.spec
        layers = getattr(self, spec["names"]["tower"])
        if spec["modules"]:
            return layers(x)
        linear = -1
        for module in layers:
            if isinstance(module, nn.Linear):
                linear += 1
                before = x
            x = module(x)
            if spec["layers"][linear]["norm"] and isinstance(module, nn.Linear):
                continue
            x = ACTIVATIONS[spec["layers"][linear]["activation"]]()(x)
            if spec["trick"] == "residual" and x.shape == before.shape:
                x = x + before
        return x

    def forward(self, user, item, *more):
        spec, names = self.spec, self.spec["names"]

        def row(role, ids):
            return getattr(self, names[role])(ids)

        blocks = {}
        if "gmf.user" in spec["tables"]:
            p, q = row("gmf.user", user), row("gmf.item", item)
            if spec["trick"] == "cosine":
                p, q = functional.normalize(p, dim=1), functional.normalize(q, dim=1)
            blocks["gmf"] = p * q
        if spec["layers"]:
            shared = "gmf" if spec["shared"] else "mlp"
            p, q = row(f"{shared}.user", user), row(f"{shared}.item", item)
            halves = [p, q] if spec["concat"] == "user-item" else [q, p]
            if spec["extra"] == "table":
                halves.insert(spec["extra_place"], row("extra", more[0]))
            if spec["extra"] == "content":
                halves.insert(spec["extra_place"], self.content_projection(more[0]))
            if spec["extra"] == "product":
                halves.append(p * q)
            if spec["extra"] == "difference":
                halves.append((p - q).abs())
            blocks["mlp"] = self._hidden(torch.cat(halves, 1))
        if spec["model"] == "dot":
            y = blocks["gmf"].sum(1)
        else:
            order = ["gmf", "mlp"] if spec["join"] == "gmf-mlp" else ["mlp", "gmf"]
            order = [name for name in order if name in spec["head_of"]]
            y = getattr(self, names["out"])(torch.cat([blocks[name] for name in order], 1))
            y = y.squeeze(1)
        for role, ids in (("bias.user", user), ("bias.item", item)):
            if role in spec["tables"]:
                y = y + row(role, ids).squeeze(1)
        if spec["mean"]:
            y = y + getattr(self, names["mean"])
        y = y / self.temperature
        return y if spec["whole_output"] else self._output(y)

    def _output(self, y):
        output = self.spec["output"]
        if output == "sigmoid":
            return torch.sigmoid(y)
        if output == "scaled":
            return torch.sigmoid(y) * 4.5 + 0.5
        if output == "clip":
            return torch.clamp(y, 1.0, 5.0)
        if output == "relu":
            return torch.relu(y)
        return y * 1.5 if output == "times" else y


class Histories(nn.Module):
    """A score for each item of a history."""

    def __init__(self, spec):
        super().__init__()
        self.spec = dict(spec)
        widths = [spec["items"], *[layer["width"] for layer in spec["layers"]], spec["items"]]
        layers = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        half = len(layers) // 2
        if spec["variational"] == "joined":
            layers[half - 1] = nn.Linear(widths[half - 1], 2 * widths[half])
        encoder, decoder, head = spec["names"]
        if spec["modules"]:
            setattr(self, encoder, self._with_activations(layers[:half], 0, half))
            setattr(self, decoder, self._with_activations(layers[half:], half, len(layers)))
        else:
            setattr(self, encoder, nn.ModuleList(layers[:half]))
            setattr(self, decoder, nn.ModuleList(layers[half:]))
        if spec["variational"] == "heads":
            setattr(self, head, nn.Linear(widths[half - 1], widths[half]))

    def _with_activations(self, layers, first, last):
        count = len(self.spec["layers"])
        modules = []
        for k, layer in zip(range(first, last), layers):
            modules.append(layer)
            mean = self.spec["variational"] and k == len(range(first, last)) - 1 and first == 0
            if k < count and not mean:
                modules.append(ACTIVATIONS[self.spec["layers"][k]["activation"]]())
        return nn.Sequential(*modules)

    def forward(self, x):
        spec = self.spec
        encoder, decoder, _ = spec["names"]
        if spec["normalize"]:
            x = functional.normalize(x)
        if spec["modules"]:
            x = getattr(self, encoder)(x)
            if spec["variational"] == "joined":
                x = x[:, : x.shape[1] // 2]
            x = getattr(self, decoder)(x)
        else:
            layers = [*getattr(self, encoder), *getattr(self, decoder)]
            for k, layer in enumerate(layers):
                x = layer(x)
                mean = k == len(layers) // 2 - 1 and spec["variational"]
                if mean == "joined":
                    x = x[:, : x.shape[1] // 2]
                if k < len(layers) - 1 and not mean:
                    x = ACTIVATIONS[spec["layers"][k]["activation"]]()(x)
        return torch.sigmoid(x) if spec["output"] == "sigmoid" else x


def random_weights(module, generator):
    """Weights with which any other activation, order or output gives other scores."""
    for name, tensor in module.state_dict().items():
        if not tensor.is_floating_point() or name.endswith("_mask"):
            continue
        values = torch.randn(tensor.shape, generator=generator)
        if name.endswith("running_var"):
            values = 0.5 + torch.rand(tensor.shape, generator=generator)
        elif tensor.dim() == 2 and tensor.shape[1] == 1:
            values = 0.4 * values
        elif tensor.dim() == 2 and min(tensor.shape) > 1:
            is_table = isinstance(owner(module, name), nn.Embedding)
            values = values * (0.9 if is_table else 1.6 / tensor.shape[1] ** 0.5)
        elif name.endswith("weight") and tensor.dim() == 1:
            values = 1 + 0.3 * values
        elif tensor.numel() == 1 and not name.endswith("bias"):
            values = torch.full(tensor.shape, 3.1)
        tensor.copy_(values if tensor.dim() != 1 or "weight" in name else values * 0.4 + 0.1)


def owner(module, name):
    for part in name.split(".")[:-1]:
        module = getattr(module, part) if not part.isdigit() else module[int(part)]
    return module
