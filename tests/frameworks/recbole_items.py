"""RecBole's item-to-item models: a history alone gives the scores."""

import numpy as np
import records
import torch
from recbole.data.interaction import Interaction
from recbole_training import SEED, SMALL, history_of, tokens_of, train

# By file: the model, and its settings.
MODELS = {
    "EASE": ("EASE", {**SMALL, "reg_weight": 20.0}),
    "ItemKNN": ("ItemKNN", {**SMALL, "k": 10, "shrink": 5.0}),
    "SLIMElastic": ("SLIMElastic", {**SMALL, "alpha": 0.02, "l1_ratio": 0.1}),
}

MORE = {
    "EASE-large": ("EASE", {"item_inter_num_interval": "[100,inf)"}),
    "ItemKNN-large": ("ItemKNN", {"item_inter_num_interval": "[40,inf)", "k": 100}),
}


@torch.no_grad()
def user_records(model, dataset):
    generator = np.random.default_rng(SEED)
    for user in (1, 2, dataset.user_num // 2, dataset.user_num - 1):
        raw = model.full_sort_predict(Interaction({dataset.uid_field: torch.tensor([user])}))
        yield records.user_record(
            np.asarray(raw).reshape(-1),
            history=history_of(dataset, user)[0],
            padding=1,
            generator=generator,
        )


def record(name, folder):
    kind, settings = {**MODELS, **MORE}[name]
    model, (train_data, *_) = train(kind, settings, f"{name}.pth")
    dataset = train_data.dataset
    records.write(
        folder,
        [f"{name}.pth"],
        model=f"RecBole {name}",
        kind="item-item",
        users=dataset.user_num,
        padding=1,
        items=dataset.item_num - 1,
        tokens=tokens_of(dataset),
        new=list(user_records(model, dataset)),
    )
