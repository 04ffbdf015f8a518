"""Trains candidate generation (Covington et al., RecSys 2016) on ml-latest-small in the order of time; writes its file.

    python3 training/train_candidates.py --data data/ml-latest-small --output training/out/candidates.safetensors

What is not given on the command line comes from training/presets.py. The same settings give the same bytes.
"""

import argparse
import os
from functools import partial

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # sums in one order, whatever the machine; before numpy is loaded

import numpy as np
import torch

import candidate_measures as measures
import data
import export_two_stage
import timeline
from candidates import RECENT, TOKENS, WATCHES, CandidateFeatures, draw_moments, next_watch_loss, seen_of, targets_of
from optimise import provenance, run_epochs
from presets import CANDIDATES, RATING_SCALES
from stored_two_stage import StoredTwoStage
from two_stage import CandidateModel

PROTOCOL = "people never seen in training: the first 80% of their films in time are history, the last 20% to be found"
WATCHED = {"kind": "categorical", "several": True, "ids": "items", "from": "history", "table": "watched"}
DESCRIPTIONS = {
    "watched": {"name": "watched", **WATCHED, "most": WATCHES},
    "recent": {"name": "recent", **WATCHED, "most": RECENT},
    "searched": {"name": "searched", "kind": "categorical", "several": True, "most": TOKENS, "default": []},
    "age": {"name": "age", "kind": "continuous", "inputs": ["value", "square"], "default": 0},
    "count": {"name": "count", "kind": "continuous", "inputs": ["value", "square", "root"], "default": 0},
}


def add_arguments(parser):
    """What both stages' scripts ask for."""
    add = parser.add_argument
    add("--data", metavar="FOLDER", default="data/ml-latest-small", help="where the data set is (%(default)s)")
    add("--held-out", choices=["test", "validation"], help="who is not trained on, and measured on afterwards")
    add("--split-seed", type=int, default=data.SPLIT_SEED, help="who is held out (%(default)s)")
    add("--seed", type=int, default=0, help="of the initial weights and of what is drawn (%(default)s)")
    add("--dtype", choices=["f16", "f32"], help="of the weights; quantiles are always f32")
    add("--epochs", type=int, help="times through the examples")
    add("--batch", type=int, help="examples")
    add("--learning-rate", type=float, help="of Adam, falling linearly to 0")
    add("--l2", type=float, help="half the weight of the squared weights, against the summed loss of an epoch")
    add("--width", type=int, help="of a film's embedding in the input")
    add("--layers", type=int, nargs="*", help="widths of the hidden layers")
    add("--dropout", type=float, help="the share of hidden nodes left out in training")
    add("--watch-dropout", type=float, help="the share of watched films left out in training")
    add("--batch-norm", action=argparse.BooleanOptionalAction, default=None, help="between a layer and its relu")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    add = parser.add_argument
    add("--output", metavar="FILE", required=True, help="the .safetensors file to write, in a folder that exists")
    add("--features", nargs="+", choices=list(DESCRIPTIONS), help="of the person")
    add("--words", type=int, help="how many search words have an embedding, at most")
    add("--search-width", type=int, help="of a search word's embedding")
    add("--top", type=int, help="width of the tower's top, where people meet films")
    add("--normalize", choices=["none", "l2"], help="l2: of people and films only the direction counts")
    add("--examples", type=int, help="moments of each person in an epoch")
    add("--following", type=int, help="how many of the next films an example is to predict")
    return parser.parse_args()


def settings_of(arguments, preset):
    given = {name: value for name, value in vars(arguments).items() if value is not None and name in preset}
    return {**preset, **given}


def new_model(people, items, words, settings):
    """The softmax begins at popularity: what is then learned is what people have beyond it."""
    shape = [settings[name] for name in ("features", "width", "search_width", "layers", "top")]
    rest = {name: settings[name] for name in ("dropout", "watch_dropout", "batch_norm", "normalize")}
    model = CandidateModel(items, words, *shape, **rest)
    popular = np.log1p(measures.popularity(people, items))
    model.bias.data = torch.from_numpy(popular - popular.mean()).float()
    return model


