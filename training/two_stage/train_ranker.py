"""Trains ranking (Covington et al., RecSys 2016) on ml-latest-small in time order.

    python3 -m training.two_stage.train_ranker --output training/out/ranker.safetensors

Weighted logistic regression: a watched film weighs its rating, a film only shown weighs 1, so that
e^logit is the expected rating of a shown film, 0 if it is not watched. Impressions are simulated
(training/two_stage/impressions.py). Defaults are in training/two_stage/presets.py. The same
settings give the same bytes.
"""

from functools import partial

import numpy as np
import torch
from torch.nn import functional

from training.common import arguments as command_line
from training.common.item_tensors import item_tensors
from training.common.optimiser import run_epochs
from training.common.provenance import provenance
from training.datasets.movielens import RATING_SCALES
from training.datasets.timeline import HISTORY_SHARE, draw_moments
from training.two_stage import export, training_set
from training.two_stage.candidate_features import TOKENS, WATCHES
from training.two_stage.impressions import (
    ImpressionSampler,
    misranked_share,
    moments_between,
    pages,
)
from training.two_stage.models import RankingModel
from training.two_stage.presets import RANKER
from training.two_stage.ranking_features import RankingFeatures
from training.two_stage.reference import StoredTwoStage
from training.two_stage.training_set import DATASET, HISTORY, SEARCHED

POWERS = ["value", "square", "root"]
QUERY_SEED, MAX_QUERIES = 9, 20  # per user: every model is measured on the same pages
PROTOCOL = (
    "weighted per-user loss, per cent: the films of the last 20% of a user's time, each beside 4 "
    "films only shown; the rating replaces the watch time, impressions are simulated"
)


def parse_arguments():
    parser = training_set.new_parser(__doc__)
    add = parser.add_argument
    add("--genre-width", type=int, help="of a genre's embedding")
    add("--inputs", nargs="+", choices=POWERS, help="of continuous features")
    command_line.add_flag(parser, "--weighted", "by watch time; otherwise a plain click model")
    add("--pages", type=int, help="pages of each user in an epoch")
    add("--negatives", type=int, help="films of a page that are shown and not watched")
    add("--shown", type=int, help="assumed films shown per film watched: the output's level")
    return parser.parse_args()


def train(data_set, features, sampler, settings, seed):
    """A trained model."""
    torch.manual_seed(seed)
    shape = [settings[name] for name in ("width", "search_width", "genre_width", "layers")]
    options = {name: settings[name] for name in ("dropout", "watch_dropout", "batch_norm")}
    sizes = data_set.items, len(features.words), len(features.genres)
    model = RankingModel(*sizes, features.films(), len(settings["inputs"]), *shape, **options)
    generator, count = np.random.default_rng(seed), len(data_set.timelines) * settings["pages"]
    epoch = partial(batches, model, data_set.timelines, features, sampler, settings, generator)
    return run_epochs(model, "ranking", settings, count, epoch)


def batches(model, timelines, features, sampler, settings, generator):
    """One epoch: (summed loss, the same with its share of the penalty) for each batch of pages."""
    count, negatives = settings["pages"], settings["negatives"]
    moments = draw_moments(timelines, count, generator, HISTORY_SHARE, settings["early"])
    for begin in range(0, len(moments), settings["batch"]):
        batch = moments[begin : begin + settings["batch"]]
        rows, watch_times = map(torch.from_numpy, pages(sampler, batch, negatives, generator))
        raw = model(features.batch(batch), rows)
        loss = weighted_loss(raw, watch_times.float(), settings["weighted"])
        yield loss, loss + settings["l2"] * len(batch) / len(moments) * model.penalty()


def weighted_loss(raw, watch_times, weighted=True):
    """Summed log loss, both [B, P]: a watched film weighs its watch time, the others 1."""
    watched = watch_times > 0
    weight = torch.where(watched, watch_times, torch.ones(())) if weighted else None
    label = watched.float()
    return functional.binary_cross_entropy_with_logits(raw, label, weight, reduction="sum")


