"""Settings of GMF, MLP and NeuMF behind the tables in training/README.md.

Tuned on the validation: users of ml-latest-small, one training film of each user on ML-1M.
"""

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

# 64 factors and pre-training, as in the paper. The GMF is a dot product trained as logistic MF is
# (`dot`: its settings), and its block is regularised by example as there.
ML_1M_64 = {
    **ML_1M,
    "loss": "grouped",
    "epochs": 2,
    "negatives": 4,
    "batch": 8192,
    "learning_rate": 0.0005,
    "l2": 0.005,
    "factors": 64,
    "layers": [256, 128, 64],
    "pretrain": True,
    "parts": {
        "gmf": {"dot": {"epochs": 100, "learning_rate": 0.01, "negatives": 8, "deviation": 0.1}},
        "mlp": {"epochs": 4, "learning_rate": 0.003},
    },
}

# `negatives` as in training: with another weight of the unseen items, the logits of a new user are
# off by a constant.
SMALL_FOLD_IN = {"steps": 100, "learning_rate": 0.1, "negatives": SMALL["negatives"], "prior": 1.0}
ML_1M_FOLD_IN = {**SMALL_FOLD_IN, "negatives": ML_1M["negatives"]}

FOLD_IN_HELP = "settings of the fold-in: steps, learning_rate, negatives, prior"

PRESETS = {
    ("ml-latest-small", "gmf"): {
        **SMALL,
        "factors": 64,
        "members": 2,
        "fold_in": SMALL_FOLD_IN,
    },
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
    ("ml-1m", "neumf-64"): {
        **ML_1M_64,
        "fold_in": {**ML_1M_FOLD_IN, "negatives": ML_1M_64["negatives"], "prior": 0.5},
    },
}


def override_fold_in(fold_in, pairs):
    """The settings, overridden by ["prior=2", ...]."""
    given = dict(pair.split("=") for pair in pairs)
    return {**fold_in, **{name: type(fold_in[name])(value) for name, value in given.items()}}
