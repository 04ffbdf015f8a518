"""Trains SASRec on MovieLens in the order of time; writes a weights file.

    python3 -m training.sequence.train --output training/out/sasrec.safetensors
    python3 -m training.sequence.train --dataset ml-100k \\
        --output training/out/ml-100k-sasrec.safetensors
    python3 -m training.sequence.train --dataset ml-1m \\
        --output training/out/ml-1m-sasrec.safetensors

ml-latest-small: a tenth of the users is held out. Else, or with --protocol last: the last film of
each user is the test and the one before it the validation, which chooses the epoch; the best file
so far is on disk at any time. Defaults are in training/sequence/presets.py. The same settings give
the same bytes.
"""

import numpy as np
import torch
from torch.nn import functional

from training.common import arguments as command_line
from training.common.item_tensors import item_tensors
from training.common.metrics import as_text
from training.common.optimiser import run_epochs
from training.common.provenance import provenance
from training.datasets import sequences as dataset
from training.datasets.movielens import RATING_SCALES
from training.sequence import export
from training.sequence.batches import epoch_batches
from training.sequence.measures import measure_next, measure_users, scores_of
from training.sequence.models import SASRec
from training.sequence.presets import PRESETS
from training.sequence.reference import StoredSequence

DATASETS = ["ml-latest-small", "ml-100k", "ml-1m"]
PROTOCOLS = {
    "users": "users not trained on: 80% of their films, in the order of time, are history, 20% to "
    "be found in the whole catalogue",
    "last": "each user's last film, among 100 sampled ones and in the whole catalogue",
}


def parse_arguments():
    parser = command_line.new_parser(__doc__)
    add = parser.add_argument
    command_line.add_dataset(parser, DATASETS)
    command_line.add_training(parser)
    add("--protocol", choices=list(PROTOCOLS), help="what is held out (see above)")
    add("--width", type=int, help="of the vectors")
    add("--inner", type=int, help="width of the feed-forward layers")
    add("--blocks", type=int, help="number of blocks")
    add("--heads", type=int, help="number of attention heads")
    add("--window", type=int, help="films that the model sees at most")
    add("--dropout", type=float, help="share of values set to 0 in training")
    targets = "what a place predicts: the next film, or all that do not stand before"
    add("--targets", choices=["next", "rest"], help=targets)
    add("--shuffled", type=float, help="share of the sequences that are put in random order")
    add("--check-every", type=int, default=1, help="protocol last: epochs between validations")
    return parser.parse_args()


def losses(model, sequences, settings, generator):
    """One epoch: (summed loss, mean loss with the penalty) for each batch."""
    items = model.item.num_embeddings
    for inputs, filled, targets in epoch_batches(sequences, items, settings, generator):
        logits = model.logits(model(inputs)[filled])
        loss = functional.cross_entropy(logits, targets)
        penalty = settings["l2"] * model.item.weight.square().sum() / 2
        yield loss * len(targets), loss + penalty


def train(sequences, items, settings, seed, after=None):
    """A trained model. after: called with (number of the epoch, model) after each epoch."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    model = SASRec(items, settings)
    # From the start the items' biases rank by popularity: the blocks learn what differs from it.
    counts = np.bincount(np.concatenate(sequences), minlength=items)
    model.bias.data = torch.from_numpy(np.log1p(counts)).float()
    count = sum(min(len(sequence), settings["window"] + 1) - 1 for sequence in sequences)

    def epoch():
        yield from losses(model.train(), sequences, settings, generator)

    return run_epochs(model, "SASRec", settings, count, epoch, after)


class BestOnDisk:
    """Measures the validation after an epoch, and writes the file if none was better."""

    def __init__(self, arguments, measure, write):
        self.arguments, self.measure, self.write = arguments, measure, write
        self.best, self.tensors, self.facts = -1.0, None, None

    def __call__(self, number, model):
        every, last = self.arguments.check_every, number + 1 == self.arguments.epochs
        if (number + 1) % every and not last:
            return
        measured = self.measure(lambda histories: scores_of(model.eval(), histories))
        print(f"\nepoch {number + 1}: {as_text(measured)}", flush=True)
        if measured["NDCG@10"] > self.best:
            self.best = measured["NDCG@10"]
            self.facts = {"validation": measured, "epoch": number + 1}
            self.tensors = self.write.tensors_of(model)
            self.write(self.tensors, self.facts)


class Writer:
    """Writes a model's file."""

    def __init__(self, arguments, settings, interactions, training):
        self.arguments, self.settings = arguments, settings
        self.interactions = interactions
        self.items = item_tensors(interactions, np.concatenate(training))

    def tensors_of(self, model):
        dtype = command_line.DTYPES[self.settings["dtype"]]
        return export.model_tensors(model, dtype, self.items)

    def measured(self, tensors, measure):
        """What `measure` says of the weights as stored, in float64."""
        stored = StoredSequence(tensors, export.shape_of(self.settings))
        measured = measure(lambda histories: np.stack([stored.raw(one) for one in histories]))
        print(as_text(measured), flush=True)
        return measured

    def __call__(self, tensors, measured):
        arguments = self.arguments
        script = "training/sequence/train.py"
        description = {
            **export.shape_of(self.settings),
            "name": arguments.name or f"SASRec on {arguments.dataset}",
            "rating": RATING_SCALES[arguments.dataset],
            "metrics": {"protocol": PROTOCOLS[arguments.protocol], **measured},
            "provenance": provenance(script, arguments, self.settings, self.interactions),
        }
        export.write(arguments.output, tensors, arguments.seed, **description)


def train_on_last(arguments, settings, interactions):
    """Leaves the last film of each user out; the validation chooses the epoch."""
    sequences, items = dataset.in_time_order(interactions), interactions.items
    training, validation, test = dataset.leave_last_out(sequences)

    def measure(pairs):
        return lambda all: measure_next(all, sequences, pairs, items, arguments.split_seed)

    write = Writer(arguments, settings, interactions, training)
    best = BestOnDisk(arguments, measure(validation), write)
    train(training, items, settings, arguments.seed, best)
    write(best.tensors, {**best.facts, **write.measured(best.tensors, measure(test))})


def train_on_users(arguments, settings, interactions):
    """Leaves a tenth of the users out."""
    split = settings["held_out"], arguments.split_seed
    training, users = dataset.users_split(interactions, *split)
    model = train(training, interactions.items, settings, arguments.seed)
    rows = dataset.movielens.held_out_users(interactions.users, *split)[1]
    write = Writer(arguments, settings, interactions.of_users(rows), training)
    tensors = write.tensors_of(model)
    measured = write.measured(tensors, lambda score_all: measure_users(score_all, users))
    write(tensors, {"held_out": settings["held_out"], **measured})


def main():
    arguments = parse_arguments()
    small = arguments.dataset == "ml-latest-small"
    arguments.protocol = arguments.protocol or ("users" if small else "last")
    settings = command_line.settings_from(arguments, PRESETS[arguments.dataset])
    arguments.epochs = settings["epochs"]
    torch.set_num_threads(1)
    interactions = dataset.load(arguments.dataset, command_line.folder_of(arguments))
    protocols = {"users": train_on_users, "last": train_on_last}
    protocols[arguments.protocol](arguments, settings, interactions)


if __name__ == "__main__":
    main()
