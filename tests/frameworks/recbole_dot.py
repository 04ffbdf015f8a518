"""RecBole's dot products of users and items."""

import csv

import numpy as np
import records
import torch
from recbole.data.interaction import Interaction
from recbole_training import SEED, SMALL, tokens_of, train

DOT = {**SMALL, "embedding_size": 12, "train_batch_size": 1024}

# By file: the model, and its settings.
MODELS = {
    "BPR": ("BPR", DOT),
    "LightGCN": ("LightGCN", {**DOT, "n_layers": 2}),
}

LAYER_0 = "LightGCN-layer-0"
MORE = {
    LAYER_0: ("LightGCN", {**DOT, "n_layers": 3}),
    "NGCF": ("NGCF", {**DOT, "embedding_size": 8, "hidden_size_list": [10, 6]}),
}


@torch.no_grad()
def user_records(model, dataset):
    generator = np.random.default_rng(SEED)
    for user in (1, 2, dataset.user_num // 2, dataset.user_num - 1):
        raw = model.full_sort_predict(Interaction({dataset.uid_field: torch.tensor([user])}))
        yield records.user_record(raw.view(-1), user=user, padding=1, generator=generator)


def write_graph(dataset, file):
    """The training interactions by rows: the graph that a checkpoint of layer 0 lacks."""
    columns = [dataset.uid_field, dataset.iid_field]
    rows = zip(*(dataset.inter_feat[name].tolist() for name in columns))
    with open(file, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["user", "item"], *rows])


def record(name, folder):
    kind, settings = {**MODELS, **MORE}[name]
    model, (train_data, *_) = train(kind, settings, f"{name}.pth", validated=name != LAYER_0)
    dataset = train_data.dataset
    convert, tokens = [], tokens_of(dataset)
    if name == LAYER_0:
        write_graph(dataset, f"{name}.csv")
        convert, tokens = ["--data", f"{name}.csv"], None
    records.write(
        folder,
        [f"{name}.pth"],
        model=f"RecBole {name}",
        kind="dot",
        convert=convert,
        users=dataset.user_num,
        padding=1,
        items=dataset.item_num - 1,
        tokens=tokens,
        stored=list(user_records(model, dataset)),
    )
