"""Trains candidate generation (Covington et al., RecSys 2016) on ml-latest-small in the order of time; writes its file.

    python3 training/train_candidates.py --data data/ml-latest-small --output training/out/candidates.safetensors

What is not given on the command line comes from training/presets.py. The same settings give the same bytes.
"""

import os
from functools import partial

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # sums in one order, whatever the machine; before numpy is loaded
)

import candidate_measures as measures
import export_two_stage
import numpy as np
import torch
import two_stage_script as script
from candidates import (
    RECENT,
    TOKENS,
    WATCHES,
    CandidateFeatures,
    next_watch_loss,
    seen_of,
    targets_of,
)
from optimise import provenance, run_epochs
from presets import CANDIDATES
from stored_two_stage import StoredTwoStage
from timeline import draw_moments
from two_stage import CandidateModel
from two_stage_script import HISTORY, SEARCHED

PROTOCOL = "people never seen in training: the first 80% of their films in time are history, the last 20% to be found"
DESCRIPTIONS = {
    "watched": {**HISTORY, "name": "watched", "table": "watch", "most": WATCHES},
    "recent": {**HISTORY, "name": "recent", "table": "watch", "most": RECENT},
    "searched": {**SEARCHED, "most": TOKENS},
    "age": {"name": "age", "kind": "continuous", "inputs": ["value", "square"], "default": 0},
    "count": {
        "name": "count",
        "kind": "continuous",
        "inputs": ["value", "square", "root"],
        "default": 0,
    },
}


def parse_arguments():
    parser = script.parser_of(__doc__)
    add = parser.add_argument
    add("--features", nargs="+", choices=list(DESCRIPTIONS), help="of the person")
    add("--top", type=int, help="width of the tower's top, where people meet films")
    add(
        "--normalize",
        choices=["none", "l2"],
        help="l2: of people and films only the direction counts",
    )
    add("--examples", type=int, help="moments of each person in an epoch")
    add("--following", type=int, help="how many of the next films an example is to predict")
    return script.parse(parser)


def new_model(people, items, words, settings):
    """The softmax begins at popularity: what is then learned is what people have beyond it."""
    shape = [settings[name] for name in ("features", "width", "search_width", "layers", "top")]
    rest = {
        name: settings[name] for name in ("dropout", "watch_dropout", "batch_norm", "normalize")
    }
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
    moments = draw_moments(people, settings["examples"], generator, early=settings["early"])
    for begin in range(0, len(moments), settings["batch"]):
        batch = moments[begin : begin + settings["batch"]]
        logits = model(features.batch(batch)).masked_fill(seen_of(batch, items), -torch.inf)
        loss = next_watch_loss(logits, targets_of(batch, settings["following"]))
        yield loss, loss + settings["l2"] * len(batch) / len(moments) * model.penalty()


def check_vectors(model, features, data_set, seed):
    """What PyTorch answers for invented people."""
    checks = []
    for told, history, items in script.invented_people(data_set.words, data_set.items, seed):
        told = {name: value for name, value in told.items() if name in model.features}
        with torch.no_grad():
            raw = model(features.inputs([told], [history]))[0]
        checks.append(export_two_stage.check(told, history, items, raw, raw))
    return checks


def measure(stored, features, data_set):
    """The metrics of the file, in float64, and those of popularity. Where the example's age goes in: as it was at that
    time, and as the 0 of serving."""
    asked = measures.questions(data_set.asked)
    answers = {}
    has_age = any(feature["name"] == "age" for feature in stored.features("user"))
    for name, age in (("", features.age), *([(", age 0", lambda time: 0.0)] if has_age else [])):
        told = [features.told(person, place, age(person.times[place])) for person, place in asked]
        answers[name] = [
            stored.raw(tells, person.items[:place]) for tells, (person, place) in zip(told, asked)
        ]
    for name, answer in measures.popularity_answers(data_set.people, asked, data_set.items).items():
        answers[f", {name}"] = answer
    measured = {}
    for name, answer in answers.items():
        for k, mean in zip(measures.PLACES, measures.recalls(answer, asked).mean(axis=0)):
            measured[f"Recall@{k}{name}"] = round(float(mean), 4)
    return measured


def description_of(arguments, settings, interactions):
    """The file's metadata, but for what is measured."""
    return {
        "name": "Candidate generation on ml-latest-small",
        "features": [DESCRIPTIONS[name] for name in settings["features"]],
        "activation": "relu" if settings["layers"] else "identity",
        "normalize": settings["normalize"],
        "rating": script.rating_scale(arguments),
        "provenance": provenance("training/train_candidates.py", arguments, settings, interactions),
    }


def main():
    arguments = parse_arguments()
    settings = script.settings_of(arguments, CANDIDATES)
    torch.set_num_threads(1)
    data_set = script.load(
        arguments.data, settings["held_out"], arguments.split_seed, settings["words"]
    )
    features = CandidateFeatures(data_set.people, data_set.words)
    model = train(data_set.people, data_set.items, features, settings, arguments.seed)
    dtype = script.DTYPES[settings["dtype"]]
    model = export_two_stage.as_stored(model, dtype)
    tensors = export_two_stage.candidate_tensors(
        model, features, dtype, data_set.interactions.item_ids
    )
    description = description_of(arguments, settings, data_set.interactions)
    measured = measure(
        StoredTwoStage(tensors, {"kind": "candidates", **description}), features, data_set
    )
    print("  ".join(f"{name} {value:.4f}" for name, value in measured.items()))
    description["metrics"] = {"protocol": PROTOCOL, "held_out": settings["held_out"], **measured}
    description["check"] = check_vectors(model, features, data_set, arguments.seed)
    export_two_stage.write(arguments.output, "candidates", tensors, **description)


if __name__ == "__main__":
    main()
