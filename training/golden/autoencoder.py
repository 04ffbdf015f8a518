"""Random autoencoders for golden/write.py, computed by PyTorch's own modules."""

import torch
from torch import nn

from training.golden.checks import ITEMS, check_of, histories

RATING = {"minimum": 0.5, "maximum": 5.0}
ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "selu": nn.SELU,
}
OUTPUTS = {
    "sigmoid": torch.sigmoid,
    "identity": lambda raw: raw,
    "softmax": lambda raw: torch.softmax(raw, -1),
}


def network(encoder, decoder, activations):
    """(module from [B, ITEMS] to [B, ITEMS], {name of docs/format.md: parameter}), random."""
    widths = [ITEMS, *encoder, *decoder, ITEMS]
    modules, tensors = [], {}
    for depth, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        name = f"encoder.{depth}" if depth < len(encoder) else f"decoder.{depth - len(encoder)}"
        layer = nn.Linear(inputs, outputs)
        nn.init.normal_(layer.weight, std=0.4 if depth == 0 else inputs**-0.5)
        nn.init.normal_(layer.bias, std=0.3)
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = layer.weight, layer.bias
        modules.append(layer)
        modules += [ACTIVATIONS[name]() for name in activations[depth : depth + 1]]
    return nn.Sequential(*modules), tensors


def rated_histories(generator):
    """(item rows, ratings) of random users; the last one is empty."""
    for rows in histories(generator):
        yield rows, generator.integers(1, 11, size=len(rows)) / 2


def check_of_history(rows, ratings, raw, scores, generator):
    inputs = {"history": rows.tolist(), "ratings": ratings.tolist()}
    return check_of(inputs, raw, scores, generator)


def autoencoder(
    kind, encoder, decoder, activations, generator,
    *, values="binary", shift=0.0, l2=False, output="sigmoid",
):  # fmt: skip
    """(tensors, description)"""
    module, tensors = network(encoder, decoder, activations)
    node = None
    if kind == "cdae":
        node = tensors["user_mean"] = nn.Parameter(torch.randn(encoder[0]) * 0.5)
    stored = {name: parameter.detach().numpy().copy() for name, parameter in tensors.items()}
    module.double()
    checks = []
    for rows, ratings in rated_histories(generator):
        x = torch.zeros(ITEMS, dtype=torch.float64)
        x[torch.from_numpy(rows)] = torch.from_numpy(ratings - shift) if values == "rating" else 1.0
        if l2:
            x = nn.functional.normalize(x, dim=0)
        hidden = module[0](x) if node is None else module[0](x) + node.double()
        raw = module[1:](hidden).detach()
        scores = OUTPUTS[output](raw)
        if values == "rating":
            scores = (scores + shift).clamp(RATING["minimum"], RATING["maximum"])
        checks.append(check_of_history(rows, ratings, raw, scores, generator))
    return stored, {
        "kind": kind,
        "activation": activations,
        "output": output,
        "rating": RATING,
        "check": checks,
        "input": {"values": values, "shift": shift, "normalize": "l2" if l2 else "none"},
    }


def autorec_item(width, generator, weight_penalty=0.7, bias_penalty=2.0):
    """I-AutoRec: the user's row by torch.linalg, from the normal equations."""
    codes = torch.sigmoid(torch.randn(ITEMS, width) * 2)
    mean, bias = torch.randn(width) * 0.2, torch.tensor([3.0])
    start = torch.cat([mean, bias]).double()
    penalties = [torch.full((width,), weight_penalty), torch.tensor([bias_penalty])]
    penalty = torch.diag(torch.cat(penalties).double())
    features = torch.cat([codes.double(), torch.ones(ITEMS, 1, dtype=torch.float64)], dim=1)
    checks = []
    for rows, ratings in rated_histories(generator):
        seen = features[torch.from_numpy(rows)]
        residual = torch.from_numpy(ratings) - seen @ start
        solved = torch.linalg.solve(seen.T @ seen + penalty, seen.T @ residual)
        raw = features @ (start + solved)
        scores = raw.clamp(RATING["minimum"], RATING["maximum"])
        checks.append(check_of_history(rows, ratings, raw, scores, generator))
    stored = {"item.code": codes.numpy(), "user_mean": mean.numpy(), "user_bias": bias.numpy()}
    return stored, {
        "kind": "autorec-item",
        "rating": RATING,
        "ridge": {"weight": weight_penalty, "bias": bias_penalty},
        "check": checks,
    }


