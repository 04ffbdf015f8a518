"""Trains RecBole's models on its ml-100k, and records the scores that RecBole computes.

    python3 recbole_models.py OUT [more]

more: all of the data instead of a part, and more models. `forward` in eval mode gives the raw
score; `predict` and `full_sort_predict` apply the output function.
"""

import logging
import os
import sys
import warnings

import numpy as np
import recbole_dot as dot
import recbole_items as items
import recbole_sequences as sequences
import records
import torch
from recbole.data.interaction import Interaction
from recbole_training import SEED, SMALL, history_of, tokens_of, train

NCF = {"mf_embedding_size": 8, "mlp_embedding_size": 16, "mlp_hidden_size": [24, 12]}
CDAE = {"embedding_size": 24, "train_batch_size": 128}
MULTINOMIAL = {"mlp_hidden_size": [48], "latent_dimension": 16, "train_batch_size": 128}
DMF = {
    "user_embedding_size": 24,
    "item_embedding_size": 20,
    "user_hidden_size_list": [24, 16],
    "item_hidden_size_list": [28, 16],
    "epochs": 1,
}

# By file: the model, and its settings. An autoencoder's batch is of users.
MODELS = {
    "NeuMF": ("NeuMF", NCF),
    "NeuMF-mf": ("NeuMF", {**NCF, "mlp_train": False}),
    "CDAE": ("CDAE", CDAE),
    "CDAE-tanh": ("CDAE", {**CDAE, "hid_activation": "tanh"}),
    "MultiDAE": ("MultiDAE", MULTINOMIAL),
    "MultiVAE": ("MultiVAE", MULTINOMIAL),
    "RecVAE": (
        "RecVAE",
        {"hidden_dimension": 40, "latent_dimension": 16, "train_batch_size": 128},
    ),
    "DMF": ("DMF", DMF),
    "DMF-rating": ("DMF", {**DMF, "inter_matrix_type": "rating", "normalize_all": False}),
}

# Kinds of docs/format.md; the others are mult-dae.
KINDS = {
    "NeuMF": "neumf",
    "NeuMF-mf": "gmf",
    "CDAE": "cdae",
    "CDAE-tanh": "cdae",
    "DMF": "autoencoder",
    "DMF-rating": "autoencoder",
}


def scores_of(model, dataset, user):
    """(raw scores, scores) of all items and the padding, for the user of an internal id."""
    item_ids = torch.arange(dataset.item_num)
    all_pairs = Interaction(
        {dataset.uid_field: torch.full_like(item_ids, user), dataset.iid_field: item_ids}
    )
    one = Interaction({dataset.uid_field: torch.tensor([user])})
    name = type(model).__name__
    if name == "NeuMF":
        return model.forward(all_pairs[dataset.uid_field], item_ids), model.predict(all_pairs)
    if name == "CDAE":
        return model.forward(
            model.get_rating_matrix(torch.tensor([user])), torch.tensor([user])
        ).view(-1), model.full_sort_predict(one)
    if name == "DMF":
        return model.forward(all_pairs[dataset.uid_field], item_ids), model.full_sort_predict(one)
    return model.full_sort_predict(one), None


@torch.no_grad()
def user_records(model, dataset, *, stored):
    generator = np.random.default_rng(SEED)
    for user in (1, 2, 77, dataset.user_num // 2, dataset.user_num - 1):
        raw, output = scores_of(model, dataset, user)
        history, ratings = history_of(dataset, user)
        is_rating = getattr(model, "inter_matrix_type", "") == "rating"
        yield records.user_record(
            raw,
            output,
            user=user if stored else None,
            history=history,
            ratings=ratings if is_rating else None,
            padding=1,
            generator=generator,
        )


def use_mean_node(model):
    """Gives all users of a CDAE the mean of the trained nodes, without the padding row."""
    nodes = model.h_user.weight.data
    nodes[:] = nodes[1:].double().mean(0)


def record(name, folder, part):
    kind, settings = MODELS[name]
    model, (train_data, *_) = train(kind, {**part, **settings}, f"{name}.pth")
    dataset = train_data.dataset
    stored = (
        list(user_records(model, dataset, stored=True))
        if MODELS[name][0] in ("NeuMF", "CDAE")
        else []
    )
    if MODELS[name][0] == "CDAE":
        use_mean_node(model)
    new = list(user_records(model, dataset, stored=False)) if MODELS[name][0] != "NeuMF" else []
    records.write(
        folder,
        [f"{name}.pth"],
        model=f"RecBole {name}",
        kind=KINDS.get(name, "mult-dae"),
        users=dataset.user_num,
        padding=1,
        items=dataset.item_num - 1,
        tokens=tokens_of(dataset),
        stored=stored,
        new=new,
    )


def main():
    # RecBole reads the rest of the command line as settings.
    folder, *words = sys.argv[1:]
    del sys.argv[1:]
    folder = os.path.abspath(folder)
    os.makedirs(folder, exist_ok=True)
    # RecBole writes its logs to the working directory.
    os.chdir(folder)
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    for name in MODELS:
        record(name, folder, {} if "more" in words else SMALL)
    for family in (dot, items, sequences):
        for name in [*family.MODELS, *(family.MORE if "more" in words else [])]:
            family.record(name, folder)


if __name__ == "__main__":
    main()
