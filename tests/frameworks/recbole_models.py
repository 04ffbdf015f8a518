"""Models that RecBole trains on its own ml-100k and saves by its own Trainer, and what RecBole says of a few people.

    python3 recbole_models.py OUT

A few small epochs each: that the models are good is not the point. Scores are RecBole's own: `forward` of a model in eval
mode is the raw score, and what `predict` and `full_sort_predict` do to it the output function.
"""

import logging
import os
import sys
import warnings

import numpy as np
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.data.interaction import Interaction
from recbole.utils import get_model, get_trainer, init_seed

import records

SEED, PEOPLE = 7, [1, 2, 77, 405, 943]

SETTINGS = {"use_gpu": False, "show_progress": False, "seed": SEED, "reproducibility": True, "epochs": 2, "topk": [10],
            "valid_metric": "NDCG@10", "metrics": ["NDCG"], "checkpoint_dir": ".", "learning_rate": 0.01}  # fmt: skip

# An autoencoder's batch is of people, of whom there are 943.
SIZES = {
    "NeuMF": {"mf_embedding_size": 8, "mlp_embedding_size": 16, "mlp_hidden_size": [24, 12]},
    "CDAE": {"embedding_size": 24, "train_batch_size": 128},
    "MultiDAE": {"mlp_hidden_size": [48], "latent_dimension": 16, "train_batch_size": 128},
    "MultiVAE": {"mlp_hidden_size": [48], "latent_dimension": 16, "train_batch_size": 128},
    "RecVAE": {"hidden_dimension": 40, "latent_dimension": 16, "train_batch_size": 128},
    "DMF": {"user_embedding_size": 24, "item_embedding_size": 20, "user_hidden_size_list": [24, 16],
            "item_hidden_size_list": [28, 16]},
}  # fmt: skip

KINDS = {"NeuMF": "neumf", "CDAE": "cdae", "DMF": "autoencoder"}


def train(name):
    """(the model as its checkpoint has it, in eval mode; the training set; the checkpoint's file)."""
    config = Config(model=name, dataset="ml-100k", config_dict={**SETTINGS, **SIZES[name]})
    init_seed(config["seed"], config["reproducibility"])
    dataset = create_dataset(config)
    train_data, valid_data, _ = data_preparation(config, dataset)
    model = get_model(name)(config, train_data.dataset)
    trainer = get_trainer(config["MODEL_TYPE"], name)(config, model)
    trainer.saved_model_file = f"{name}.pth"
    trainer.fit(train_data, valid_data, saved=True, show_progress=False, verbose=False)
    checkpoint = torch.load(trainer.saved_model_file)
    model.load_state_dict(checkpoint["state_dict"])
    model.load_other_parameter(checkpoint["other_parameter"])
    return model.eval(), train_data.dataset, trainer.saved_model_file


def history_of(dataset, user):
    """The internal ids of the items that the person was trained with, each once, in order."""
    items = dataset.inter_feat[dataset.iid_field][dataset.inter_feat[dataset.uid_field] == user]
    return np.unique(items.numpy())


def answers(model, dataset, user):
    """(raw, output) of every item, the padding included, for the person of this internal id."""
    item_ids = torch.arange(dataset.item_num)
    everything = Interaction({dataset.uid_field: torch.full_like(item_ids, user), dataset.iid_field: item_ids})
    one = Interaction({dataset.uid_field: torch.tensor([user])})
    name = type(model).__name__
    if name == "NeuMF":
        return model.forward(everything[dataset.uid_field], item_ids), model.predict(everything)
    if name == "CDAE":
        return model.forward(model.get_rating_matrix(torch.tensor([user])), torch.tensor([user])).view(-1), model.full_sort_predict(one)
    if name == "DMF":
        return model.forward(everything[dataset.uid_field], item_ids), model.full_sort_predict(one)
    return model.full_sort_predict(one), None


@torch.no_grad()
def people_of(model, dataset, generator, *, stored):
    for user in PEOPLE:
        raw, output = answers(model, dataset, user)
        yield records.person(raw, output, user=user if stored else None, history=history_of(dataset, user), padding=1, generator=generator)


def as_somebody_new(model):
    """CDAE with the mean of the trained nodes as everybody's, the padding's row not among them."""
    nodes = model.h_user.weight.data
    nodes[:] = nodes[1:].double().mean(0)


def record(name, folder):
    model, dataset, file = train(name)
    generator = np.random.default_rng(SEED)
    stored = list(people_of(model, dataset, generator, stored=True)) if name in ("NeuMF", "CDAE") else []
    if name == "CDAE":
        as_somebody_new(model)
    new = [] if name == "NeuMF" else list(people_of(model, dataset, generator, stored=False))
    tokens = dataset.id2token(dataset.iid_field, np.arange(1, dataset.item_num))
    records.write(folder, [file], model=f"RecBole {name}", kind=KINDS.get(name, "mult-dae"), users=dataset.user_num, padding=1,
                  items=dataset.item_num - 1, tokens=tokens.tolist(), stored=stored, new=new)  # fmt: skip


def main():
    # RecBole would take what is left of the command line for settings of its own.
    folder = os.path.abspath(sys.argv.pop())
    os.makedirs(folder, exist_ok=True)
    # RecBole writes its logs where it stands.
    os.chdir(folder)
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    for name in SIZES:
        record(name, folder)


if __name__ == "__main__":
    main()
