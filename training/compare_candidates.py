"""Candidate generation beside popularity: features, depths and other splits of the people, as a table.

python3 training/compare_candidates.py --data data/ml-latest-small
"""

import argparse
import os

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # sums in one order, whatever the machine; before numpy is loaded
)

import candidate_measures as measures
import data
import numpy as np
import torch
import two_stage_script as script
from candidates import CandidateFeatures
from presets import CANDIDATES
from train_candidates import train

PRESET = "and their number: the preset"
VARIANTS = {
    "watches, depth 0": {"features": ["watched"], "layers": []},
    "watches, 256-128": {"features": ["watched"]},
    "and the last 5 watches": {"features": ["watched", "recent"]},
    "and searches": {"features": ["watched", "recent", "searched"]},
    PRESET: {},
    "and example age": {"features": [*CANDIDATES["features"], "age"]},
    "the preset, depth 0": {"layers": []},
    "the preset, 512-256-128": {"layers": [512, 256, 128]},
    "the preset, l2": {"normalize": "l2"},
    "the preset, no batch normalisation": {"batch_norm": False},
}


def row(name, values, reference):
    """Means over the people; of the first measure's difference to popularity at that time, a 95% interval."""
    low, high = measures.interval(values[:, -1] - reference[:, -1])
    means = " | ".join(f"{mean:.3f}" for mean in values.mean(axis=0))
    print(f"| {name} | {means} | {low:+.3f} to {high:+.3f} |", flush=True)


def compare(folder, held_out, split_seed, seed, variants):
    """Prints a row for popularity and for each variant."""
    data_set = script.load(folder, held_out, split_seed, CANDIDATES["words"])
    features, asked = (
        CandidateFeatures(data_set.people, data_set.words),
        measures.questions(data_set.asked),
    )
    answers = measures.popularity_answers(data_set.people, asked, data_set.items)
    reference = measures.recalls(answers["popularity at that time"], asked)
    for name, answer in answers.items():
        row(name, measures.recalls(answer, asked), reference)
    for name, variant in variants.items():
        model = train(data_set.people, data_set.items, features, {**CANDIDATES, **variant}, seed)
        row(
            name, measures.recalls(measures.model_answers(model, features, asked), asked), reference
        )
        if "age" in model.features:
            served = measures.model_answers(model, features, asked, np.zeros(len(asked)))
            row(f"{name}, age 0", measures.recalls(served, asked), reference)


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
        help="who is asked about (%(default)s)",
    )
    add(
        "--splits",
        type=int,
        nargs="+",
        help="only the preset, on these splits of the people; else everything on the usual one",
    )
    add(
        "--variants",
        nargs="+",
        choices=list(VARIANTS),
        default=list(VARIANTS),
        help="only these rows",
    )
    add(
        "--seed",
        type=int,
        default=0,
        help="of the initial weights and of what is drawn (%(default)s)",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(
        f"| | Recall@20 | Recall@100 | Recall@100, less popularity at that time |\n| --- | {'---: | ' * 3}"
    )
    for split in arguments.splits or [data.SPLIT_SEED]:
        print(f"| split {split} | | | |")
        chosen = [PRESET] if arguments.splits else arguments.variants
        variants = {name: VARIANTS[name] for name in chosen}
        compare(arguments.data, arguments.held_out, split, arguments.seed, variants)


if __name__ == "__main__":
    main()
