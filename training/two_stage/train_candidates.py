"""Trains candidate generation (Covington et al., RecSys 2016) on ml-latest-small in time order.

    python3 -m training.two_stage.train_candidates --output training/out/candidates.safetensors

Defaults are in training/two_stage/presets.py. The same settings give the same bytes.
"""

from functools import partial

import numpy as np
import torch

from training.common import arguments as command_line
from training.common.item_tensors import item_tensors
from training.common.metrics import as_text
from training.common.optimiser import run_epochs
from training.common.provenance import provenance
from training.datasets.movielens import RATING_SCALES
from training.two_stage import candidate_measures as measures
from training.two_stage import export, training_set
from training.two_stage.candidate_examples import draw_examples, softmax_loss
from training.two_stage.candidate_features import RECENT, TOKENS, WATCHES, CandidateFeatures
from training.two_stage.models import CandidateModel
from training.two_stage.presets import CANDIDATES
from training.two_stage.reference import StoredTwoStage
from training.two_stage.training_set import DATASET, HISTORY, SEARCHED

PROTOCOL = "users not trained on: the first 80% of their films are history, the last 20% targets"
NUMBER = {"kind": "continuous", "default": 0}
DESCRIPTIONS = {
    "watched": {**HISTORY, "name": "watched", "table": "watch", "most": WATCHES},
    "recent": {**HISTORY, "name": "recent", "table": "watch", "most": RECENT},
    "searched": {**SEARCHED, "most": TOKENS},
    "age": {**NUMBER, "name": "age", "inputs": ["value", "square"]},
    "count": {**NUMBER, "name": "count", "inputs": ["value", "square", "root"]},
}


EARLY = "1: moments are uniform over a user's films; larger: more of them among the first films"


def parse_arguments():
    parser = training_set.new_parser(__doc__)
    add = parser.add_argument
    add("--features", nargs="+", choices=list(DESCRIPTIONS), help="of the user")
    add("--top", type=int, help="width of the user and item vectors")
    add("--normalize", choices=["none", "l2"], help="l2: only the vectors' directions count")
    add("--examples", type=int, help="examples of each user in an epoch")
    add("--subsets", type=float, help="share of examples that are random parts of a user's films")
    add("--longest", type=int, help="most films of such a part")
    add("--following", type=int, help="how many of the next films the other examples predict")
    add("--count-dropout", type=float, help="share of the examples without the number of films")
    add("--early", type=float, help=EARLY)
    add("--words", type=int, help="maximum number of search words with an embedding")
    add("--search-width", type=int, help="of a search word's embedding")
    add("--watch-dropout", type=float, help="share of watched films dropped in training")
    command_line.add_flag(parser, "--batch-norm", "between a layer and its relu")
    return parser.parse_args()


def new_model(timelines, items, words, settings):
    """What all users share is set before the training, which learns what differs between them.

    Biases start at popularity, watched films at the directions in which users differ most.
    """
    shape = [settings[name] for name in ("features", "width", "search_width", "layers", "top")]
    options = ("dropout", "watch_dropout", "batch_norm", "normalize")
    model = CandidateModel(items, words, *shape, **{name: settings[name] for name in options})
    popular = np.log1p(measures.popularity(timelines, items))
    model.bias.data = torch.from_numpy(popular - popular.mean()).float()
    vectors = main_directions(timelines, items, settings["width"])
    spread = model.watched.weight.std() / vectors.std()
    model.watched.weight.data = torch.from_numpy(vectors).float() * spread
    return model


def main_directions(timelines, items, width):
    """[I, width]: a truncated SVD of who watched what, less the mean user."""
    users = np.zeros((len(timelines), items))
    for row, timeline in zip(users, timelines):
        row[timeline.items] = 1 / np.sqrt(len(timeline.items))
    _, singular, right = np.linalg.svd(users - users.mean(axis=0), full_matrices=False)
    return right[:width].T * np.sqrt(singular[:width])


