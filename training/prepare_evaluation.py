"""Writes what evaluate.mjs and evaluate.py ask a model, as JSON. It holds people's histories: it stays on this machine.

    python3 training/prepare_evaluation.py --dataset ml-latest-small --data data/ml-latest-small
    python3 training/prepare_evaluation.py --dataset ml-1m --data data/ml-1m

strong.json         ml-latest-small: [{ history, held_out }], one entry a person that no model was trained on
leave-one-out.json  ml-1m: [{ user, history, positive, negatives }], one entry a user of the NCF authors' split

Items are named as the weights files name them: by MovieLens id, and on ML-1M by row.
"""

import argparse
import json
import os

import data


def strong(folder, split_seed):
    interactions = data.load_small(folder)
    _, people = data.strong_split(interactions, "test", split_seed)
    names = interactions.item_ids
    return [dict(history=names[history].tolist(), held_out=names[held_out].tolist()) for history, held_out in people]


def leave_one_out(folder):
    histories = data.load_ml_1m(folder).histories()
    lists = data.load_ml_1m_candidates(folder).tolist()
    return [
        dict(user=user, history=histories[user].tolist(), positive=positive, negatives=negatives)
        for user, (positive, *negatives) in enumerate(lists)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", choices=["ml-latest-small", "ml-1m"], default="ml-latest-small", help="(%(default)s)")
    parser.add_argument("--data", metavar="FOLDER", help="where the data set is (data/DATASET)")
    parser.add_argument("--split-seed", type=int, default=data.SPLIT_SEED, help="who is held out (%(default)s)")
    parser.add_argument("--output", metavar="FOLDER", default="training/out", help="(%(default)s)")
    arguments = parser.parse_args()
    folder = arguments.data or os.path.join("data", arguments.dataset)
    if arguments.dataset == "ml-1m":
        name, content = "leave-one-out.json", leave_one_out(folder)
    else:
        name, content = "strong.json", strong(folder, arguments.split_seed)
    os.makedirs(arguments.output, exist_ok=True)
    with open(os.path.join(arguments.output, name), "w", encoding="ascii") as file:
        json.dump(content, file)


if __name__ == "__main__":
    main()
