"""Trains AE, DAE, AutoRec, CDAE, Mult-DAE, Mult-VAE or RecVAE on MovieLens; writes a weights file.

    python3 -m training.autoencoder.train --model dae --output training/out/dae.safetensors
    python3 -m training.autoencoder.train --model autorec-item --dataset ml-1m \\
        --output training/out/ml-1m-autorec-item.safetensors
    python3 -m training.autoencoder.train --model recvae --dataset ml-1m \\
        --output training/out/ml-1m-recvae.safetensors

Defaults are in training/autoencoder/presets.py. The same settings give the same bytes.
"""

from functools import partial

import numpy as np
import torch

from training.autoencoder import export, recvae, variational
from training.autoencoder.inputs import training_inputs
from training.autoencoder.losses import LOSSES, popular_start
from training.autoencoder.matrix import matrix_of
from training.autoencoder.measures import measure_rankings, measure_ratings
from training.autoencoder.models import ACTIVATIONS, Autoencoder
from training.autoencoder.presets import PRESETS
from training.autoencoder.reference import StoredAutoencoder
from training.common import arguments as command_line
from training.common.item_tensors import item_tensors
from training.common.metrics import as_text
from training.common.optimiser import run_epochs
from training.common.provenance import provenance
from training.datasets import liked, movielens

TITLES = {
    "ae": "AE",
    "dae": "DAE",
    "autorec-user": "U-AutoRec",
    "autorec-ranking": "U-AutoRec for ranking",
    "autorec-item": "I-AutoRec",
    "autorec-item-deep": "Deep I-AutoRec",
    "cdae": "CDAE",
    "mult-dae": "Mult-DAE",
    "mult-vae": "Mult-VAE",
    "recvae": "RecVAE",
}
VARIATIONAL = {"mult-vae": variational.train, "recvae": recvae.train}
PROTOCOLS = {
    "ml-latest-small": "users not trained on: 80% of their films are history, 20% to be found in "
    "the whole catalogue, or to be rated",
    "ml-1m": "a random tenth of the ratings, predicted from each user's other ratings",
    "liked": "ratings of 4 or more; users not trained on: 80% of their films are history, 20% to "
    "be found in the whole catalogue",
}
RATING_SCALES = {**movielens.RATING_SCALES, "liked": liked.RATING_SCALE}
OUTPUTS = ["identity", "sigmoid", "softmax"]


def parse_arguments():
    parser = command_line.new_parser(__doc__)
    add = parser.add_argument
    add("--model", choices=list(TITLES), required=True, help="what to train")
    command_line.add_dataset(parser)
    command_line.add_training(parser)
    add("--include-user-tables", action="store_true", help="CDAE: store the nodes: not to publish")
    add("--hidden", type=int, nargs="+", help="widths of the encoder; reversed in the decoder")
    add("--activation", choices=list(ACTIVATIONS), help="of all layers but the last")
    add("--output-function", choices=OUTPUTS, help="of the last layer")
    command_line.add_flag(parser, "--tied", "the last weight is the first, transposed")
    add("--loss", choices=list(LOSSES), help="see training/autoencoder/losses.py")
    add("--unseen-weight", type=float, help="observed: the weight of an item without a rating")
    add("--unseen-rating", type=float, help="observed: the rating such an item counts as")
    add("--corruption", type=float, help="share of the input that is set to 0 in training")
    add("--short", type=float, help="share of the rows that become short histories in training")
    command_line.add_flag(parser, "--popular-start", "the last bias begins with popularity")
    add("--beta", type=float, help="Mult-VAE: weight of the divergence from the prior")
    add("--gamma", type=float, help="RecVAE: the same, for each interaction of a user")
    ridge = "I-AutoRec: ridge penalties of a new user's row and bias"
    add("--ridge", type=float, nargs=2, metavar=("WEIGHT", "BIAS"), help=ridge)
    return parser.parse_args()


def settings_of(arguments):
    """The preset of data set and model, overridden by the command line."""
    preset = PRESETS[arguments.dataset, arguments.model]
    settings = command_line.settings_from(arguments, preset)
    return {**settings, "output": arguments.output_function or preset["output"]}


def protocol_of(arguments):
    """A key of PROTOCOLS. On ML-1M AutoRec learns ratings, the other models liked films."""
    ranks = arguments.dataset == "ml-1m" and not arguments.model.startswith("autorec")
    return "liked" if ranks else arguments.dataset


