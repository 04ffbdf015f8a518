"""A table of ranking towers: the paper's and variants, by the weighted per-user loss in per cent.

python3 -m training.two_stage.compare_rankers --seeds 0 1
"""

import numpy as np
import torch

from training.common import arguments as command_line
from training.datasets.movielens import SPLIT_SEED
from training.datasets.timeline import HISTORY_SHARE
from training.two_stage import training_set
from training.two_stage.impressions import ImpressionSampler, misranked_share
from training.two_stage.presets import RANKER
from training.two_stage.ranking_features import RankingFeatures
from training.two_stage.train_ranker import measure, queries_of, train

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


def measure_popularity(features, queries):
    """{user group: per cent} with a film's popularity as its score."""
    values = features.item_values["popularity"]
    return {
        name: misranked_share(values[rows], watch_times)
        for name, (_, rows, watch_times) in queries.items()
    }


def print_row(name, results):
    """results: [{user group: per cent}], one per seed."""
    columns = [[result[group] for result in results] for group in results[0]]
    cells = [
        f"{np.mean(column):.1f} ({min(column):.1f} to {max(column):.1f})" for column in columns
    ]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main():
    parser = command_line.new_parser(__doc__)
    command_line.add_dataset(parser, [training_set.DATASET])
    command_line.add_split(parser, "test", seed=False)
    add, names = parser.add_argument, list(VARIANTS)
    add("--seeds", type=int, nargs="+", default=[0], help="of weights and samples")
    add("--pages", type=int, default=RANKER["pages"], help="of each user per epoch (%(default)s)")
    add("--variants", nargs="+", choices=names, default=names, help="only these rows")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    folder = command_line.folder_of(arguments)
    data_set = training_set.load(folder, arguments.held_out, SPLIT_SEED, RANKER["words"])
    shape = data_set.timelines, data_set.items
    sampler, queries = ImpressionSampler(*shape), queries_of(data_set)
    print("| hidden layers | next period | new users |\n| --- | ---: | ---: |")
    for number, name in enumerate(arguments.variants):
        settings = {**RANKER, "pages": arguments.pages, **VARIANTS[name]}
        known = data_set.words, HISTORY_SHARE, settings["inputs"]
        features = RankingFeatures(folder, *shape, *known)
        if not number:
            print_row("by popularity", [measure_popularity(features, queries)])
        models = (train(data_set, features, sampler, settings, seed) for seed in arguments.seeds)
        print_row(name, [measure(model, features, queries) for model in models])


if __name__ == "__main__":
    main()
