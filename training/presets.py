"""The settings that the tables in README.md were made with. Each can be overridden on the command line.

ml-latest-small was tuned on the validation users, ML-1M on one training film of each user; no test was looked at."""

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
    "negatives": 4,
    "epochs": 20,
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

FOLD_IN = {"steps": 100, "learning_rate": 0.1, "negatives": 4, "prior": 1.0}

FOLD_IN_HELP = "other numbers for fitting new people: steps, learning_rate, negatives, prior"

PRESETS = {
    ("ml-latest-small", "gmf"): {**SMALL, "factors": 64, "fold_in": {**FOLD_IN, "negatives": 10}},
    ("ml-latest-small", "mlp"): {**SMALL, "layers": [64, 32, 16], "fold_in": {**FOLD_IN, "negatives": 10}},
    ("ml-latest-small", "neumf"): {
        **SMALL,
        "factors": 128,
        "layers": [64, 32, 16],
        "dropout": 0.2,
        "fold_in": {**FOLD_IN, "negatives": 10},
    },
    ("ml-1m", "gmf"): {**ML_1M, "fold_in": FOLD_IN},
    ("ml-1m", "mlp"): {**ML_1M, "fold_in": FOLD_IN},
    ("ml-1m", "neumf"): {**ML_1M, "fold_in": FOLD_IN},
}


def with_numbers(fold_in, pairs):
    """The fold-in's numbers with those of ["prior=2", ...] instead."""
    given = dict(pair.split("=") for pair in pairs)
    return {**fold_in, **{name: type(fold_in[name])(value) for name, value in given.items()}}
