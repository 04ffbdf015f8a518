"""Trains GMF, MLP or NeuMF on MovieLens and writes a weights file.

    python3 training/train.py --model neumf --data data/ml-latest-small --output training/out/neumf.safetensors
    python3 training/train.py --model neumf --dataset ml-1m --data data/ml-1m --include-user-tables \\
        --output training/out/ml-1m-neumf.safetensors

What is not given on the command line comes from training/presets.py. The same settings give the same bytes.
"""

import argparse
import os
from functools import partial

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # sums in one order, whatever the machine; before numpy is loaded
)

import data
import export
import losses
import metrics
import numpy as np
import torch
from fold_in import fold_in
from models import Recommender, fuse
from optimise import provenance, run_epochs
from presets import FOLD_IN_HELP, PRESETS, RATING_SCALES, with_numbers
from stored_model import StoredModel

TITLES = {"gmf": "GMF", "mlp": "MLP", "neumf": "NeuMF"}
PROTOCOLS = {
    "ml-latest-small": "people never seen in training: 80% of their films in, 20% to find in the whole catalogue",
    "ml-1m": "the NCF authors' leave-one-out: the last film among 99 sampled ones, the users' trained vectors",
}


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--model", choices=["gmf", "mlp", "neumf"], required=True, help="what to train")
    add(
        "--dataset",
        choices=["ml-latest-small", "ml-1m"],
        default="ml-latest-small",
        help="(%(default)s)",
    )
    add("--data", metavar="FOLDER", help="where the data set is (data/DATASET)")
    add(
        "--output",
        metavar="FILE",
        required=True,
        help="the .safetensors file to write, in a folder that exists",
    )
    add("--dtype", choices=["f16", "f32"], help="of the weights; the aggregates are always f32")
    add(
        "--include-user-tables",
        action="store_true",
        help="also write the training users' rows: not for publication",
    )
    add(
        "--held-out",
        choices=["test", "validation"],
        help="who is not trained on, and measured on afterwards",
    )
    add("--split-seed", type=int, default=data.SPLIT_SEED, help="who is held out (%(default)s)")
    add(
        "--seed",
        type=int,
        default=0,
        help="of the initial weights, the order and the negatives (%(default)s)",
    )
    add("--name", help="a title for people, kept in the file")
    add("--factors", type=int, help="width of the GMF vectors")
    add(
        "--layers",
        type=int,
        nargs="+",
        help="widths of the tower: [user | item] together, then its layers",
    )
    add(
        "--item-bias",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="a bias for each item",
    )
    add(
        "--loss", choices=["sampled", "catalogue"], help="sampled negatives, or every item weighted"
    )
    add("--negatives", type=int, help="for each interaction")
    add("--epochs", type=int, help="times through the interactions")
    add("--batch", type=int, help="pairs (sampled) or users (catalogue)")
    add("--learning-rate", type=float, help="of Adam, falling linearly to 0")
    add(
        "--l2",
        type=float,
        help="half the weight of the squared embeddings and tower weights, against summed log loss",
    )
    add("--dropout", type=float, help="in the tower")
    add("--deviation", type=float, help="of the initial embeddings")
    add(
        "--pretrain",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="NeuMF: fuse a trained GMF and MLP",
    )
    add("--fold-in", nargs="+", metavar="KEY=NUMBER", default=[], help=FOLD_IN_HELP)
    return parser.parse_args()


def settings_of(arguments):
    """The preset of the data set and the model, with what the command line says instead."""
    settings = {"factors": 0, "layers": None, "dropout": 0.0, "pretrain": False}
    settings.update(PRESETS[arguments.dataset, arguments.model])
    given = {
        name: value
        for name, value in vars(arguments).items()
        if value is not None and name in settings
    }
    fold_in_numbers = with_numbers(settings["fold_in"], given.pop("fold_in"))
    return {**settings, **given, "fold_in": fold_in_numbers}


def load(arguments, settings):
    """(training interactions, what is held out): people for strong generalisation, or leave-one-out candidates."""
    folder = arguments.data or os.path.join("data", arguments.dataset)
    if arguments.dataset == "ml-latest-small":
        return data.strong_split(
            data.load_small(folder), settings["held_out"], arguments.split_seed
        )
    return data.load_leave_one_out(folder, settings["held_out"], arguments.split_seed)


def penalty(model):
    """Half the squared embeddings and weights of the tower, which the catalogue's size alone would not hold down."""
    return (
        sum(
            weight.square().sum()
            for name, weight in model.named_parameters()
            if name.endswith("weight")
        )
        / 2
    )


def train(kind, interactions, settings, seed):
    """A trained model. With `pretrain`, a NeuMF starts from a GMF and an MLP that were trained before it."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    shape = [settings[name] for name in ("factors", "layers", "item_bias", "deviation", "dropout")]
    model = Recommender(kind, interactions.users, interactions.items, *shape)
    if settings["pretrain"] and kind == "neumf":
        fuse(model, *(train(part, interactions, settings, seed) for part in ("gmf", "mlp")))
    epoch = partial(batches, model, interactions, settings, generator)
    return run_epochs(model, kind, settings, len(interactions.user), epoch)


def batches(model, interactions, settings, generator):
    """One time through the interactions: (the summed log loss, the same with its share of the penalty) a batch."""
    epoch_losses = losses.LOSSES[settings["loss"]]
    for loss, share in epoch_losses(
        model, interactions, settings["negatives"], settings["batch"], generator
    ):
        yield loss, loss + settings["l2"] * share * penalty(model) if settings["l2"] else loss


def measure(tensors, model, dataset, held_out, fold_in_settings):
    """The metrics of the weights as they are stored, in float64; on ML-1M with the trained users' rows."""
    stored = StoredModel({**tensors, **export.user_tables(model)}, {"fold_in": fold_in_settings})
    if dataset == "ml-1m":
        rows = torch.from_numpy(held_out)
        scores = [
            stored.logits(stored.trained_vector(user), candidates)
            for user, candidates in enumerate(rows)
        ]
        return metrics.leave_one_out_metrics(torch.stack(scores).numpy())
    generator = np.random.default_rng(0)
    return metrics.strong_metrics(
        lambda history: stored.logits(fold_in(stored, history, generator)), held_out
    )


def main():
    arguments = parse_arguments()
    settings = settings_of(arguments)
    torch.set_num_threads(1)
    interactions, held_out = load(arguments, settings)
    model = train(arguments.model, interactions, settings, arguments.seed)
    fold_in_settings = settings.pop("fold_in")
    dtype = {"f16": np.float16, "f32": np.float32}[settings["dtype"]]
    tensors = export.model_tensors(
        model, dtype, interactions.item_ids, arguments.include_user_tables
    )
    measured = measure(tensors, model, arguments.dataset, held_out, fold_in_settings)
    print("  ".join(f"{name} {value:.4f}" for name, value in measured.items()))
    description = {
        "name": arguments.name or f"{TITLES[arguments.model]} on {arguments.dataset}",
        "fold_in": fold_in_settings,
        "provenance": provenance("training/train.py", arguments, settings, interactions),
        "metrics": {
            "protocol": PROTOCOLS[arguments.dataset],
            "held_out": settings["held_out"],
            **measured,
        },
    }
    if arguments.dataset == "ml-latest-small":
        description["rating"] = RATING_SCALES[arguments.dataset]
    export.write(arguments.output, arguments.model, tensors, arguments.seed, **description)


if __name__ == "__main__":
    main()
