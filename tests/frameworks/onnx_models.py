"""Exports models with torch.onnx, and records the scores that PyTorch computes.

    python3 onnx_models.py OUT

No ONNX package is needed: PyTorch 1 writes the file itself. Graphs end in the output function.
"""

import os
import sys

import records
import torch
import torch_networks as networks
from torch import nn

from training import (
    ITEMS,
    SEED,
    USERS,
    fit,
    fit_pairs,
    rating_matrix,
    users_of_histories,
    users_of_pairs,
)


class Probability(nn.Module):
    """A model of (user, item) with the output function."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, user, item):
        return torch.sigmoid(self.module(user, item))


def export(folder, name, module, example, inputs, record):
    file = f"{name}.onnx"
    axes = {axis: {0: "batch"} for axis in (*inputs, "score")}
    torch.onnx.export(
        module.eval(),
        example,
        os.path.join(folder, file),
        input_names=inputs,
        output_names=["score"],
        dynamic_axes=axes,
    )
    records.write(folder, [file], model=f"torch.onnx {name}", users=USERS, items=ITEMS, **record)


def pairs(folder):
    widths = [64, 32, 16, 8]
    modules = {
        "GMF": networks.GMF(USERS, ITEMS, 8),
        "MLP": networks.MLP(USERS, ITEMS, widths),
        "NeuMF": networks.NeuMF(USERS, ITEMS, 8, widths),
    }
    modules["NeuMF-norm"] = networks.NeuralCF(USERS, ITEMS, 8, 3, "NeuMF-end", norm="before")
    example = (torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6]))
    for name, module in modules.items():
        users = list(users_of_pairs(fit_pairs(module)))
        export(
            folder,
            name,
            Probability(module),
            example,
            ["user", "item"],
            {"kind": name.split("-")[0].lower(), "stored": users},
        )


def logits(folder):
    """A graph that ends in the raw score: the output function is not in the file."""
    module = fit_pairs(networks.NeuralCF(USERS, ITEMS, 8, 3, "NeuMF-end"))
    record = {
        "kind": "neumf",
        "stored": list(users_of_pairs(module)),
        "convert": ["--output-function", "sigmoid"],
    }
    export(
        folder,
        "NeuMF-logits",
        module,
        (torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6])),
        ["user", "item"],
        record,
    )


def chains(folder):
    layers = {
        "AE": [
            *(nn.Linear(ITEMS, 24), nn.Sigmoid()),
            *(nn.Linear(24, 10), nn.Tanh()),
            *(nn.Linear(10, 24), nn.Tanh()),
            nn.Linear(24, ITEMS),
        ],
        "AE-norm": [
            *(nn.Linear(ITEMS, 24), nn.BatchNorm1d(24), nn.Tanh()),
            *(nn.Linear(24, 10), nn.Sigmoid(), nn.BatchNorm1d(10)),
            nn.Linear(10, ITEMS),
        ],
    }
    x = (rating_matrix() > 0).float()
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    for name, modules in layers.items():
        module = fit(nn.Sequential(*modules), lambda module: loss(module(x), x))
        users = list(users_of_histories(lambda x, _, module=module: module(x), torch.sigmoid))
        export(
            folder,
            name,
            nn.Sequential(module, nn.Sigmoid()),
            (x[:3],),
            ["history"],
            {"kind": "autoencoder", "new": users},
        )


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(SEED)
    for family in (pairs, logits, chains):
        family(folder)


if __name__ == "__main__":
    main()