class RecVae(nn.Module):
    """RecVAE's mean path: five layers, each with all earlier outputs added to its sums."""

    def __init__(self, hidden, latent, epsilon):
        super().__init__()
        widths = [ITEMS, *[hidden] * 4]
        self.dense = nn.ModuleList([nn.Linear(inputs, hidden) for inputs in widths])
        self.norms = nn.ModuleList([nn.LayerNorm(hidden, eps=epsilon) for _ in widths])
        self.mean, self.decoder = nn.Linear(hidden, latent), nn.Linear(latent, ITEMS)
        for depth, layer in enumerate([*self.dense, self.mean, self.decoder]):
            nn.init.normal_(layer.weight, std=0.4 if depth == 0 else layer.in_features**-0.5)
            nn.init.normal_(layer.bias, std=0.3)
        for norm in self.norms:
            nn.init.normal_(norm.weight, mean=1.0, std=0.3)
            nn.init.normal_(norm.bias, std=0.3)

    def forward(self, x):
        outputs, z = [], nn.functional.normalize(x, dim=0)
        for layer, norm in zip(self.dense, self.norms):
            z = norm(nn.functional.silu(layer(z) + sum(outputs)))
            outputs.append(z)
        return self.decoder(self.mean(z))

    def tensors(self):
        """{name of docs/format.md: array}"""
        named = {f"encoder.{depth}": layer for depth, layer in enumerate([*self.dense, self.mean])}
        named |= {f"encoder.{depth}.norm": norm for depth, norm in enumerate(self.norms)}
        named["decoder.0"] = self.decoder
        return {
            f"{name}.{part}": getattr(module, part).detach().numpy().copy()
            for name, module in named.items()
            for part in ("weight", "bias")
        }


def recvae(hidden, latent, generator, epsilon=0.1):
    """(tensors, description)"""
    module = RecVae(hidden, latent, epsilon)
    stored = module.tensors()
    module.double()
    checks = []
    for rows, ratings in rated_histories(generator):
        x = torch.zeros(ITEMS, dtype=torch.float64)
        x[torch.from_numpy(rows)] = 1.0
        raw = module(x).detach()
        checks.append(check_of_history(rows, ratings, raw, torch.softmax(raw, -1), generator))
    return stored, {
        "kind": "mult-dae",
        "activation": ["swish"] * 5 + ["identity"],
        "skip": "dense",
        "norm": {"epsilon": epsilon},
        "rating": RATING,
        "check": checks,
    }


def models(generator):
    """{name: (tensors, description)}"""
    rated = {"values": "rating", "shift": 3.5, "output": "identity"}
    multinomial = {"l2": True, "output": "softmax"}
    vae = [18, 7], [18], ["tanh", "identity", "tanh"]
    deep = [14, 9, 6], [9, 15, 7], list(ACTIVATIONS)
    return {
        "autoencoder": autoencoder("autoencoder", [16], [], ["tanh"], generator),
        "autoencoder-deep": autoencoder("autoencoder", *deep, generator, output="identity"),
        "autorec-user": autoencoder("autorec-user", [22], [], ["sigmoid"], generator, **rated),
        "autorec-item": autorec_item(15, generator),
        "autorec-item-short": autorec_item(5, generator),
        "cdae": autoencoder("cdae", [18], [], ["sigmoid"], generator),
        "mult-dae": autoencoder("mult-dae", [17], [], ["tanh"], generator, **multinomial),
        "mult-vae": autoencoder("mult-dae", *vae, generator, **multinomial),
    }
