"""Trains AE, DAE, U-AutoRec, I-AutoRec, CDAE or Mult-DAE on MovieLens and writes a weights file.

    python3 training/train_autoencoder.py --model dae --data data/ml-latest-small --output training/out/dae.safetensors
    python3 training/train_autoencoder.py --model autorec-item --dataset ml-1m --data data/ml-1m \\
        --output training/out/ml-1m-autorec-item.safetensors

What is not given on the command line comes from training/presets.py. The same settings give the same bytes.
"""

import argparse
import os
from functools import partial

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # sums in one order, whatever the machine; before numpy is loaded
)

import data
import export_autoencoder
import numpy as np
import torch
from autoencoder_measures import rankings_of_new_people, ratings_of_people
from autoencoders import ACTIVATIONS, Autoencoder
from matrices import matrix_of
from optimise import provenance, run_epochs
from presets import AUTOENCODER_PRESETS, RATING_SCALES
from reconstruction import LOSSES, corrupt
from stored_autoencoder import StoredAutoencoder

TITLES = {
    "ae": "AE",
    "dae": "DAE",
    "autorec-user": "U-AutoRec",
    "autorec-ranking": "U-AutoRec for ranking",
    "autorec-item": "I-AutoRec",
    "cdae": "CDAE",
    "mult-dae": "Mult-DAE",
}
PROTOCOLS = {
    "ml-latest-small": "people never seen in training: 80% of their films in, 20% to find in the whole catalogue, or to rate",
    "ml-1m": "a random tenth of the ratings, predicted from each user's other ratings",
}


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--model", choices=list(TITLES), required=True, help="what to train")
    add(
        "--dataset",
        choices=["ml-latest-small", "ml-1m"],
        default="ml-latest-small",
        help="ml-1m: AutoRec (%(default)s)",
    )
    add("--data", metavar="FOLDER", help="where the data set is (data/DATASET)")
    add(
        "--output",
        metavar="FILE",
        required=True,
        help="the .safetensors file to write, in a folder that exists",
    )
    add("--dtype", choices=["f16", "f32"], help="of the weights; means of users are always f32")
    add(
        "--include-user-tables",
        action="store_true",
        help="CDAE: also write the training users' nodes: not for publication",
    )
    add(
        "--held-out",
        choices=["test", "validation"],
        help="what is not trained on, and measured on afterwards",
    )
    add("--split-seed", type=int, default=data.SPLIT_SEED, help="what is held out (%(default)s)")
    add(
        "--seed",
        type=int,
        default=0,
        help="of the initial weights, the order and the corruption (%(default)s)",
    )
    add("--name", help="a title for people, kept in the file")
    add(
        "--hidden",
        type=int,
        nargs="+",
        help="widths of the encoder; the decoder has them in reverse",
    )
    add("--activation", choices=list(ACTIVATIONS), help="of all layers but the last")
    add(
        "--output-function",
        dest="output_function",
        choices=["identity", "sigmoid", "softmax"],
        help="of the last",
    )
    add(
        "--tied",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="the last weight is the first, transposed",
    )
    add(
        "--loss",
        choices=list(LOSSES),
        help="what is to be reconstructed, see training/reconstruction.py",
    )
    add("--unseen-weight", type=float, help="observed: the weight of an item without a rating")
    add("--unseen-rating", type=float, help="observed: the rating that it is taken to have")
    add("--corruption", type=float, help="the share of the input that is masked out in training")
    add("--epochs", type=int, help="times through the rows")
    add("--batch", type=int, help="rows: users, or items for I-AutoRec")
    add("--learning-rate", type=float, help="of Adam, falling linearly to 0")
    add("--l2", type=float, help="half the weight of the squared weights, against the summed loss")
    add(
        "--ridge",
        type=float,
        nargs=2,
        metavar=("WEIGHT", "BIAS"),
        help="I-AutoRec: how a new person's row is pulled",
    )
    return parser.parse_args()


def settings_of(arguments):
    """The preset of the data set and the model, with what the command line says instead."""
    preset = AUTOENCODER_PRESETS[arguments.dataset, arguments.model]
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    given["output"] = given.pop("output_function", preset["output"])
    return {**preset, **{name: value for name, value in given.items() if name in preset}}


def train(matrix, settings, title, seed):
    """A trained model."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    rows, columns = matrix.seen.shape
    nodes = rows if settings["kind"] == "cdae" else None
    shape = [settings[name] for name in ("hidden", "activation")]
    model = Autoencoder(columns, *shape, settings["input"]["normalize"], settings["tied"], nodes)
    epoch = partial(batches, model, matrix, settings, generator)
    return run_epochs(model, title, settings, int(matrix.seen.sum()), epoch)


def batches(model, matrix, settings, generator):
    """One time through the rows: (the summed loss, the same with its share of the penalty) a batch."""
    rows = len(matrix.seen)
    for chosen in np.split(
        generator.permutation(rows), range(settings["batch"], rows, settings["batch"])
    ):
        batch = torch.from_numpy(chosen)
        inputs, seen = matrix.inputs[batch], matrix.seen[batch].float()
        raw = model(corrupt(inputs, settings["corruption"]), batch)
        loss = LOSSES[settings["loss"]](raw, inputs, seen, settings)
        yield loss, loss + settings["l2"] * len(batch) / rows * model.penalty()


def measure(tensors, description, dataset, people):
    """The metrics of the weights as they are stored, in float64."""
    stored = StoredAutoencoder(tensors, description)
    measured = {}
    if dataset == "ml-latest-small":
        measured = rankings_of_new_people(stored, people)
    if stored.input["values"] == "rating":
        measured.update(ratings_of_people(stored, people))
    return measured


def description_of(arguments, settings, interactions):
    """The file's metadata, but for what is measured. No time and no path: the same training gives the same file."""
    description = {name: settings[name] for name in ("activation", "output", "input", "tied")}
    if settings["kind"] == "autorec-item":
        description = {"output": settings["output"], "input": settings["input"]}
        description["ridge"] = dict(zip(("weight", "bias"), settings["ridge"]))
    name = arguments.name or f"{TITLES[arguments.model]} on {arguments.dataset}"
    return {
        **description,
        "name": name,
        "rating": RATING_SCALES[arguments.dataset],
        "provenance": provenance(
            "training/train_autoencoder.py", arguments, settings, interactions
        ),
    }


def main():
    arguments = parse_arguments()
    settings = settings_of(arguments)
    kind = settings["kind"]
    torch.set_num_threads(1)
    folder = arguments.data or os.path.join("data", arguments.dataset)
    interactions, people = data.load_rated(
        arguments.dataset, folder, settings["held_out"], arguments.split_seed
    )
    matrix = matrix_of(interactions, settings["input"], by_item=kind == "autorec-item")
    model = train(matrix, settings, TITLES[arguments.model], arguments.seed)
    dtype = {"f16": np.float16, "f32": np.float32}[settings["dtype"]]
    include = arguments.include_user_tables
    tensors = export_autoencoder.model_tensors(
        model, kind, matrix, dtype, interactions.item_ids, include
    )
    description = description_of(arguments, settings, interactions)
    measured = measure(tensors, {**description, "kind": kind}, arguments.dataset, people)
    print("  ".join(f"{name} {value:.4f}" for name, value in measured.items()))
    description["metrics"] = {
        "protocol": PROTOCOLS[arguments.dataset],
        "held_out": settings["held_out"],
        **measured,
    }
    export_autoencoder.write(arguments.output, kind, tensors, arguments.seed, **description)


if __name__ == "__main__":
    main()
