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
import records
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.data.interaction import Interaction
from recbole.utils import get_model, get_trainer, init_seed

SEED, PEOPLE = 7, [1, 2, 77, 405, 943]

SETTINGS = {"use_gpu": False, "show_progress": False, "seed": SEED, "reproducibility": True, "epochs": 2, "topk": [10],
            "valid_metric": "NDCG@10", "metrics": ["NDCG"], "checkpoint_dir": ".", "learning_rate": 0.01}  # fmt: skip

# By file: the model, and settings where they are not RecBole's own. An autoencoder's batch is of people, of whom there are 943.
MODELS = {
    "NeuMF": ("NeuMF", {"mf_embedding_size": 8, "mlp_embedding_size": 16, "mlp_hidden_size": [24, 12]}),
    "NeuMF-mf": ("NeuMF", {"mf_embedding_size": 8, "mlp_embedding_size": 16, "mlp_hidden_size": [24, 12], "mlp_train": False}),
    "CDAE": ("CDAE", {"embedding_size": 24, "train_batch_size": 128}),
    "CDAE-tanh": ("CDAE", {"embedding_size": 24, "train_batch_size": 128, "hid_activation": "tanh"}),
    "MultiDAE": ("MultiDAE", {"mlp_hidden_size": [48], "latent_dimension": 16, "train_batch_size": 128}),
    "MultiVAE": ("MultiVAE", {"mlp_hidden_size": [48], "latent_dimension": 16, "train_batch_size": 128}),
    "RecVAE": ("RecVAE", {"hidden_dimension": 40, "latent_dimension": 16, "train_batch_size": 128}),
    "DMF": ("DMF", {"user_embedding_size": 24, "item_embedding_size": 20, "user_hidden_size_list": [24, 16],
                    "item_hidden_size_list": [28, 16], "epochs": 1}),
    "DMF-rating": ("DMF", {"user_embedding_size": 24, "item_embedding_size": 20, "user_hidden_size_list": [24, 16],
                           "item_hidden_size_list": [28, 16], "epochs": 1, "inter_matrix_type": "rating", "normalize_all": False}),
}  # fmt: skip

# docs/format.md's, where it is not mult-dae.
KINDS = {
    "NeuMF": "neumf",
    "NeuMF-mf": "gmf",
    "CDAE": "cdae",
    "CDAE-tanh": "cdae",
    "DMF": "autoencoder",
    "DMF-rating": "autoencoder",
}


def train(name):
    """(the model as its checkpoint has it, in eval mode; the training set; the checkpoint's file)."""
    kind, settings = MODELS[name]
    config = Config(model=kind, dataset="ml-100k", config_dict={**SETTINGS, **settings})
    init_seed(config["seed"], config["reproducibility"])
    dataset = create_dataset(config)
    train_data, valid_data, _ = data_preparation(config, dataset)
    model = get_model(kind)(config, train_data.dataset)
    trainer = get_trainer(config["MODEL_TYPE"], kind)(config, model)
    trainer.saved_model_file = f"{name}.pth"
    trainer.fit(train_data, valid_data, saved=True, show_progress=False, verbose=False)
    checkpoint = torch.load(trainer.saved_model_file)
    model.load_state_dict(checkpoint["state_dict"])
    model.load_other_parameter(checkpoint["other_parameter"])
    return model.eval(), train_data.dataset, trainer.saved_model_file


def history_of(dataset, user):
    """(internal ids of the items that the person was trained with, their ratings)."""
    interactions = dataset.inter_feat[dataset.inter_feat[dataset.uid_field] == user]
    return interactions[dataset.iid_field].numpy(), interactions["rating"].numpy()


def answers(model, dataset, user):
    """(raw, output) of every item, the padding included, for the person of this internal id."""
    item_ids = torch.arange(dataset.item_num)
    everything = Interaction(
        {dataset.uid_field: torch.full_like(item_ids, user), dataset.iid_field: item_ids}
    )
    one = Interaction({dataset.uid_field: torch.tensor([user])})
    name = type(model).__name__
    if name == "NeuMF":
        return model.forward(everything[dataset.uid_field], item_ids), model.predict(everything)
    if name == "CDAE":
        return model.forward(
            model.get_rating_matrix(torch.tensor([user])), torch.tensor([user])
        ).view(-1), model.full_sort_predict(one)
    if name == "DMF":
        return model.forward(everything[dataset.uid_field], item_ids), model.full_sort_predict(one)
    return model.full_sort_predict(one), None


@torch.no_grad()
def people_of(model, dataset, *, stored):
    generator = np.random.default_rng(SEED)
    for user in PEOPLE:
        raw, output = answers(model, dataset, user)
        history, ratings = history_of(dataset, user)
        is_rating = getattr(model, "inter_matrix_type", "") == "rating"
        yield records.person(raw, output, user=user if stored else None, history=history, ratings=ratings if is_rating else None,
                             padding=1, generator=generator)  # fmt: skip


def as_somebody_new(model):
    """CDAE with the mean of the trained nodes as everybody's, the padding's row not among them."""
    nodes = model.h_user.weight.data
    nodes[:] = nodes[1:].double().mean(0)


def record(name, folder):
    model, dataset, file = train(name)
    stored = (
        list(people_of(model, dataset, stored=True)) if MODELS[name][0] in ("NeuMF", "CDAE") else []
    )
    if MODELS[name][0] == "CDAE":
        as_somebody_new(model)
    new = list(people_of(model, dataset, stored=False)) if MODELS[name][0] != "NeuMF" else []
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
    for name in MODELS:
        record(name, folder)


if __name__ == "__main__":
    main()
