"""Measures weights files by the float64 reference: the expected results of by_package.js.

    python3 -m training.evaluate.by_reference training/out/strong.json \\
        web-demo/models/dae.safetensors
    python3 -m training.evaluate.by_reference training/out/leave-one-out.json \\
        training/out/ml-1m-gmf.safetensors --users 1000
    python3 -m training.evaluate.by_reference training/out/ml-1m-ratings.json \\
        training/out/ml-1m-autorec-item.safetensors

--fold-in and, for I-AutoRec, --ridge try other settings than the file's; use validation data.
"""

import json

import numpy as np
import torch

from training.autoencoder.measures import measure_rankings, measure_ratings
from training.autoencoder.reference import DEFAULTS, StoredAutoencoder
from training.common import arguments as command_line
from training.common import metrics, safetensors_file
from training.ncf.fold_in import fold_in
from training.ncf.presets import FOLD_IN_HELP, override_fold_in
from training.ncf.reference import StoredModel


def rows_of(items, tensors):
    """Item rows of the ids that the file gives its items."""
    if "item_ids" in tensors:
        return np.searchsorted(tensors["item_ids"], items)
    return np.array(items, dtype=np.int64)


def strong(model, tensors, entries, seed):
    generator = np.random.default_rng(seed)
    users = [
        (rows_of(entry["history"], tensors), rows_of(entry["held_out"], tensors))
        for entry in entries
    ]

    def score_user(history):
        return model.logits(fold_in(model, history, generator))

    return {"new users": metrics.strong_metrics(score_user, users)}


def leave_one_out(model, entries, seed):
    """With the users' trained vectors, and with vectors fitted to their histories."""
    generator = np.random.default_rng(seed)
    vectors = {
        "trained": lambda entry: model.trained_vector(entry["user"]),
        "folded in": lambda entry: fold_in(model, entry["history"], generator),
    }
    results = {}
    for name, vector_of in vectors.items():
        candidates = [torch.tensor([entry["positive"], *entry["negatives"]]) for entry in entries]
        scores = [model.logits(vector_of(entry), rows) for entry, rows in zip(entries, candidates)]
        results[name] = metrics.leave_one_out_metrics(torch.stack(scores).numpy())
    return results


def autoencoder(tensors, description, entries, ridge):
    if ridge:
        description["ridge"] = {"weight": ridge[0], "bias": ridge[1]}
    model = StoredAutoencoder(tensors, description)

    def items_and_ratings(pairs):
        items, ratings = np.array(pairs, dtype=float).reshape(-1, 2).T
        return rows_of(items, tensors).astype(np.int64), ratings

    if "targets" in entries[0]:
        users = [
            (*items_and_ratings(entry["history"]), *items_and_ratings(entry["targets"]))
            for entry in entries
        ]
        return {"ratings": measure_ratings(model, users)}
    users = []
    for entry in entries:
        history, held_out = (rows_of(entry[name], tensors) for name in ("history", "held_out"))
        users.append((history, np.array(entry["ratings"]), held_out, None))
    return {"new users": measure_rankings(model, users)}


def ncf(tensors, description, entries, fold_in_pairs, seed):
    description["fold_in"] = override_fold_in(description["fold_in"], fold_in_pairs)
    model = StoredModel(tensors, description)
    if "held_out" in entries[0]:
        return strong(model, tensors, entries, seed)
    return leave_one_out(model, entries, seed)


def main():
    parser = command_line.new_parser(__doc__)
    add = parser.add_argument
    add("evaluation", help="a JSON file of training.evaluate.prepare")
    add("weights", nargs="+", help="weights files; leave-one-out needs their user tables")
    add("--users", type=int, help="only the first users")
    command_line.add_seed(parser)
    add("--fold-in", nargs="+", metavar="KEY=NUMBER", default=[], help=FOLD_IN_HELP)
    ridge = "I-AutoRec: ridge penalties"
    add("--ridge", type=float, nargs=2, metavar=("WEIGHT", "BIAS"), help=ridge)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with open(arguments.evaluation, encoding="ascii") as file:
        entries = json.load(file)[: arguments.users]
    for path in arguments.weights:
        tensors, description = safetensors_file.read(path)
        if description["kind"] in DEFAULTS:
            results = autoencoder(tensors, description, entries, arguments.ridge)
        else:
            results = ncf(tensors, description, entries, arguments.fold_in, arguments.seed)
        for name, measured in results.items():
            print(f"{path}  {name}  ", metrics.as_text(measured))


if __name__ == "__main__":
    main()
