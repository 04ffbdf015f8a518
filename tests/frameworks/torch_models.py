"""Trains models in plain PyTorch on synthetic data, and saves them in each of PyTorch's formats.

python3 torch_models.py OUT
"""

import os
import sys

import records
import torch
import torch_networks as networks

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

FACTORS, LAYERS = 8, 3
WIDTHS = [64, 32, 16, 8]


def same(raw):
    return raw


# These modules give logits, and the scores are their sigmoid: no file of a module says so.
SIGMOID = ["--output-function", "sigmoid"]


def save(folder, name, module, record, *, way="state_dict", **more):
    """way: "state_dict", "legacy" (its format before PyTorch 1.6) or "module" (pickled whole)."""
    if way == "module":
        record = {"convert": SIGMOID, **record}
    file = f"{name}.{way}.pt"
    what = module if way == "module" else module.state_dict()
    torch.save(what, os.path.join(folder, file), _use_new_zipfile_serialization=way != "legacy")
    records.write(
        folder, [file], model=f"PyTorch {name} as {way}", users=USERS, items=ITEMS, **record, **more
    )


def neural_cf(folder):
    """Four models of one class. All have all tables; NeuMF-pre also holds its GMF and MLP."""
    trained = {}
    for model in ("GMF", "MLP", "NeuMF-end", "NeuMF-pre"):
        parts = (
            {"GMF_model": trained["GMF"], "MLP_model": trained["MLP"]}
            if model == "NeuMF-pre"
            else {}
        )
        module = trained[model] = fit_pairs(
            networks.NeuralCF(USERS, ITEMS, FACTORS, LAYERS, model, **parts)
        )
        record = {"kind": model.split("-")[0].lower(), "stored": list(users_of_pairs(module))}
        for way in (
            ("state_dict", "module", "legacy") if model == "NeuMF-end" else ("state_dict", "module")
        ):
            save(folder, model, module, record, way=way)


def explicit_neumf(folder):
    module = fit_pairs(networks.NeuralCF(USERS, ITEMS, FACTORS, LAYERS, "NeuMF-end"), explicit=True)
    record = {
        "kind": "neumf",
        "stored": list(users_of_pairs(module, same)),
        "convert": ["--output-function", "identity"],
    }
    save(folder, "NeuMF-explicit", module, record)


def normalised(folder):
    """Batch normalisation in the tower. Only a whole module shows whether it follows ReLU."""
    for norm, way in (("before", "state_dict"), ("before", "module"), ("after", "module")):
        module = fit_pairs(networks.NeuralCF(USERS, ITEMS, FACTORS, LAYERS, "NeuMF-end", norm=norm))
        save(
            folder,
            f"NeuMF-norm-{norm}",
            module,
            {"kind": "neumf", "stored": list(users_of_pairs(module))},
            way=way,
        )


def affine(folder):
    modules = {
        "GMF": networks.GMF(USERS, ITEMS, FACTORS),
        "MLP": networks.MLP(USERS, ITEMS, WIDTHS),
        "NeuMF": networks.NeuMF(USERS, ITEMS, FACTORS, WIDTHS),
    }
    for name, module in modules.items():
        record = {"kind": name.lower(), "stored": list(users_of_pairs(fit_pairs(module)))}
        save(folder, f"{name}-affine", module, record)


def matrix_factorisation(folder):
    module = fit_pairs(networks.MatrixFactorisation(USERS, ITEMS, FACTORS, 3.5), explicit=True)
    record = {
        "kind": "dot",
        "stored": list(users_of_pairs(module, same)),
        "convert": ["--output-function", "identity"],
    }
    save(folder, "MF", module, record)


def autorec(folder):
    ratings = rating_matrix()
    module = fit(
        networks.AutoRec(ITEMS, 12),
        lambda module: ((module(ratings) - ratings)[ratings > 0] ** 2).mean(),
    )
    users = users_of_histories(lambda x, _: module(x), same, explicit=True)
    save(
        folder,
        "AutoRec",
        module,
        {"kind": "autorec-user", "new": list(users), "convert": ["--kind", "autorec-user"]},
    )


def cdae(folder):
    x = (rating_matrix() > 0).float()
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    module = fit(
        networks.CDAE(USERS, ITEMS, 12),
        lambda module: loss(module(x, module.user_embedding.weight), x),
    )
    nodes = module.user_embedding.weight
    mean = nodes.double().mean(0, keepdim=True).float()
    stored = list(
        users_of_histories(
            lambda x, user: module(x, nodes[user : user + 1]), torch.sigmoid, stored=True
        )
    )
    new = list(users_of_histories(lambda x, _: module(x, mean), torch.sigmoid))
    save(folder, "CDAE", module, {"kind": "cdae", "stored": stored, "new": new})


def multinomial(folder):
    x = (rating_matrix() > 0).float()
    for name, is_variational in (("Mult-DAE", False), ("Mult-VAE", True)):
        module = networks.Multinomial(ITEMS, 24, 10, is_variational)
        fit(module, lambda module: -(torch.log_softmax(module(x), -1) * x).sum(-1).mean())
        users = users_of_histories(
            lambda x, _, module=module: module(x), lambda raw: torch.softmax(raw, -1)
        )
        save(folder, name, module, {"kind": "mult-dae", "new": list(users)})


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(SEED)
    for family in (
        neural_cf,
        explicit_neumf,
        normalised,
        affine,
        matrix_factorisation,
        autorec,
        cdae,
        multinomial,
    ):
        family(folder)


if __name__ == "__main__":
    main()
