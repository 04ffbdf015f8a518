"""Command-line arguments that the scripts share, and how they override a preset."""

import argparse
import os

import numpy as np

from training.datasets.movielens import SPLIT_SEED

DATASETS = ["ml-latest-small", "ml-1m"]
DTYPES = {"f16": np.float16, "f32": np.float32}


def new_parser(docstring):
    """A parser that prints the script's docstring for --help."""
    return argparse.ArgumentParser(
        description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_flag(parser, name, help):
    """--NAME and --no-NAME; None if neither is given."""
    parser.add_argument(name, action=argparse.BooleanOptionalAction, default=None, help=help)


def add_dataset(parser, datasets=DATASETS):
    """--data, and --dataset if there is a choice."""
    parser.set_defaults(dataset=datasets[0])
    if len(datasets) > 1:
        parser.add_argument("--dataset", choices=datasets, help="(%(default)s)")
    parser.add_argument("--data", metavar="FOLDER", help="folder of the data set (data/DATASET)")


def add_split(parser, default=None, seed=True):
    """--held-out and --split-seed: which users or ratings the model is measured on."""
    shown = f" ({default})" if default else ""
    parser.add_argument(
        "--held-out",
        choices=["test", "validation"],
        default=default,
        help=f"the part that is not trained on and that is measured{shown}",
    )
    if seed:
        parser.add_argument(
            "--split-seed", type=int, default=SPLIT_SEED, help="seed of the split (%(default)s)"
        )


def add_seed(parser):
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of weights and samples (%(default)s)"
    )


def add_training(parser):
    """What every training script has: output, split, seed and the settings of the optimiser."""
    add = parser.add_argument
    add("--output", metavar="FILE", required=True, help=".safetensors file; its folder must exist")
    add("--name", help="title of the model, stored in the file")
    add("--dtype", choices=list(DTYPES), help="of the weights; statistics of users stay f32")
    add_split(parser)
    add_seed(parser)
    add("--epochs", type=int, help="passes over the training data")
    add("--batch", type=int, help="examples in a batch")
    add("--learning-rate", type=float, help="of Adam; it falls linearly to 0")
    add("--l2", type=float, help="half the weight of the squared weights in an epoch's loss")


def folder_of(arguments):
    return arguments.data or os.path.join("data", arguments.dataset)


def settings_from(arguments, preset):
    """The preset, overridden by the arguments that were given and that it has."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    return {**preset, **{name: value for name, value in given.items() if name in preset}}