def queries_of(data_set):
    """{user group: (moments, rows, watch times)}: pages of the last part of every user's time."""
    sampler = ImpressionSampler(data_set.timelines, data_set.items)
    generator = np.random.default_rng(QUERY_SEED)
    queries = {}
    groups = {"next period": data_set.timelines, "new users": data_set.held_out}
    for name, timelines in groups.items():
        moments = moments_between(timelines, HISTORY_SHARE, 1, MAX_QUERIES, generator)
        queries[name] = (moments, *pages(sampler, moments, 4, generator))
    return queries


def measure(model, features, queries):
    """{user group: per cent}"""
    measured = {}
    with torch.no_grad():
        for name, (moments, rows, watch_times) in queries.items():
            raw = model(features.batch(moments), torch.from_numpy(rows)).numpy()
            measured[name] = round(misranked_share(raw, watch_times), 2)
    return measured


def measure_stored(stored, features, queries):
    """`measure` of the stored numbers, by the float64 reference."""
    measured = {}
    for name, (moments, rows, watch_times) in queries.items():
        raw = [
            stored.raw(features.user(timeline, position), timeline.items[:position], shown)
            for (timeline, position), shown in zip(moments, rows)
        ]
        measured[name] = round(misranked_share(np.array(raw), watch_times), 2)
    return measured


def descriptions(features, inputs):
    """The features, in the order of the tower's columns."""
    number = {"kind": "continuous", "inputs": inputs}
    return [
        {**HISTORY, "name": "watched", "table": "film", "most": WATCHES},
        {**HISTORY, "name": "last", "table": "film", "most": 1},
        {**SEARCHED, "most": TOKENS},
        {**number, "name": "count", "default": 0},
        {**number, "name": "mean_rating", "default": features.mean},
        {"name": "film", "side": "item", "kind": "categorical", "ids": "items"},
        {"name": "genres", "side": "item", "kind": "categorical", "several": True},
        *({**number, "name": name, "side": "item"} for name in features.item_values),
    ]


def check_vectors(model, features, data_set, seed):
    """PyTorch's scores for random users."""
    checks = []
    for user, history, items in training_set.random_users(data_set.words, data_set.items, seed):
        user.pop("age", None)
        with torch.no_grad():
            raw = model(features.users([user], [history]), torch.arange(data_set.items)[None])[0]
        checks.append(export.check(user, history, items, raw, torch.exp(raw)))
    return checks


def description_of(arguments, settings, features, interactions):
    """The file's metadata without metrics and check vectors."""
    script = "training/two_stage/train_ranker.py"
    return {
        "name": arguments.name or f"Ranking on {DATASET}",
        "features": descriptions(features, settings["inputs"]),
        "activation": "relu",
        "output": "exp",
        "rating": RATING_SCALES[DATASET],
        "provenance": provenance(script, arguments, settings, interactions),
    }


def main():
    arguments = parse_arguments()
    settings = command_line.settings_from(arguments, RANKER)
    torch.set_num_threads(1)
    folder, split = command_line.folder_of(arguments), (settings["held_out"], arguments.split_seed)
    data_set = training_set.load(folder, *split, settings["words"])
    timelines, items = data_set.timelines, data_set.items
    features = RankingFeatures(
        folder, timelines, items, data_set.words, HISTORY_SHARE, settings["inputs"]
    )
    sampler = ImpressionSampler(timelines, items)
    model = train(data_set, features, sampler, settings, arguments.seed)
    queries = queries_of(data_set)
    print("as trained", measure(model, features, queries))
    model.output.bias.data -= np.log(settings["shown"] / settings["negatives"])
    dtype = command_line.DTYPES[settings["dtype"]]
    model = export.as_stored(model, dtype)
    items = item_tensors(data_set.interactions)
    tensors = export.ranking_tensors(model, features, dtype, items)
    description = description_of(arguments, settings, features, data_set.interactions)
    stored = StoredTwoStage(tensors, {"kind": "ranker", **description})
    measured = measure_stored(stored, features, queries)
    print("as stored", measured)
    description["metrics"] = {"protocol": PROTOCOL, "held_out": settings["held_out"], **measured}
    description["check"] = check_vectors(model, features, data_set, arguments.seed)
    export.write(arguments.output, "ranker", tensors, **description)


if __name__ == "__main__":
    main()
