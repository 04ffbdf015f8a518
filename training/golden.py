"""Writes tests/golden: small random models as PyTorch's own modules compute them, for the wasm package to agree with.

    python3 training/golden.py

Weights are drawn as float32, the passes run in float64; inputs and scores stand in the files as check vectors. Nothing
here is trained. The same version of PyTorch gives the same bytes.
"""

import argparse
import os

import golden_two_stage
import numpy as np
import safetensors_file
import torch
from torch import nn

ITEMS, HISTORY, CHECKS = 90, 12, 3
RATING = {"minimum": 0.5, "maximum": 5.0}
ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "selu": nn.SELU,
}


def network(encoder, decoder, activations):
    """(module from [B, ITEMS] to [B, ITEMS], {name of docs/format.md: parameter}) of these widths, random."""
    widths = [ITEMS, *encoder, *decoder, ITEMS]
    modules, tensors = [], {}
    for place, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        name = f"encoder.{place}" if place < len(encoder) else f"decoder.{place - len(encoder)}"
        layer = nn.Linear(inputs, outputs)
        nn.init.normal_(layer.weight, std=0.4 if place == 0 else inputs**-0.5)
        nn.init.normal_(layer.bias, std=0.3)
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = layer.weight, layer.bias
        modules += [
            layer,
            *([ACTIVATIONS[activations[place]]()] if place < len(activations) else []),
        ]
    return nn.Sequential(*modules), tensors


def histories(generator):
    """CHECKS pairs of item rows and ratings: of nobody. The last one is empty."""
    for check in range(CHECKS):
        rows = generator.permutation(ITEMS)[: 0 if check == CHECKS - 1 else HISTORY]
        yield rows, generator.integers(1, 11, size=len(rows)) / 2


def check_of(rows, ratings, raw, scores, generator):
    items = generator.permutation(ITEMS)[:20]
    return {"history": rows.tolist(), "ratings": ratings.tolist(), "items": items.tolist(),
            "raw": raw[items].tolist(), "scores": scores[items].tolist()}  # fmt: skip


def autoencoder(
    kind,
    encoder,
    decoder,
    activations,
    generator,
    *,
    values="binary",
    shift=0.0,
    l2=False,
    output="sigmoid",
):
    module, tensors = network(encoder, decoder, activations)
    outputs = {
        "sigmoid": torch.sigmoid,
        "identity": lambda raw: raw,
        "softmax": lambda raw: torch.softmax(raw, -1),
    }
    node = None
    if kind == "cdae":
        node = tensors["user_mean"] = nn.Parameter(torch.randn(encoder[0]) * 0.5)
    stored = {name: parameter.detach().numpy().copy() for name, parameter in tensors.items()}
    module.double()
    checks = []
    for rows, ratings in histories(generator):
        x = torch.zeros(ITEMS, dtype=torch.float64)
        x[torch.from_numpy(rows)] = torch.from_numpy(ratings - shift) if values == "rating" else 1.0
        if l2:
            x = nn.functional.normalize(x, dim=0)
        hidden = module[0](x) if node is None else module[0](x) + node.double()
        raw = module[1:](hidden).detach()
        scores = outputs[output](raw)
        if values == "rating":
            scores = (scores + shift).clamp(RATING["minimum"], RATING["maximum"])
        checks.append(check_of(rows, ratings, raw, scores, generator))
    description = {"kind": kind, "activation": activations, "output": output, "rating": RATING, "check": checks,
                   "input": {"values": values, "shift": shift, "normalize": "l2" if l2 else "none"}}  # fmt: skip
    return stored, description


