"""What both training scripts share: arguments, training and held-out users, random users."""

from types import SimpleNamespace

import numpy as np

from training.common import arguments as command_line
from training.datasets import movielens, timeline

DATASET = "ml-latest-small"
HISTORY = {"kind": "categorical", "several": True, "ids": "items", "from": "history"}
SEARCHED = {
    "name": "searched",
    "table": "search",
    "kind": "categorical",
    "several": True,
    "default": [],
}


def new_parser(docstring):
    parser = command_line.new_parser(docstring)
    command_line.add_dataset(parser, [DATASET])
    command_line.add_training(parser)
    add = parser.add_argument
    add("--width", type=int, help="of a film's embedding in the input")
    add("--layers", type=int, nargs="*", help="widths of the hidden layers")
    add("--dropout", type=float, help="share of hidden nodes dropped in training")
    return parser


def load(folder, held_out, split_seed, max_words):
    """The data set in time.

    interactions and timelines: of the training users. held_out: timelines of the others. words: the
    search vocabulary of the training users.
    """
    everything, timelines = timeline.load_timelines(folder)
    training, _ = movielens.strong_split(everything, held_out, split_seed)
    trained_on, others = timeline.split_timelines(timelines, held_out, split_seed)
    return SimpleNamespace(
        interactions=training,
        items=training.items,
        timelines=trained_on,
        held_out=others,
        words=timeline.search_vocabulary(trained_on, max_words),
    )


def random_users(words, items, seed, users=4, max_length=60, targets=8):
    """(features, history, target rows) for check vectors; the first has no features, no history."""
    generator = np.random.default_rng(seed)
    for number in range(users):
        length = number * max_length // (users - 1)
        history = generator.choice(items, size=length, replace=False)
        user = {
            "searched": ["unheard of", *words[number : 3 * number]],
            "count": len(history),
            "age": float(generator.integers(11)) / 10,
            "mean_rating": 1 + float(generator.integers(17)) / 4,
        }
        rows = generator.choice(items, size=targets, replace=False)
        yield user if number else {}, history, rows
