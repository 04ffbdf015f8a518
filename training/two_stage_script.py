"""What the scripts of both stages have in common: their arguments, and who is trained on and who is not."""

import argparse
from types import SimpleNamespace

import data
import numpy as np
import timeline
from presets import RATING_SCALES

DTYPES = {"f16": np.float16, "f32": np.float32}
HISTORY = {"kind": "categorical", "several": True, "ids": "items", "from": "history"}
SEARCHED = {
    "name": "searched",
    "table": "search",
    "kind": "categorical",
    "several": True,
    "default": [],
}


def parser_of(description):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "--data",
        metavar="FOLDER",
        default="data/ml-latest-small",
        help="where the data set is (%(default)s)",
    )
    add(
        "--output",
        metavar="FILE",
        required=True,
        help="the .safetensors file to write, in a folder that exists",
    )
    add(
        "--held-out",
        choices=["test", "validation"],
        help="who is not trained on, and measured on afterwards",
    )
    add("--split-seed", type=int, default=data.SPLIT_SEED, help="who is held out (%(default)s)")
    add(
        "--seed",
        type=int,
        default=0,
        help="of the initial weights and of what is drawn (%(default)s)",
    )
    add("--dtype", choices=list(DTYPES), help="of the weights; quantiles are always f32")
    add(
        "--early",
        type=float,
        help="how much of what is drawn is among somebody's first films: 1 evenly, 2 more, ...",
    )
    add("--epochs", type=int, help="times through the people")
    add("--batch", type=int, help="moments")
    add("--learning-rate", type=float, help="of Adam, falling linearly to 0")
    add(
        "--l2",
        type=float,
        help="half the weight of the squared weights, against the summed loss of an epoch",
    )
    add("--words", type=int, help="how many search words have an embedding, at most")
    add("--width", type=int, help="of a film's embedding in the input")
    add("--search-width", type=int, help="of a search word's")
    add("--layers", type=int, nargs="*", help="widths of the hidden layers")
    add("--dropout", type=float, help="the share of hidden nodes left out in training")
    add("--watch-dropout", type=float, help="the share of watched films left out in training")
    add(
        "--batch-norm",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="between a layer and its relu",
    )
    return parser


def parse(parser):
    arguments = parser.parse_args()
    arguments.dataset = "ml-latest-small"
    return arguments


def settings_of(arguments, preset):
    """The preset, with what the command line says instead."""
    given = {
        name: value
        for name, value in vars(arguments).items()
        if value is not None and name in preset
    }
    return {**preset, **given}


def load(folder, held_out, split_seed, words):
    """interactions: the training people's. people: they, in time. asked: the others. words: what the former searched for."""
    everything, people = timeline.load_people(folder)
    training, _ = data.strong_split(everything, held_out, split_seed)
    trained_on, asked = timeline.split_people(people, held_out, split_seed)
    vocabulary = timeline.search_vocabulary(trained_on, words)
    return SimpleNamespace(
        interactions=training,
        items=training.items,
        people=trained_on,
        asked=asked,
        words=vocabulary,
    )


def rating_scale(arguments):
    return RATING_SCALES[arguments.dataset]


def invented_people(words, items, seed, people=4, most=60, asked=8):
    """(what is told, history, items asked about) of nobody; the first has met nothing and tells nothing."""
    generator = np.random.default_rng(seed)
    for number in range(people):
        history = generator.choice(items, size=number * most // (people - 1), replace=False)
        told = {"searched": ["unheard of", *words[number : 3 * number]], "count": len(history)}
        told |= {
            "age": float(generator.integers(11)) / 10,
            "mean_rating": 1 + float(generator.integers(17)) / 4,
        }
        yield told if number else {}, history, generator.choice(items, size=asked, replace=False)
