"""Trains GMF, MLP or NeuMF on MovieLens and writes a weights file.

    python3 -m training.ncf.train --model neumf --output training/out/neumf.safetensors
    python3 -m training.ncf.train --model neumf --dataset ml-1m --include-user-tables \\
        --output training/out/ml-1m-neumf.safetensors

Defaults are in training/ncf/presets.py. The same settings give the same bytes.
"""

from functools import partial

import numpy as np
import torch

from training.common import arguments as command_line
from training.common import metrics
from training.common.item_tensors import item_tensors
from training.common.optimiser import run_epochs
from training.common.provenance import provenance
from training.datasets import movielens
from training.ncf import export, losses
from training.ncf.fold_in import fold_in
from training.ncf.models import Recommender, average, fuse
from training.ncf.presets import FOLD_IN_HELP, PRESETS, override_fold_in
from training.ncf.reference import StoredModel

TITLES = {"gmf": "GMF", "mlp": "MLP", "neumf": "NeuMF", "neumf-64": "NeuMF 64"}
PROTOCOLS = {
    "ml-latest-small": "users not trained on: 80% of their films are history, 20% to be found in "
    "the whole catalogue",
    "ml-1m": "the NCF authors' leave-one-out: the last film among 99 sampled ones, the users' "
    "trained vectors",
}


def parse_arguments():
    parser = command_line.new_parser(__doc__)
    add = parser.add_argument
    add("--model", choices=list(TITLES), required=True, help="what to train")
    command_line.add_dataset(parser)
    command_line.add_training(parser)
    add("--include-user-tables", action="store_true", help="store the users' rows: not to publish")
    add("--factors", type=int, help="width of the GMF vectors")
    add("--members", type=int, help="GMF: the mean of so many, which share the factors")
    add("--layers", type=int, nargs="+", help="widths: [user | item], then the tower's layers")
    command_line.add_flag(parser, "--item-bias", "a bias for each item")
    add("--loss", choices=list(losses.LOSSES), help="sampled negatives, or all items, weighted")
    add("--negatives", type=int, help="for each interaction")
    add("--dropout", type=float, help="in the tower")
    add("--deviation", type=float, help="of the initial embeddings")
    command_line.add_flag(parser, "--pretrain", "NeuMF: start from a trained GMF and MLP")
    add("--fold-in", nargs="+", metavar="KEY=NUMBER", default=[], help=FOLD_IN_HELP)
    arguments = parser.parse_args()
    if (arguments.dataset, arguments.model) not in PRESETS:
        parser.error(f"--model {arguments.model}: not of {arguments.dataset}")
    return arguments


def settings_of(arguments):
    """The preset of data set and model, overridden by the command line."""
    preset = {"factors": 0, "layers": None, "dropout": 0.0, "pretrain": False, "members": 1}
    preset |= PRESETS[arguments.dataset, arguments.model]
    settings = command_line.settings_from(arguments, preset)
    return {**settings, "fold_in": override_fold_in(preset["fold_in"], arguments.fold_in)}


def load(arguments, settings):
    """(training interactions, held out): users of the strong split, or leave-one-out candidates."""
    folder, split = command_line.folder_of(arguments), (settings["held_out"], arguments.split_seed)
    if arguments.dataset == "ml-latest-small":
        return movielens.strong_split(movielens.load_small(folder), *split)
    return movielens.load_leave_one_out(folder, *split)


def train(kind, interactions, settings, seed):
    """A trained model. With `pretrain`, a NeuMF starts from a GMF and an MLP trained first."""
    if kind == "gmf" and settings.get("members", 1) > 1:
        return train_members(interactions, settings, seed)
    if "dot" in settings:
        from training.ncf.dot_start import dot_gmf  # numba, which nothing else here needs

        return dot_gmf(interactions, settings, seed)
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    shape = [settings[name] for name in ("factors", "layers", "item_bias", "deviation", "dropout")]
    model = Recommender(kind, interactions.users, interactions.items, *shape)
    if settings["pretrain"] and kind == "neumf":
        own = settings.get("parts", {})
        parts = (
            train(part, interactions, {**settings, **own.get(part, {})}, seed)
            for part in ("gmf", "mlp")
        )
        fuse(model, *parts)
    epoch = partial(batches, model, interactions, settings, generator)
    return run_epochs(model, kind, settings, len(interactions.user), epoch)


def train_members(interactions, settings, seed):
    """The mean of GMFs from different random starts, which share the factors."""
    count = settings["members"]
    part = {**settings, "members": 1, "factors": settings["factors"] // count}
    return average(
        [train("gmf", interactions, part, count * seed + place) for place in range(count)]
    )


def batches(model, interactions, settings, generator):
    """One epoch: (summed log loss, the same with its share of the penalty) for each batch."""
    sizes = settings["negatives"], settings["batch"]
    epoch_losses, penalty_of = losses.LOSSES[settings["loss"]]
    penalty = penalty_of(model, interactions, settings["negatives"])
    for loss, share in epoch_losses(model, interactions, *sizes, generator):
        yield loss, loss + settings["l2"] * share * penalty() if settings["l2"] else loss


def measure(tensors, model, dataset, held_out, fold_in_settings):
    """Metrics of the stored weights in float64; on ML-1M with the trained users' rows."""
    stored = StoredModel({**tensors, **export.user_tables(model)}, {"fold_in": fold_in_settings})
    if dataset == "ml-1m":
        scores = [
            stored.logits(stored.trained_vector(user), candidates)
            for user, candidates in enumerate(torch.from_numpy(held_out))
        ]
        return metrics.leave_one_out_metrics(torch.stack(scores).numpy())
    generator = np.random.default_rng(0)
    return metrics.strong_metrics(
        lambda history: stored.logits(fold_in(stored, history, generator)), held_out
    )


def main():
    arguments = parse_arguments()
    settings, kind = settings_of(arguments), arguments.model.split("-")[0]
    torch.set_num_threads(1)
    interactions, held_out = load(arguments, settings)
    model = train(kind, interactions, settings, arguments.seed)
    fold_in_settings = settings.pop("fold_in")
    tensors = export.model_tensors(
        model,
        command_line.DTYPES[settings["dtype"]],
        item_tensors(interactions),
        arguments.include_user_tables,
    )
    measured = measure(tensors, model, arguments.dataset, held_out, fold_in_settings)
    print(metrics.as_text(measured))
    protocol = {"protocol": PROTOCOLS[arguments.dataset], "held_out": settings["held_out"]}
    description = {
        "name": arguments.name or f"{TITLES[arguments.model]} on {arguments.dataset}",
        "fold_in": fold_in_settings,
        "provenance": provenance("training/ncf/train.py", arguments, settings, interactions),
        "metrics": {**protocol, **measured},
    }
    if arguments.dataset == "ml-latest-small":
        description["rating"] = movielens.RATING_SCALES[arguments.dataset]
    export.write(arguments.output, kind, tensors, arguments.seed, **description)


if __name__ == "__main__":
    main()
