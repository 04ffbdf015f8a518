"""Towers of the ranking model as the paper's table has them, and what it leaves out: the weighted per-user loss, per cent.

python3 training/compare_rankers.py --data data/ml-latest-small --seeds 0 1
"""

import argparse
import os

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # sums in one order, whatever the machine; before numpy is loaded
)

import data
import numpy as np
import torch
import two_stage_script as script
from impressions import Shelf, misranked_share
from presets import RANKER
from ranking import RankingFeatures
from timeline import HISTORY_SHARE
from train_ranker import measure, questions, train

VARIANTS = {
    "none": {"layers": []},
    "256": {"layers": [256]},
    "512": {"layers": [512]},
    "1024": {"layers": [1024]},
    "512-256": {"layers": [512, 256]},
    "1024-512": {"layers": [1024, 512]},
    "1024-512-256": {"layers": [1024, 512, 256]},
    "256-128": {"layers": [256, 128]},
    "256-128, without square and root": {"inputs": ["value"]},
    "256-128, unweighted": {"weighted": False},
}


def by_numbers(features, asked, name):
    """{who: per cent} where a film's popularity, or its mean rating, is the score."""
    values = features.item_values[name]
    return {
        who: misranked_share(values[rows], watched) for who, (_, rows, watched) in asked.items()
    }


def row(name, results):
    """results: [{who: per cent}], one a seed."""
    columns = [[result[who] for result in results] for who in results[0]]
    spread = " | ".join(
        f"{np.mean(column):.1f} ({min(column):.1f} to {max(column):.1f})" for column in columns
    )
    print(f"| {name} | {spread} |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "--data",
        metavar="FOLDER",
        default="data/ml-latest-small",
        help="where the data set is (%(default)s)",
    )
    add(
        "--held-out",
        choices=["test", "validation"],
        default="test",
        help="who are the new people (%(default)s)",
    )
    add(
        "--seeds",
        type=int,
        nargs="+",
        default=[0],
        help="of the initial weights and of what is drawn",
    )
    add(
        "--pages",
        type=int,
        default=RANKER["pages"],
        help="of each person in an epoch (%(default)s)",
    )
    add(
        "--variants",
        nargs="+",
        choices=list(VARIANTS),
        default=list(VARIANTS),
        help="only these rows",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data_set = script.load(arguments.data, arguments.held_out, data.SPLIT_SEED, RANKER["words"])
    shelf, asked = Shelf(data_set.people, data_set.items), questions(data_set)
    print("| hidden layers | next period | new people |\n| --- | ---: | ---: |")
    for number, name in enumerate(arguments.variants):
        settings = {**RANKER, "pages": arguments.pages, **VARIANTS[name]}
        known = data_set.people, data_set.items, data_set.words, HISTORY_SHARE, settings["inputs"]
        features = RankingFeatures(arguments.data, *known)
        if not number:
            row("by popularity", [by_numbers(features, asked, "popularity")])
        models = (train(data_set, features, shelf, settings, seed) for seed in arguments.seeds)
        row(name, [measure(model, features, asked) for model in models])


if __name__ == "__main__":
    main()
