"""Trains ranking (Covington et al., RecSys 2016) on ml-latest-small.

    python3 -m training.two_stage.train_ranker --output training/out/ranker.safetensors

Weighted logistic regression: a watched film weighs its rating, a film only shown weighs 1, so that
e^logit is the expected rating of a shown film, 0 if it is not watched. Shown are the films that the
candidate stage shows (training/two_stage/impressions.py). Films' embeddings and the tower start
from a bilinear model of all films (training/two_stage/tastes.py, tower_start.py). Defaults are in
training/two_stage/presets.py. The same settings and candidates give the same bytes.
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
from training.two_stage import calibration, export, training_set
from training.two_stage.candidate_features import WATCHES
from training.two_stage.impressions import FirstStage, draw_histories, watch_times
from training.two_stage.models import ACTIVATIONS, RankingModel
from training.two_stage.pipeline_measures import measure, queries_of
from training.two_stage.presets import RANKER
from training.two_stage.ranking_features import RankingFeatures
from training.two_stage.reference import StoredTwoStage
from training.two_stage.tastes import Tastes, weighted_loss
from training.two_stage.tower_start import start
from training.two_stage.training_set import DATASET, HISTORY

POWERS = ["value", "square", "root"]
CALIBRATION_DRAWS = 10
UNIT = 3.5  # stars, the mean rating: in training a watched film weighs about as much as one shown
CANDIDATES = "web-demo/models/candidates.safetensors"
PROTOCOL = (
    "short histories of users not trained on (docs/evaluate.md), in the lists of the candidate "
    "stage, before re-ranking: server: 200 popular films, device: 500 found for the history"
)


def parse_arguments():
    parser = training_set.new_parser(__doc__)
    add = parser.add_argument
    add("--candidates", metavar="FILE", default=CANDIDATES, help="the first stage (%(default)s)")
    add("--genre-width", type=int, help="of a genre's embedding")
    add("--activation", choices=list(ACTIVATIONS), help="of the tower")
    add("--inputs", nargs="+", choices=POWERS, help="of continuous features")
    command_line.add_flag(parser, "--weighted", "by watch time; otherwise a plain click model")
    command_line.add_flag(parser, "--started", "from the bilinear model; otherwise at random")
    add("--calibration", type=float, nargs=2, help="scale and shift of the logits")
    add("--histories", type=int, help="histories of each user in an epoch")
    add("--films", type=int, help="films of a list in an example")
    add("--start-epochs", type=int, help="of the bilinear model")
    add("--start-rate", type=float, help="its learning rate")
    add("--start-l2", type=float, help="half the weight of its squared embeddings in an epoch")
    arguments = parser.parse_args()
    settings = command_line.settings_from(arguments, RANKER)
    shape = len(settings["layers"]), settings["activation"]
    if settings["started"] and shape != (1, "swish"):
        parser.error("the start needs one layer of swish; --no-started is for other towers")
    return arguments


def train(data_set, features, first_stage, settings, seed):
    """A trained model."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    shape = [settings[name] for name in ("width", "genre_width", "layers")]
    options = {name: settings[name] for name in ("activation", "dropout")}
    sizes = data_set.items, len(features.genres)
    model = RankingModel(*sizes, features.films(), len(settings["inputs"]), *shape, **options)
    if settings["started"]:
        start(model, features, train_tastes(data_set, features, settings, generator))
    count = len(data_set.timelines) * settings["histories"]
    epoch = partial(batches, model, data_set, features, first_stage, settings, generator)
    return run_epochs(model, "ranking", settings, count, epoch)


def train_tastes(data_set, features, settings, generator):
    """The bilinear model."""
    watched = np.zeros((len(data_set.timelines), data_set.items))
    for row, timeline in zip(watched, data_set.timelines):
        row[timeline.items] = 1
    model = Tastes(watched, settings["width"] - 1 - len(features.genres))
    names = ("epochs", "learning_rate", "l2")
    given = dict(zip(names, (settings[f"start_{name}"] for name in ("epochs", "rate", "l2"))))
    epoch = partial(taste_batches, model, data_set, features, {**settings, **given}, generator)
    return run_epochs(model, "tastes", given, len(data_set.timelines), epoch)


def taste_batches(model, data_set, features, settings, generator):
    """As `batches`, of one history of each user and of all films."""
    histories = draw_histories(data_set.timelines, 1, generator, features.has_genre)
    everything = np.arange(data_set.items)
    for begin in range(0, len(histories), settings["batch"]):
        batch = histories[begin : begin + settings["batch"]]
        given = np.zeros((len(batch), data_set.items), dtype=np.float32)
        for row, history in zip(given, batch):
            row[history.watched] = 1
        rows = np.broadcast_to(everything, given.shape)
        loss = loss_of(model(torch.from_numpy(given)), batch, rows, settings)
        share = len(batch) / len(histories)
        yield loss, loss + settings["l2"] * share * model.penalty()


