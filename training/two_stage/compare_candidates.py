"""A table of candidate generation beside popularity: features, depths, splits of the users.

python3 -m training.two_stage.compare_candidates
"""

import numpy as np
import torch

from training.common import arguments as command_line
from training.datasets.movielens import SPLIT_SEED
from training.two_stage import candidate_measures as measures
from training.two_stage import training_set
from training.two_stage.candidate_features import CandidateFeatures
from training.two_stage.presets import CANDIDATES
from training.two_stage.train_candidates import train

PRESET = "the preset"
VARIANTS = {
    PRESET: {},
    "moments alone": {"subsets": 0.0},
    "subsets alone": {"subsets": 1.0},
    "watches alone": {"features": ["watched"]},
    "and the last 5 watches": {"features": [*CANDIDATES["features"], "recent"]},
    "and example age": {"features": [*CANDIDATES["features"], "age"]},
    "depth 0": {"layers": []},
    "512-256-128": {"layers": [512, 256, 128]},
    "l2": {"normalize": "l2"},
    "no batch normalisation": {"batch_norm": False},
}
HEADER = """\
| | Recall@20 | Recall@100 | Recall@100, less popularity at that time |
| --- | ---: | ---: | ---: |"""


def print_row(name, values, reference):
    """Means over users, and a 95% interval of Recall@100 less the reference's."""
    low, high = measures.interval(values[:, -1] - reference[:, -1])
    means = " | ".join(f"{mean:.3f}" for mean in values.mean(axis=0))
    print(f"| {name} | {means} | {low:+.3f} to {high:+.3f} |", flush=True)


def compare(folder, held_out, split_seed, seed, variants):
    """Prints a row for popularity and for each variant."""
    data_set = training_set.load(folder, held_out, split_seed, CANDIDATES["words"])
    timelines, items = data_set.timelines, data_set.items
    features = CandidateFeatures(timelines, data_set.words)
    queries = measures.queries_of(data_set.held_out)
    popular = measures.popularity_scores(timelines, queries, items)
    reference = measures.recalls(popular["popularity at that time"], queries)
    for name, scores in popular.items():
        print_row(name, measures.recalls(scores, queries), reference)
    for name, variant in variants.items():
        model = train(timelines, items, features, {**CANDIDATES, **variant}, seed)
        scores = measures.model_scores(model, features, queries)
        print_row(name, measures.recalls(scores, queries), reference)
        if "age" in model.features:
            scores = measures.model_scores(model, features, queries, np.zeros(len(queries)))
            print_row(f"{name}, age 0", measures.recalls(scores, queries), reference)


def main():
    parser = command_line.new_parser(__doc__)
    command_line.add_dataset(parser, [training_set.DATASET])
    command_line.add_split(parser, "test", seed=False)
    command_line.add_seed(parser)
    add, names = parser.add_argument, list(VARIANTS)
    add("--splits", type=int, nargs="+", help="only the preset, with these split seeds")
    add("--variants", nargs="+", choices=names, default=names, help="only these rows")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    chosen = [PRESET] if arguments.splits else arguments.variants
    variants = {name: VARIANTS[name] for name in chosen}
    print(HEADER)
    for split in arguments.splits or [SPLIT_SEED]:
        print(f"| split {split} | | | |")
        folder = command_line.folder_of(arguments)
        compare(folder, arguments.held_out, split, arguments.seed, variants)


if __name__ == "__main__":
    main()