def train(timelines, items, features, settings, seed):
    """A trained model."""
    torch.manual_seed(seed)
    model = new_model(timelines, items, len(features.words), settings)
    count = len(timelines) * settings["examples"]
    generator = np.random.default_rng(seed)
    epoch = partial(batches, model, timelines, features, settings, generator)
    return run_epochs(model, "candidates", settings, count, epoch)


def batches(model, timelines, features, settings, generator):
    """One epoch: (summed loss, the same with its share of the penalty) for each batch."""
    examples = draw_examples(features, timelines, settings, generator)
    for begin in range(0, len(examples), settings["batch"]):
        batch = examples[begin : begin + settings["batch"]]
        users, histories = ([getattr(one, of) for one in batch] for of in ("user", "history"))
        loss = softmax_loss(model(features.inputs(users, histories)), batch)
        yield loss, loss + settings["l2"] * len(batch) / len(examples) * model.penalty()


def check_vectors(model, features, data_set, seed):
    """PyTorch's scores for random users."""
    checks = []
    for user, history, items in training_set.random_users(data_set.words, data_set.items, seed):
        user = {name: value for name, value in user.items() if name in model.features}
        with torch.no_grad():
            raw = model(features.inputs([user], [history]))[0]
        checks.append(export.check(user, history, items, raw, raw))
    return checks


def measure(stored, features, data_set):
    """Metrics of the file in float64, and those of popularity.

    A model with the example age is measured with the age of that time and with the 0 of serving.
    """
    queries = measures.queries_of(data_set.held_out)
    ages = {"": features.age}
    if any(feature["name"] == "age" for feature in stored.features("user")):
        ages[", age 0"] = lambda time: 0.0
    scores = {name: stored_scores(stored, features, queries, age) for name, age in ages.items()}
    popular = measures.popularity_scores(data_set.timelines, queries, data_set.items)
    scores |= {f", {name}": of_queries for name, of_queries in popular.items()}
    measured = {}
    for name, of_queries in scores.items():
        means = measures.recalls(of_queries, queries).mean(axis=0)
        for k, mean in zip(measures.CUTOFFS, means):
            measured[f"Recall@{k}{name}"] = round(float(mean), 4)
    return measured


def stored_scores(stored, features, queries, age):
    """[I] for each query. age: a function of the time."""
    scores = []
    for timeline, position in queries:
        user = features.user(timeline, position, age(timeline.times[position]))
        scores.append(stored.raw(user, timeline.items[:position]))
    return scores


def description_of(arguments, settings, interactions):
    """The file's metadata without metrics and check vectors."""
    script = "training/two_stage/train_candidates.py"
    return {
        "name": arguments.name or f"Candidate generation on {DATASET}",
        "features": [DESCRIPTIONS[name] for name in settings["features"]],
        "activation": "relu" if settings["layers"] else "identity",
        "normalize": settings["normalize"],
        "rating": RATING_SCALES[DATASET],
        "provenance": provenance(script, arguments, settings, interactions),
    }


def main():
    arguments = parse_arguments()
    settings = command_line.settings_from(arguments, CANDIDATES)
    torch.set_num_threads(1)
    split = settings["held_out"], arguments.split_seed
    data_set = training_set.load(command_line.folder_of(arguments), *split, settings["words"])
    features = CandidateFeatures(data_set.timelines, data_set.words)
    model = train(data_set.timelines, data_set.items, features, settings, arguments.seed)
    dtype = command_line.DTYPES[settings["dtype"]]
    model = export.as_stored(model, dtype)
    items = item_tensors(data_set.interactions)
    tensors = export.candidate_tensors(model, features, dtype, items)
    description = description_of(arguments, settings, data_set.interactions)
    stored = StoredTwoStage(tensors, {"kind": "candidates", **description})
    measured = measure(stored, features, data_set)
    print(as_text(measured))
    description["metrics"] = {"protocol": PROTOCOL, "held_out": settings["held_out"], **measured}
    description["check"] = check_vectors(model, features, data_set, arguments.seed)
    export.write(arguments.output, "candidates", tensors, **description)


if __name__ == "__main__":
    main()