def batches(model, data_set, features, first_stage, settings, generator):
    """One epoch: (summed loss, the same with its share of the penalty) for each batch."""
    histories = draw_histories(
        data_set.timelines, settings["histories"], generator, features.has_genre
    )
    for begin in range(0, len(histories), settings["batch"]):
        batch = histories[begin : begin + settings["batch"]]
        rows = first_stage.shown(batch, settings["films"], generator)
        raw = model(features.batch(batch), torch.from_numpy(rows))
        loss = loss_of(raw, batch, rows, settings)
        yield loss, loss + settings["l2"] * len(batch) / len(histories) * model.penalty()


def loss_of(raw, histories, rows, settings):
    """The weighted logistic loss of the films at `rows`; those given do not count."""
    return weighted_loss(raw, *times_of(histories, rows, settings))


def times_of(histories, rows, settings):
    """(watch times in units of UNIT, which of the films count), both [B, P]."""
    times = watch_times(histories, rows)
    counted = torch.from_numpy(~np.isnan(times))
    times = np.nan_to_num(times) / UNIT if settings["weighted"] else np.nan_to_num(times) > 0
    return torch.from_numpy(times).float(), counted


def scale_of_held_out(model, data_set, features, first_stage, settings, seed):
    """The `calibration` that suits the users not trained on."""
    generator = np.random.default_rng(seed)
    count = settings["histories"] * CALIBRATION_DRAWS
    histories = draw_histories(data_set.held_out, count, generator, features.has_genre)
    rows = first_stage.shown(histories, settings["films"], generator)
    with torch.no_grad():
        raw = model.eval()(features.batch(histories), torch.from_numpy(rows))
    return calibration.fit(raw, *times_of(histories, rows, settings))


def descriptions(features, inputs):
    """The features, in the order of the tower's columns."""
    number = {"kind": "continuous", "inputs": inputs}
    return [
        {**HISTORY, "name": "watched", "table": "film", "most": WATCHES},
        {**number, "name": "count", "default": 0},
        {**number, "name": "mean_rating", "default": features.mean},
        {"name": "film", "side": "item", "kind": "categorical", "ids": "items"},
        {"name": "genres", "side": "item", "kind": "categorical", "several": True},
        *({**number, "name": name, "side": "item"} for name in features.item_values),
    ]


def check_vectors(model, features, data_set, seed):
    """PyTorch's scores for random users."""
    checks, names = [], ("count", "mean_rating")
    for user, history, items in training_set.random_users(data_set.words, data_set.items, seed):
        user = {name: user[name] for name in names if name in user}
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
        "activation": settings["activation"],
        "output": "exp",
        "rating": RATING_SCALES[DATASET],
        "provenance": provenance(script, arguments, settings, interactions),
    }


def stored_model(model, features, data_set, description, dtype):
    """(model as it is stored, tensors, the float64 reference of the file)."""
    model = export.as_stored(model, dtype)
    items = item_tensors(data_set.interactions)
    tensors = export.ranking_tensors(model, features, dtype, items)
    return model, tensors, StoredTwoStage(tensors, {"kind": "ranker", **description})


def main():
    arguments = parse_arguments()
    settings = command_line.settings_from(arguments, RANKER)
    torch.set_num_threads(1)
    folder, split = command_line.folder_of(arguments), (settings["held_out"], arguments.split_seed)
    data_set = training_set.load(folder, *split, 0)
    features = RankingFeatures(folder, data_set.timelines, data_set.items, settings["inputs"])
    first_stage = FirstStage(arguments.candidates, features.item_values["popularity"])
    first_stage.warn_of_other_users(*split)
    model = train(data_set, features, first_stage, settings, arguments.seed)
    own = scale_of_held_out(model, data_set, features, first_stage, settings, arguments.seed)
    print("calibration of the held-out users: {:.3f} {:.3f}".format(*own))
    calibration.apply(model.output, *settings["calibration"])
    description = description_of(arguments, settings, features, data_set.interactions)
    if settings["weighted"]:
        model.output.bias.data += np.log(UNIT)
    dtype = command_line.DTYPES[settings["dtype"]]
    model, tensors, stored = stored_model(model, features, data_set, description, dtype)
    measured = measure(stored, first_stage, queries_of(data_set.held_out))
    print(as_text(measured, 3))
    description["metrics"] = {"protocol": PROTOCOL, "held_out": settings["held_out"], **measured}
    description["check"] = check_vectors(model, features, data_set, arguments.seed)
    export.write(arguments.output, "ranker", tensors, **description)


if __name__ == "__main__":
    main()
