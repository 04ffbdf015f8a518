"""Measures weights files by the float64 reference, without the wasm package: what evaluate.mjs should come out at.

    python3 training/evaluate.py training/out/strong.json web-demo/models/*.safetensors
    python3 training/evaluate.py training/out/leave-one-out.json training/out/ml-1m-gmf.safetensors --users 1000
    python3 training/evaluate.py training/out/ml-1m-ratings.json training/out/ml-1m-autorec-item.safetensors

Other fold-in numbers than the file's own can be tried with --fold-in, on the validation's questions; for I-AutoRec
other pulls with --ridge.
"""

import argparse
import json

import metrics
import numpy as np
import safetensors_file
import torch
from autoencoder_measures import rankings_of_new_people, ratings_of_people
from fold_in import fold_in
from presets import FOLD_IN_HELP, with_numbers
from stored_autoencoder import DEFAULTS, StoredAutoencoder
from stored_model import StoredModel


def rows_of(items, tensors):
    """Item rows from the names that the file gives them."""
    return (
        np.searchsorted(tensors["item_ids"], items)
        if "item_ids" in tensors
        else np.array(items, dtype=np.int64)
    )


def strong(model, tensors, people, seed):
    generator = np.random.default_rng(seed)
    rows = [
        (rows_of(person["history"], tensors), rows_of(person["held_out"], tensors))
        for person in people
    ]
    measured = metrics.strong_metrics(
        lambda history: model.logits(fold_in(model, history, generator)), rows
    )
    return {"new people": measured}


def leave_one_out(model, users, seed):
    """The users' own vectors, and the vectors that their histories give."""
    generator = np.random.default_rng(seed)
    ways = {
        "trained": lambda entry: model.trained_vector(entry["user"]),
        "folded in": lambda entry: fold_in(model, entry["history"], generator),
    }
    results = {}
    for way, vector_of in ways.items():
        candidates = [torch.tensor([entry["positive"], *entry["negatives"]]) for entry in users]
        scores = [model.logits(vector_of(entry), rows) for entry, rows in zip(users, candidates)]
        results[way] = metrics.leave_one_out_metrics(torch.stack(scores).numpy())
    return results


def autoencoder(tensors, description, entries, ridge):
    """A history goes through the encoder: there is nothing to fit and nothing to draw."""
    if ridge:
        description["ridge"] = {"weight": ridge[0], "bias": ridge[1]}
    model = StoredAutoencoder(tensors, description)

    def items_and_ratings(pairs):
        items, ratings = np.array(pairs, dtype=float).reshape(-1, 2).T
        return rows_of(items, tensors).astype(np.int64), ratings

    if "targets" in entries[0]:
        people = [
            (*items_and_ratings(entry["history"]), *items_and_ratings(entry["targets"]))
            for entry in entries
        ]
        return {"ratings": ratings_of_people(model, people)}
    people = [
        (
            rows_of(entry["history"], tensors),
            np.array(entry["ratings"]),
            rows_of(entry["held_out"], tensors),
            None,
        )
        for entry in entries
    ]
    return {"new people": rankings_of_new_people(model, people)}


def neural(tensors, description, entries, fold_in_numbers, seed):
    """GMF, MLP, NeuMF."""
    description["fold_in"] = with_numbers(description["fold_in"], fold_in_numbers)
    model = StoredModel(tensors, description)
    return (
        strong(model, tensors, entries, seed)
        if "held_out" in entries[0]
        else leave_one_out(model, entries, seed)
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("evaluation", help="one of the JSON files from prepare_evaluation.py")
    parser.add_argument(
        "weights", nargs="+", help="weights files; leave-one-out needs the users' rows in them"
    )
    parser.add_argument("--users", type=int, help="only the first so many")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the fold-in's negatives (%(default)s)"
    )
    parser.add_argument("--fold-in", nargs="+", metavar="KEY=NUMBER", default=[], help=FOLD_IN_HELP)
    parser.add_argument(
        "--ridge", type=float, nargs=2, metavar=("WEIGHT", "BIAS"), help="I-AutoRec: other pulls"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with open(arguments.evaluation, encoding="ascii") as file:
        entries = json.load(file)[: arguments.users]
    for path in arguments.weights:
        tensors, description = safetensors_file.read(path)
        if description["kind"] in DEFAULTS:
            results = autoencoder(tensors, description, entries, arguments.ridge)
        else:
            results = neural(tensors, description, entries, arguments.fold_in, arguments.seed)
        for way, measured in results.items():
            print(
                f"{path}  {way}  ",
                "  ".join(f"{name} {value:.4f}" for name, value in measured.items()),
            )


if __name__ == "__main__":
    main()
