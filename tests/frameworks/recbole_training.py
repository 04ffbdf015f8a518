"""Training in RecBole on its own ml-100k, a few small epochs each: quality does not matter here."""

import numpy as np
import scipy.sparse
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed

SEED = 7

SETTINGS = {
    "use_gpu": False,
    "show_progress": False,
    "seed": SEED,
    "reproducibility": True,
    "epochs": 2,
    "topk": [10],
    "valid_metric": "NDCG@10",
    "metrics": ["NDCG"],
    "checkpoint_dir": ".",
    "learning_rate": 0.01,
}

# Users with a few interactions, and items of more than four of them: 202 users, 234 items.
SMALL = {"user_inter_num_interval": "[20,40]", "item_inter_num_interval": "[5,inf)"}

if not hasattr(scipy.sparse.dok_matrix, "_update"):
    # RecBole's graphs call what scipy 1.13 no longer has.
    scipy.sparse.dok_matrix._update = lambda matrix, values: matrix._dict.update(values)


def train(kind, settings, file, *, validated=True):
    """The model of the checkpoint in eval mode, and RecBole's three parts of the data.

    validated: whether RecBole evaluates before it saves. Graph models keep their final embeddings
    then.
    """
    config = Config(model=kind, dataset="ml-100k", config_dict={**SETTINGS, **settings})
    init_seed(config["seed"], config["reproducibility"])
    dataset = create_dataset(config)
    parts = data_preparation(config, dataset)
    model = get_model(kind)(config, parts[0].dataset)
    trainer = get_trainer(config["MODEL_TYPE"], kind)(config, model)
    trainer.saved_model_file = file
    valid_data = parts[1] if validated else None
    trainer.fit(parts[0], valid_data, saved=True, show_progress=False, verbose=False)
    checkpoint = torch.load(file)
    model.load_state_dict(checkpoint["state_dict"])
    model.load_other_parameter(checkpoint["other_parameter"])
    return model.eval(), parts


def tokens_of(dataset):
    """The data set's ids of the items, without the padding."""
    return dataset.id2token(dataset.iid_field, np.arange(1, dataset.item_num)).tolist()


def history_of(dataset, user):
    """(internal ids of the user's training items, their ratings)."""
    interactions = dataset.inter_feat[dataset.inter_feat[dataset.uid_field] == user]
    return interactions[dataset.iid_field].numpy(), interactions["rating"].numpy()