def train(people, items, features, settings, seed):
    """A trained model."""
    torch.manual_seed(seed)
    model = new_model(people, items, len(features.words), settings)
    count = len(people) * settings["examples"]
    epoch = partial(batches, model, people, items, features, settings, np.random.default_rng(seed))
    return run_epochs(model, "candidates", settings, count, epoch)


def batches(model, people, items, features, settings, generator):
    """One epoch: (the summed loss, the same with its share of the penalty) a batch."""
    moments = draw_moments(people, settings["examples"], generator)
    for begin in range(0, len(moments), settings["batch"]):
        batch = moments[begin : begin + settings["batch"]]
        logits = model(features.batch(batch)).masked_fill(seen_of(batch, items), -torch.inf)
        loss = next_watch_loss(logits, targets_of(batch, settings["following"]))
        yield loss, loss + settings["l2"] * len(batch) / len(moments) * model.penalty()


def check_vectors(model, features, words, items, seed, people=4, most=60, asked=8):
    """What PyTorch answers for invented people; the first has met nothing and told nothing."""
    generator = np.random.default_rng(seed)
    checks = []
    for number in range(people):
        history = generator.choice(items, size=number * most // (people - 1), replace=False)
        told = {"age": round(float(generator.random()), 2), "count": len(history), "searched": ["unheard of", *words[number : 3 * number]]}
        told = {name: value for name, value in told.items() if number and name in model.features}
        with torch.no_grad():
            raw = model(features.inputs([told], [history]))[0]
        checks.append(export_two_stage.check(told, history, generator.choice(items, size=asked, replace=False), raw, raw))
    return checks


def measure(stored, asked, features):
    """The metrics of the file, in float64: with the example's age as it was at that time, and with the 0 of serving."""
    measured = {}
    for ending, age in (("", features.age), (", age 0", lambda time: 0.0)):
        told = [features.told(person, place, age(person.times[place - 1])) for person, place in asked]
        answers = [stored.raw(tells, person.items[:place]) for tells, (person, place) in zip(told, asked)]
        for k, mean in zip(measures.PLACES, measures.recalls(answers, asked).mean(axis=0)):
            measured[f"Recall@{k}{ending}"] = round(float(mean), 4)
    return measured


def main():
    arguments = parse_arguments()
    arguments.dataset = "ml-latest-small"
    settings = settings_of(arguments, CANDIDATES)
    torch.set_num_threads(1)
    interactions, people = timeline.load_people(arguments.data)
    trained_on, held_out = timeline.split_people(people, settings["held_out"], arguments.split_seed)
    training, _ = data.strong_split(interactions, settings["held_out"], arguments.split_seed)
    words = timeline.search_vocabulary(trained_on, settings["words"])
    features = CandidateFeatures(trained_on, words)
    model = train(trained_on, interactions.items, features, settings, arguments.seed)
    dtype = {"f16": np.float16, "f32": np.float32}[settings["dtype"]]
    model = export_two_stage.as_stored(model, dtype)
    tensors = export_two_stage.candidate_tensors(model, features, dtype, interactions.item_ids)
    relus = ["relu"] * len(settings["layers"]) + ["relu" if settings["layers"] else "identity"]
    description = {
        "name": "Candidate generation on ml-latest-small",
        "features": [DESCRIPTIONS[name] for name in settings["features"]],
        "activation": relus,
        "output": "identity",
        "normalize": settings["normalize"],
        "rating": RATING_SCALES["ml-latest-small"],
        "provenance": provenance("training/train_candidates.py", arguments, settings, training),
    }
    stored = StoredTwoStage(tensors, {"kind": "candidates", **description})
    asked = measures.questions(held_out)
    measured = measure(stored, asked, features)
    for name, answers in measures.popularity_answers(trained_on, asked, interactions.items).items():
        for k, mean in zip(measures.PLACES, measures.recalls(answers, asked).mean(axis=0)):
            measured[f"Recall@{k}, {name}"] = round(float(mean), 4)
    print("  ".join(f"{name} {value:.4f}" for name, value in measured.items()))
    description["metrics"] = {"protocol": PROTOCOL, "held_out": settings["held_out"], **measured}
    description["check"] = check_vectors(model, features, words, interactions.items, arguments.seed)
    export_two_stage.write(arguments.output, "candidates", tensors, **description)


if __name__ == "__main__":
    main()