def load(arguments, held_out):
    """(training interactions, users as in `load_rated`)"""
    split = command_line.folder_of(arguments), held_out, arguments.split_seed
    if protocol_of(arguments) != "liked":
        return movielens.load_rated(arguments.dataset, *split)
    interactions, users = liked.load_strong(*split)
    return interactions, [(history, None, held_out, None) for history, held_out in users]


def trainer_of(arguments):
    """train(matrix, settings, title, seed) of the model."""
    if arguments.dataset == "ml-1m" and arguments.model in ("autorec-item", "autorec-item-deep"):
        from training.autoencoder import item_autorec  # no other model needs Numba

        return item_autorec.train
    return VARIATIONAL.get(arguments.model, train)


def train(matrix, settings, title, seed):
    """A trained model."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    rows, columns = matrix.seen.shape
    nodes = rows if settings["kind"] == "cdae" else None
    shape = [settings[name] for name in ("hidden", "activation")]
    model = Autoencoder(columns, *shape, settings["input"]["normalize"], settings["tied"], nodes)
    if settings["popular_start"]:
        start = popular_start(settings["loss"], matrix.inputs, matrix.seen.float(), settings)
        model.decoder[-1].bias.data = start
    epoch = partial(batches, model, matrix, settings, generator)
    return run_epochs(model, title, settings, int(matrix.seen.sum()), epoch)


def batches(model, matrix, settings, generator):
    """One epoch: (summed loss, the same with its share of the penalty) for each batch."""
    rows, size = len(matrix.seen), settings["batch"]
    for chosen in np.split(generator.permutation(rows), range(size, rows, size)):
        batch = torch.from_numpy(chosen)
        inputs, seen = matrix.inputs[batch], matrix.seen[batch].float()
        given, own = training_inputs(matrix, batch, settings, generator)
        raw = model(given, batch, own)
        loss = LOSSES[settings["loss"]](raw, inputs, seen, settings)
        yield loss, loss + settings["l2"] * len(batch) / rows * model.penalty()


def measure(tensors, description, protocol, users):
    """Metrics of the stored weights in float64."""
    stored = StoredAutoencoder(tensors, description)
    measured = {}
    if protocol != "ml-1m":
        measured |= measure_rankings(stored, users)
    if stored.input["values"] == "rating":
        measured |= measure_ratings(stored, users)
    return measured


def description_of(arguments, settings, interactions):
    """The file's metadata without the metrics."""
    description = {name: settings[name] for name in ("activation", "output", "input", "tied")}
    if settings["kind"] == "autorec-item":
        description = {"output": settings["output"], "input": settings["input"]}
        description["ridge"] = dict(zip(("weight", "bias"), settings["ridge"]))
    elif arguments.model == "recvae":
        description |= {"skip": "dense", "norm": {"epsilon": recvae.EPSILON}}
    script = "training/autoencoder/train.py"
    return {
        **description,
        "name": arguments.name or f"{TITLES[arguments.model]} on {arguments.dataset}",
        "rating": RATING_SCALES[protocol_of(arguments)],
        "provenance": provenance(script, arguments, settings, interactions),
    }


def main():
    arguments = parse_arguments()
    settings = settings_of(arguments)
    kind = settings["kind"]
    torch.set_num_threads(1)
    interactions, users = load(arguments, settings["held_out"])
    matrix = matrix_of(interactions, settings["input"], by_item=kind == "autorec-item")
    model = trainer_of(arguments)(matrix, settings, TITLES[arguments.model], arguments.seed)
    dtype = command_line.DTYPES[settings["dtype"]]
    tensors = export.model_tensors(
        model, kind, matrix, dtype, item_tensors(interactions), arguments.include_user_tables
    )
    description = description_of(arguments, settings, interactions)
    protocol = protocol_of(arguments)
    measured = measure(tensors, {**description, "kind": kind}, protocol, users)
    print(as_text(measured))
    protocol = {"protocol": PROTOCOLS[protocol], "held_out": settings["held_out"]}
    description["metrics"] = {**protocol, **measured}
    export.write(arguments.output, kind, tensors, arguments.seed, **description)


if __name__ == "__main__":
    main()