def autorec_item(width, generator, pull=0.7, bias_pull=2.0):
    """I-AutoRec: the person's row by torch.linalg, from the normal equations."""
    codes = torch.sigmoid(torch.randn(ITEMS, width) * 2)
    mean, bias = torch.randn(width) * 0.2, torch.tensor([3.0])
    start = torch.cat([mean, bias]).double()
    penalty = torch.diag(
        torch.cat([torch.full((width,), pull), torch.tensor([bias_pull])]).double()
    )
    features = torch.cat([codes.double(), torch.ones(ITEMS, 1, dtype=torch.float64)], dim=1)
    checks = []
    for rows, ratings in histories(generator):
        seen = features[torch.from_numpy(rows)]
        left = torch.from_numpy(ratings) - seen @ start
        raw = features @ (start + torch.linalg.solve(seen.T @ seen + penalty, seen.T @ left))
        checks.append(
            check_of(rows, ratings, raw, raw.clamp(RATING["minimum"], RATING["maximum"]), generator)
        )
    stored = {"item.code": codes.numpy(), "user_mean": mean.numpy(), "user_bias": bias.numpy()}
    return stored, {
        "kind": "autorec-item",
        "rating": RATING,
        "ridge": {"weight": pull, "bias": bias_pull},
        "check": checks,
    }


class RecVae(nn.Module):
    """RecVAE as it serves: five layers, each with all outputs before it added to its sums, then the mean and the scores."""

    def __init__(self, hidden, latent, epsilon):
        super().__init__()
        self.dense = nn.ModuleList(
            [nn.Linear(ITEMS if place == 0 else hidden, hidden) for place in range(5)]
        )
        self.norms = nn.ModuleList([nn.LayerNorm(hidden, eps=epsilon) for _ in range(5)])
        self.mean, self.decoder = nn.Linear(hidden, latent), nn.Linear(latent, ITEMS)
        for place, layer in enumerate([*self.dense, self.mean, self.decoder]):
            nn.init.normal_(layer.weight, std=0.4 if place == 0 else layer.in_features**-0.5)
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
        named = {f"encoder.{place}": layer for place, layer in enumerate([*self.dense, self.mean])}
        named.update(
            {f"encoder.{place}.norm": norm for place, norm in enumerate(self.norms)},
            **{"decoder.0": self.decoder},
        )
        return {f"{name}.{part}": getattr(module, part).detach().numpy().copy()
                for name, module in named.items() for part in ("weight", "bias")}  # fmt: skip


def recvae(hidden, latent, generator, epsilon=0.1):
    module = RecVae(hidden, latent, epsilon)
    stored = module.tensors()
    module.double()
    checks = []
    for rows, ratings in histories(generator):
        x = torch.zeros(ITEMS, dtype=torch.float64)
        x[torch.from_numpy(rows)] = 1.0
        raw = module(x).detach()
        checks.append(check_of(rows, ratings, raw, torch.softmax(raw, -1), generator))
    return stored, {"kind": "mult-dae", "activation": ["swish"] * 5 + ["identity"], "skip": "dense", "norm": {"epsilon": epsilon},
                    "rating": RATING, "check": checks}  # fmt: skip


def models(generator):
    """{name: (tensors, description)}"""
    return {
        "autoencoder": autoencoder("autoencoder", [16], [], ["tanh"], generator),
        "autoencoder-deep": autoencoder(
            "autoencoder", [14, 9, 6], [9, 15, 7], list(ACTIVATIONS), generator, output="identity"
        ),
        "autorec-user": autoencoder(
            "autorec-user",
            [22],
            [],
            ["sigmoid"],
            generator,
            values="rating",
            shift=3.5,
            output="identity",
        ),
        "autorec-item": autorec_item(15, generator),
        "autorec-item-short": autorec_item(5, generator),
        "cdae": autoencoder("cdae", [18], [], ["sigmoid"], generator),
        "mult-dae": autoencoder(
            "mult-dae", [17], [], ["tanh"], generator, l2=True, output="softmax"
        ),
        "mult-vae": autoencoder(
            "mult-dae",
            [18, 7],
            [18],
            ["tanh", "identity", "tanh"],
            generator,
            l2=True,
            output="softmax",
        ),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", metavar="FOLDER", default="tests/golden", help="(%(default)s)")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    os.makedirs(arguments.output, exist_ok=True)
    generator = np.random.default_rng(1)
    # What is drawn later leaves what is drawn before as it is.
    every = {
        **models(generator),
        **golden_two_stage.models(generator),
        "recvae": recvae(19, 7, generator),
    }
    for name, (tensors, description) in every.items():
        path = os.path.join(arguments.output, f"{name}.safetensors")
        safetensors_file.write(path, tensors, {"format": 1, **description})


if __name__ == "__main__":
    main()
