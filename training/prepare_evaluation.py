"""Writes what evaluate.mjs and evaluate.py ask a model, as JSON. It holds people's histories: it stays on this machine.

    python3 training/prepare_evaluation.py --dataset ml-latest-small --data data/ml-latest-small
    python3 training/prepare_evaluation.py --dataset ml-1m --data data/ml-1m
    python3 training/prepare_evaluation.py --dataset ml-1m --data data/ml-1m --held-out validation

strong.json         ml-latest-small: [{ history, held_out }], one entry a person that no model was trained on
leave-one-out.json  ml-1m: [{ user, history, positive, negatives }], one entry a user of the NCF authors' split

With --held-out validation: strong-validation.json and leave-one-out-validation.json, for choosing settings.

Items are named as the weights files name them: by MovieLens id, and on ML-1M by row.
"""

import argparse
import json
import os

import data


def strong(folder, held_out, split_seed):
    interactions = data.load_small(folder)
    _, people = data.strong_split(interactions, held_out, split_seed)
    names = interactions.item_ids
    return [dict(history=names[history].tolist(), held_out=names[held_out].tolist()) for history, held_out in people]


def leave_one_out(folder, held_out, split_seed):
    interactions, candidates = data.load_leave_one_out(folder, held_out, split_seed)
    histories = interactions.histories()
    return [
        dict(user=user, history=histories[user].tolist(), positive=positive, negatives=negatives)
        for user, (positive, *negatives) in enumerate(candidates.tolist())
    ]


EVALUATIONS = {"ml-latest-small": ("strong", strong), "ml-1m": ("leave-one-out", leave_one_out)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", choices=["ml-latest-small", "ml-1m"], default="ml-latest-small", help="(%(default)s)")
    parser.add_argument("--data", metavar="FOLDER", help="where the data set is (data/DATASET)")
    parser.add_argument("--held-out", choices=["test", "validation"], default="test", help="whom to ask about (%(default)s)")
    parser.add_argument("--split-seed", type=int, default=data.SPLIT_SEED, help="who is held out (%(default)s)")
    parser.add_argument("--output", metavar="FOLDER", default="training/out", help="(%(default)s)")
    arguments = parser.parse_args()
    folder = arguments.data or os.path.join("data", arguments.dataset)
    name, entries = EVALUATIONS[arguments.dataset]
    ending = "-validation.json" if arguments.held_out == "validation" else ".json"
    os.makedirs(arguments.output, exist_ok=True)
    with open(os.path.join(arguments.output, name + ending), "w", encoding="ascii") as file:
        json.dump(entries(folder, arguments.held_out, arguments.split_seed), file)


if __name__ == "__main__":
    main()
