"""Trains ranking (Covington et al., RecSys 2016) on ml-latest-small in the order of time, and writes its file.

    python3 training/train_ranker.py --data data/ml-latest-small --output training/out/ranker.safetensors

Weighted logistic regression: a film that was met weighs its rating, one that was only shown 1; e^logit is then the
expected rating-or-nothing of a film that is shown. training/impressions.py says what "shown" is here. What is not given on
the command line comes from training/presets.py. The same settings give the same bytes.
"""

import argparse
import os
from functools import partial

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # sums in one order, whatever the machine; before numpy is loaded
)

import export_two_stage
import numpy as np
import torch
import two_stage_script as script
from candidates import TOKENS, WATCHES
from impressions import Shelf, misranked_share, moments_between, pages
from optimise import provenance, run_epochs
from presets import RANKER
from ranking import RankingFeatures
from stored_two_stage import StoredTwoStage
from timeline import HISTORY_SHARE, draw_moments
from torch.nn import functional
from two_stage import RankingModel
from two_stage_script import HISTORY, SEARCHED

POWERS = ["value", "square", "root"]
QUESTION_SEED, QUESTIONS = 9, 20  # of each person: the same pages are asked of every model
PROTOCOL = (
    "weighted per-user loss, per cent: the films met in the last 20% of a person's time, each beside 4 films shown and not "
    "met; the rating stands in for watch time, impressions are made up"
)


def parse_arguments():
    parser = script.parser_of(__doc__)
    add = parser.add_argument
    add("--genre-width", type=int, help="of a genre's embedding")
    add("--inputs", nargs="+", choices=POWERS, help="of what is continuous")
    add(
        "--weighted",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="by watch time; else a plain click model",
    )
    add("--pages", type=int, help="pages of each person in an epoch")
    add("--negatives", type=int, help="films of a page that were shown and not met")
    add(
        "--shown",
        type=int,
        help="films that are taken to be shown for each that is met: the level of the output",
    )
    return script.parse(parser)


def train(data_set, features, shelf, settings, seed):
    """A trained model."""
    torch.manual_seed(seed)
    shape = [settings[name] for name in ("width", "search_width", "genre_width", "layers")]
    rest = {name: settings[name] for name in ("dropout", "watch_dropout", "batch_norm")}
    sizes = data_set.items, len(features.words), len(features.genres)
    model = RankingModel(*sizes, features.films(), len(settings["inputs"]), *shape, **rest)
    epoch = partial(
        batches, model, data_set.people, features, shelf, settings, np.random.default_rng(seed)
    )
    return run_epochs(model, "ranking", settings, len(data_set.people) * settings["pages"], epoch)


def batches(model, people, features, shelf, settings, generator):
    """One epoch: (the summed loss, the same with its share of the penalty) a batch of pages."""
    moments = draw_moments(people, settings["pages"], generator, HISTORY_SHARE, settings["early"])
    for begin in range(0, len(moments), settings["batch"]):
        batch = moments[begin : begin + settings["batch"]]
        rows, watched = map(torch.from_numpy, pages(shelf, batch, settings["negatives"], generator))
        loss = weighted_loss(
            model(features.batch(batch), rows), watched.float(), settings["weighted"]
        )
        yield loss, loss + settings["l2"] * len(batch) / len(moments) * model.penalty()


def weighted_loss(raw, watched, weighted=True):
    """Summed log loss, both [B, P]: what was met weighs its watch time, what was not weighs 1."""
    met = watched > 0
    weight = torch.where(met, watched, torch.ones(())) if weighted else None
    return functional.binary_cross_entropy_with_logits(raw, met.float(), weight, reduction="sum")


def questions(data_set):
    """{who: (moments, rows, watch times)}: pages of the last part of everybody's time."""
    shelf = Shelf(data_set.people, data_set.items)
    generator = np.random.default_rng(QUESTION_SEED)
    asked = {}
    for name, people in (("next period", data_set.people), ("new people", data_set.asked)):
        moments = moments_between(people, HISTORY_SHARE, 1, QUESTIONS, generator)
        asked[name] = (moments, *pages(shelf, moments, 4, generator))
    return asked


def measure(model, features, asked):
    """{who: per cent}"""
    with torch.no_grad():
        return {
            name: round(
                misranked_share(
                    model(features.batch(moments), torch.from_numpy(rows)).numpy(), watched
                ),
                2,
            )
            for name, (moments, rows, watched) in asked.items()
        }


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
    """What PyTorch answers for invented people."""
    checks = []
    for told, history, items in script.invented_people(data_set.words, data_set.items, seed):
        told.pop("age", None)
        with torch.no_grad():
            raw = model(features.people([told], [history]), torch.arange(data_set.items)[None])[0]
        checks.append(export_two_stage.check(told, history, items, raw, torch.exp(raw)))
    return checks


def measure_stored(stored, features, asked):
    """`measure` of the file's own numbers, by the reference."""
    measured = {}
    for name, (moments, rows, watched) in asked.items():
        told = [(features.told(person, place), person.items[:place]) for person, place in moments]
        raw = [stored.raw(*person, shown) for person, shown in zip(told, rows)]
        measured[name] = round(misranked_share(np.array(raw), watched), 2)
    return measured


def main():
    arguments = parse_arguments()
    settings = script.settings_of(arguments, RANKER)
    torch.set_num_threads(1)
    data_set = script.load(
        arguments.data, settings["held_out"], arguments.split_seed, settings["words"]
    )
    known = data_set.people, data_set.items, data_set.words, HISTORY_SHARE, settings["inputs"]
    features = RankingFeatures(arguments.data, *known)
    model = train(
        data_set, features, Shelf(data_set.people, data_set.items), settings, arguments.seed
    )
    dtype = script.DTYPES[settings["dtype"]]
    asked = questions(data_set)
    print("as trained", measure(model, features, asked))
    model.output.bias.data -= np.log(settings["shown"] / settings["negatives"])
    model = export_two_stage.as_stored(model, dtype)
    tensors = export_two_stage.ranking_tensors(
        model, features, dtype, data_set.interactions.item_ids
    )
    description = {
        "name": "Ranking on ml-latest-small",
        "features": descriptions(features, settings["inputs"]),
        "activation": "relu",
        "output": "exp",
        "rating": script.rating_scale(arguments),
        "provenance": provenance(
            "training/train_ranker.py", arguments, settings, data_set.interactions
        ),
    }
    measured = measure_stored(
        StoredTwoStage(tensors, {"kind": "ranker", **description}), features, asked
    )
    print("as stored", measured)
    description["metrics"] = {"protocol": PROTOCOL, "held_out": settings["held_out"], **measured}
    description["check"] = check_vectors(model, features, data_set, arguments.seed)
    export_two_stage.write(arguments.output, "ranker", tensors, **description)


if __name__ == "__main__":
    main()
