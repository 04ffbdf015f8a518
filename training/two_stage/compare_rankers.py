"""A table of ranking models and variants, by the lists of both stages for short histories.

python3 -m training.two_stage.compare_rankers
"""

import torch

from training.common import arguments as command_line
from training.datasets.movielens import SPLIT_SEED
from training.two_stage import training_set
from training.two_stage.impressions import FirstStage
from training.two_stage.pipeline_measures import LISTS, METRICS, measure, queries_of
from training.two_stage.presets import RANKER
from training.two_stage.ranking_features import RankingFeatures
from training.two_stage.train_ranker import CANDIDATES, train

GIVEN = (3, 10)
VARIANTS = {
    "the preset": {},
    "the start alone": {"epochs": 0},
    "unweighted": {"weighted": False},
    "no start: random, 12 epochs": {"started": False, "epochs": 12, "learning_rate": 0.002},
    "the same, relu": {
        **{"started": False, "epochs": 12, "learning_rate": 0.002},
        "activation": "relu",
    },
}


class Popularity:
    """Ranks by the number of ratings."""

    def __init__(self, features):
        self.values = features.item_values["popularity"]

    def raw(self, user, history):
        return self.values


class Trained:
    """A model as trained, which ranks the whole catalogue."""

    def __init__(self, model, features):
        self.model, self.features = model, features
        self.rows = torch.arange(len(features.genre_rows))[None]

    def raw(self, user, history):
        with torch.no_grad():
            return self.model(self.features.users([user], [history]), self.rows)[0].numpy()


def print_row(name, measured):
    cells = [
        " / ".join(f"{measured[f'{metric} {place} {shots}']:.3f}" for metric in METRICS)
        for place in LISTS
        for shots in GIVEN
    ]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main():
    parser = command_line.new_parser(__doc__)
    command_line.add_dataset(parser, [training_set.DATASET])
    command_line.add_split(parser, "test", seed=False)
    command_line.add_seed(parser)
    add, names = parser.add_argument, list(VARIANTS)
    add("--candidates", metavar="FILE", default=CANDIDATES, help="the first stage (%(default)s)")
    add("--variants", nargs="+", choices=names, default=names, help="only these rows")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    folder = command_line.folder_of(arguments)
    data_set = training_set.load(folder, arguments.held_out, SPLIT_SEED, 0)
    features = RankingFeatures(folder, data_set.timelines, data_set.items, RANKER["inputs"])
    first_stage = FirstStage(arguments.candidates, features.item_values["popularity"])
    first_stage.warn_of_other_users(arguments.held_out, SPLIT_SEED)
    queries = queries_of(data_set.held_out)
    heads = [f"{place}, {shots}" for place in LISTS for shots in GIVEN]
    print(f"| | {' | '.join(heads)} |\n| --- |{' ---: |' * len(heads)}")
    print_row("popularity", measure(Popularity(features), first_stage, queries))
    for name in arguments.variants:
        settings = {**RANKER, **VARIANTS[name]}
        model = train(data_set, features, first_stage, settings, arguments.seed)
        print_row(name, measure(Trained(model, features), first_stage, queries))


if __name__ == "__main__":
    main()
