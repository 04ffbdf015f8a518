"""Trains iALS, BPR, logistic MF, EASE or ItemKNN on MovieLens, or counts; writes a weights file.

    python3 -m training.linear.train --model ials --output training/out/ials.safetensors
    python3 -m training.linear.train --model bpr --dataset ml-1m --include-user-tables \\
        --output training/out/ml-1m-bpr.safetensors

ml-latest-small: a tenth of the users is held out. ml-1m: the NCF authors' split, or with
--protocol strong a tenth of the users, and ratings of 4 or more. Defaults are in
training/linear/presets.py. The same settings give the same bytes.
"""

import numpy as np
import torch

from training.common import arguments as command_line
from training.common import metrics
from training.common.item_tensors import item_tensors
from training.common.provenance import provenance
from training.datasets import liked, movielens
from training.evaluate.baselines import ease_weights, neighbour_weights
from training.linear import export, models
from training.linear.presets import LIKED, PRESETS
from training.linear.reference import StoredLinear

TITLES = {
    "ials": "iALS",
    "bpr": "BPR",
    "logistic": "Logistic MF",
    "ease": "EASE",
    "ease-sparse": "EASE, sparse",
    "itemknn": "ItemKNN",
    "popularity": "popularity",
}
PROTOCOLS = {"ml-latest-small": ["strong"], "ml-1m": ["leave-one-out", "strong"]}
SMALL_PROTOCOL = (
    "users not trained on: 80% of their films are history, 20% to be found in the whole catalogue"
)


def parse_arguments():
    parser = command_line.new_parser(__doc__)
    add = parser.add_argument
    add("--model", choices=list(TITLES), required=True, help="what to train")
    command_line.add_dataset(parser)
    command_line.add_training(parser)
    add("--protocol", choices=PROTOCOLS["ml-1m"], help="ml-1m: what is held out (leave-one-out)")
    add("--include-user-tables", action="store_true", help="store the users: not to publish")
    add("--width", type=int, help="iALS, BPR, logistic: of the vectors")
    add("--unobserved", type=float, help="iALS: weight of the pairs without interaction")
    add("--regularization", type=float, help="iALS, EASE: weight of the squared numbers")
    add("--kept", type=int, help="ease-sparse: so many numbers of the matrix, the largest")
    add("--neighbours", type=int, help="ItemKNN: the nearest films that a film keeps")
    arguments = parser.parse_args()
    arguments.protocol = arguments.protocol or PROTOCOLS[arguments.dataset][0]
    if arguments.protocol not in PROTOCOLS[arguments.dataset]:
        parser.error(f"--protocol {arguments.protocol}: not of {arguments.dataset}")
    return arguments


def are_liked(arguments):
    """Whether interactions are ratings of 4 or more: Liang et al.'s protocol on ML-1M."""
    return (arguments.dataset, arguments.protocol) == ("ml-1m", "strong")


def settings_of(arguments):
    """The preset, overridden by the command line."""
    preset = PRESETS[arguments.model]
    if are_liked(arguments):
        preset = {**preset, **LIKED.get(arguments.model, {})}
    return command_line.settings_from(arguments, preset)


def load(arguments, held_out):
    """(interactions that are trained on, what is held out)"""
    folder, split = command_line.folder_of(arguments), (held_out, arguments.split_seed)
    if are_liked(arguments):
        return liked.load_strong(folder, *split)
    if arguments.dataset == "ml-1m":
        return movielens.load_leave_one_out(folder, *split)
    return movielens.strong_split(movielens.load_small(folder), *split)


def ials(interactions, settings, seed, tables):
    users, items = models.train_ials(interactions, settings, seed)
    dtype = command_line.DTYPES[settings["dtype"]]
    tensors = export.dot_tensors(users, items, dtype, include_user_tables=tables)
    return tensors, {"fold_in": export.ials_fold_in(settings)}


def bpr(interactions, settings, seed, tables):
    model = models.train_bpr(interactions, settings, seed)
    users, items, bias = (
        part.weight.detach().numpy() for part in (model.user, model.item, model.bias)
    )
    dtype = command_line.DTYPES[settings["dtype"]]
    tensors = export.dot_tensors(users, items, dtype, bias[:, 0], tables)
    return tensors, {"fold_in": export.bpr_fold_in(settings, interactions)}


def logistic(interactions, settings, seed, tables):
    from training.linear import sgd  # needs numba, which the other models do without

    model = sgd.train_logistic(interactions, settings, seed)
    dtype = command_line.DTYPES[settings["dtype"]]
    tensors = export.logistic_tensors(model, dtype, tables)
    fold_in = export.logistic_fold_in(settings)
    return tensors, {"user_bias": True, "output": "sigmoid", "fold_in": fold_in}


def ease(interactions, settings, seed, tables):
    weights = ease_weights(interactions, settings["regularization"])
    return {"weight": weights.astype(command_line.DTYPES[settings["dtype"]])}, {}


def ease_sparse(interactions, settings, seed, tables):
    weights = ease_weights(interactions, settings["regularization"])
    return export.sparse_int8_rows(export.largest(weights, settings["kept"])), {}


def itemknn(interactions, settings, seed, tables):
    weights = neighbour_weights(interactions, settings["neighbours"])
    return export.sparse_rows(weights, command_line.DTYPES[settings["dtype"]]), {}


def popularity(interactions, settings, seed, tables):
    """The number of interactions of each film is its bias; no vector says anything of a user."""
    counts = np.bincount(interactions.item, minlength=interactions.items)
    nothing = np.zeros((len(counts), 1))
    tensors = export.dot_tensors(None, nothing, command_line.DTYPES[settings["dtype"]], counts)
    return tensors, {"fold_in": {"loss": "bpr", "negatives": 1, "prior": 1.0}}


MODELS = {
    "ials": ials,
    "bpr": bpr,
    "logistic": logistic,
    "ease": ease,
    "ease-sparse": ease_sparse,
    "itemknn": itemknn,
    "popularity": popularity,
}


def metrics_of(arguments, stored, users):
    """What the files of the demo say of themselves, in float64."""
    if arguments.dataset != "ml-latest-small" or not stored.folds_in:
        return {}
    measured = metrics.strong_metrics(stored.raw, users)
    print(metrics.as_text(measured))
    held_out = arguments.held_out or "test"
    return {"metrics": {"protocol": SMALL_PROTOCOL, "held_out": held_out, **measured}}


def main():
    arguments = parse_arguments()
    settings = settings_of(arguments)
    torch.set_num_threads(1)
    interactions, held_out = load(arguments, arguments.held_out or "test")
    tables = arguments.include_user_tables
    tensors, fields = MODELS[arguments.model](interactions, settings, arguments.seed, tables)
    script = "training/linear/train.py"
    scale = movielens.RATING_SCALES[arguments.dataset]
    if are_liked(arguments):
        scale = liked.RATING_SCALE
    description = {
        **fields,
        "name": arguments.name or f"{TITLES[arguments.model]} on {arguments.dataset}",
        "rating": scale,
        "provenance": provenance(script, arguments, settings, interactions),
    }
    stored = StoredLinear(tensors, description)
    description |= metrics_of(arguments, stored, held_out)
    if stored.folds_in:
        description["check"] = export.check_histories(stored, arguments.seed)
    items = item_tensors(interactions)
    export.write(arguments.output, settings["kind"], tensors, items, **description)


if __name__ == "__main__":
    main()
