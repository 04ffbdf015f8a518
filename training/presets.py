"""The settings that the tables in README.md were made with. Each can be overridden on the command line.

ml-latest-small was tuned on the validation users, ML-1M on one training film of each user; no test was looked at."""

LICENCES = {
    "ml-latest-small": "MovieLens ml-latest-small, GroupLens: no commercial use without permission, "
    "redistribution under the same conditions, https://doi.org/10.1145/2827872",
    "ml-1m": "MovieLens 1M, GroupLens: no redistribution without permission, https://doi.org/10.1145/2827872",
}

# With a rating below `positive` a film counts as a dislike; the trained interactions are all ratings, whatever they are.
RATING_SCALES = {
    "ml-latest-small": {"minimum": 0.5, "maximum": 5, "positive": 3},
    "ml-1m": {"minimum": 1, "maximum": 5, "positive": 3},
}

SMALL = {
    "loss": "catalogue",
    "negatives": 10,
    "epochs": 60,
    "batch": 32,
    "learning_rate": 0.01,
    "l2": 1.0,
    "deviation": 0.1,
    "item_bias": True,
    "held_out": "test",
    "dtype": "f16",
}

ML_1M = {
    "loss": "sampled",
    "negatives": 8,
    "epochs": 12,
    "batch": 2048,
    "learning_rate": 0.003,
    "l2": 0.0,
    "deviation": 0.01,
    "dropout": 0.0,
    "item_bias": False,
    "factors": 8,
    "layers": [64, 32, 16, 8],
    "held_out": "test",
    "dtype": "f32",
}

# A new person's unseen items weigh what the training users' did, or the logits are off by a constant.
SMALL_FOLD_IN = {"steps": 100, "learning_rate": 0.1, "negatives": SMALL["negatives"], "prior": 1.0}
ML_1M_FOLD_IN = {**SMALL_FOLD_IN, "negatives": ML_1M["negatives"]}

FOLD_IN_HELP = "other numbers for fitting new people: steps, learning_rate, negatives, prior"

PRESETS = {
    ("ml-latest-small", "gmf"): {**SMALL, "factors": 64, "fold_in": SMALL_FOLD_IN},
    ("ml-latest-small", "mlp"): {**SMALL, "layers": [64, 32, 16], "fold_in": SMALL_FOLD_IN},
    ("ml-latest-small", "neumf"): {
        **SMALL,
        "factors": 128,
        "layers": [64, 32, 16],
        "dropout": 0.2,
        "fold_in": {**SMALL_FOLD_IN, "prior": 4.0},
    },
    ("ml-1m", "gmf"): {**ML_1M, "fold_in": ML_1M_FOLD_IN},
    ("ml-1m", "mlp"): {**ML_1M, "fold_in": ML_1M_FOLD_IN},
    ("ml-1m", "neumf"): {**ML_1M, "fold_in": ML_1M_FOLD_IN},
}


def with_numbers(fold_in, pairs):
    """The fold-in's numbers with those of ["prior=2", ...] instead."""
    given = dict(pair.split("=") for pair in pairs)
    return {**fold_in, **{name: type(fold_in[name])(value) for name, value in given.items()}}


BINARY_INPUT = {"values": "binary", "scale": 1, "shift": 0, "normalize": "none"}
L2_INPUT = {**BINARY_INPUT, "normalize": "l2"}
RATING_INPUT = {
    **BINARY_INPUT,
    "values": "rating",
    "shift": 3.5,
}  # near the mean: what was rated so says nothing

AUTOENCODER = {
    "kind": "autoencoder",
    "hidden": [100],
    "activation": "tanh",
    "output": "identity",
    "input": BINARY_INPUT,
    "tied": False,
    "loss": "square",
    "unseen_weight": 0.0,
    "unseen_rating": 2.0,
    "corruption": 0.3,
    "epochs": 60,
    "batch": 64,
    "learning_rate": 0.005,
    "l2": 120.0,
    "held_out": "test",
    "dtype": "f16",
}

AUTOREC = {
    **AUTOENCODER,
    "kind": "autorec-user",
    "activation": "sigmoid",
    "input": RATING_INPUT,
    "loss": "observed",
    "learning_rate": 0.003,
}

ML_1M_AUTOREC = {
    **AUTOREC,
    "hidden": [500],
    "input": {**RATING_INPUT, "shift": 3.58},
    "epochs": 14,
    "learning_rate": 0.001,
    "l2": 150.0,
    "dtype": "f32",
}

AUTOENCODER_PRESETS = {
    ("ml-latest-small", "ae"): {**AUTOENCODER, "corruption": 0.0},
    ("ml-latest-small", "dae"): AUTOENCODER,
    ("ml-latest-small", "cdae"): {**AUTOENCODER, "kind": "cdae"},
    ("ml-latest-small", "mult-dae"): {
        **AUTOENCODER,
        "kind": "mult-dae",
        "hidden": [200],
        "output": "softmax",
        "input": L2_INPUT,
        "loss": "multinomial",
        "batch": 32,
        "learning_rate": 0.003,
        "l2": 1.0,
    },
    # A predictor of ratings: the unseen weigh next to nothing.
    ("ml-latest-small", "autorec-user"): {
        **AUTOREC,
        "corruption": 0.0,
        "epochs": 40,
        "batch": 32,
        "l2": 30.0,
        "unseen_weight": 0.003,
        "unseen_rating": 3.0,
    },
    # The same model trained to rank: the unseen weigh a lot, and what was rated 2 looks like them.
    ("ml-latest-small", "autorec-ranking"): {
        **AUTOREC,
        "hidden": [200],
        "input": {**RATING_INPUT, "shift": 2},
        "epochs": 40,
        "batch": 32,
        "l2": 60.0,
        "unseen_weight": 0.3,
    },
    ("ml-latest-small", "autorec-item"): {
        **AUTOREC,
        "kind": "autorec-item",
        "epochs": 30,
        "l2": 20.0,
        "ridge": [20.0, 1.0],
    },
    ("ml-1m", "autorec-user"): {**ML_1M_AUTOREC, "batch": 94},
    ("ml-1m", "autorec-item"): {
        **ML_1M_AUTOREC,
        "kind": "autorec-item",
        "corruption": 0.0,
        "batch": 58,
        "ridge": [150.0, 1.0],
    },
}

# "following": how many of the next films share an example; 1 would be the paper's. The rest as `--help` has it.
CANDIDATES = {
    "features": ["watched", "recent", "searched", "count"],
    "width": 64,
    "search_width": 16,
    "words": 200,
    "layers": [256, 128],
    "top": 64,
    "normalize": "none",
    "batch_norm": True,
    "dropout": 0.2,
    "watch_dropout": 0.3,
    "examples": 40,
    "early": 2.0,
    "following": 10,
    "epochs": 20,
    "batch": 128,
    "learning_rate": 0.003,
    "l2": 3.0,
    "held_out": "test",
    "dtype": "f16",
}

# "shown": how many films are taken to be shown for each that is met; a page has only "negatives" of them.
RANKER = {
    "width": 32,
    "search_width": 8,
    "genre_width": 8,
    "words": 200,
    "layers": [256, 128],
    "inputs": ["value", "square", "root"],
    "weighted": True,
    "batch_norm": True,
    "dropout": 0.2,
    "watch_dropout": 0.3,
    "pages": 40,
    "early": 1.0,
    "negatives": 4,
    "shown": 100,
    "epochs": 12,
    "batch": 128,
    "learning_rate": 0.002,
    "l2": 6.0,
    "held_out": "test",
    "dtype": "f16",
}
