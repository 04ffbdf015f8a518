"""Trains the first example's model: a GMF of the invented bookshop.

    python3 -m training.ncf.train_books --output examples/first/books.safetensors

The items' ids are their titles. The same command gives the same bytes.
"""

import numpy as np
import torch

from training.common import arguments as command_line
from training.common.item_tensors import item_tensors
from training.datasets import books
from training.ncf import export
from training.ncf.presets import SMALL, SMALL_FOLD_IN
from training.ncf.train import train

SETTINGS = {**SMALL, "factors": 8, "layers": None, "dropout": 0.0, "pretrain": False}


def main():
    parser = command_line.new_parser(__doc__)
    parser.add_argument("--output", metavar="FILE", required=True)
    command_line.add_seed(parser)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    interactions = books.load_books()
    model = train("gmf", interactions, SETTINGS, arguments.seed)
    tensors = export.model_tensors(model, np.float16, item_tensors(interactions))
    export.write(
        arguments.output,
        "gmf",
        tensors,
        arguments.seed,
        name="GMF of an invented bookshop",
        rating={"minimum": 1, "maximum": 5, "positive": 3},
        fold_in=SMALL_FOLD_IN,
        provenance={
            "data_set": "books, invented",
            "licence": "MIT, as the package",
            "script": "training/ncf/train_books.py",
            "settings": SETTINGS,
            "seed": arguments.seed,
            "training_users": interactions.users,
            "training_interactions": len(interactions.user),
        },
    )


if __name__ == "__main__":
    main()
