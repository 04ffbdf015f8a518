"""Settings of the autoencoders behind the tables in training/README.md.

Tuned on the validation: users of ml-latest-small and of ML-1M's liked films, for AutoRec a tenth of
the training ratings of ML-1M.
"""

BINARY_INPUT = {"values": "binary", "scale": 1, "shift": 0, "normalize": "none"}
L2_INPUT = {**BINARY_INPUT, "normalize": "l2"}
# The shift is near the mean rating: a rating that equals it is an input of 0.
RATING_INPUT = {**BINARY_INPUT, "values": "rating", "shift": 3.5}

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
    "short": 0.0,
    "popular_start": False,
    "epochs": 60,
    "batch": 64,
    "learning_rate": 0.005,
    "l2": 120.0,
    "held_out": "test",
    "dtype": "f16",
}

# Good from the first film: short histories in training, and inputs of length 1, however many films.
# A larger `l2` or `short` favours short histories, a smaller one long histories.
SHORT = {
    "input": L2_INPUT,
    "short": 0.35,
    "popular_start": True,
    "epochs": 30,
    "batch": 64,
    "l2": 5.0,
}
DAE = {**AUTOENCODER, **SHORT, "hidden": [96]}

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

MULT_DAE = {
    **AUTOENCODER,
    "kind": "mult-dae",
    "hidden": [200],
    "output": "softmax",
    "input": L2_INPUT,
    "loss": "multinomial",
    "batch": 32,
    "learning_rate": 0.003,
    "l2": 1.0,
}
# On ML-1M's liked films: training/datasets/liked.py.
LIKED_DAE = {
    **MULT_DAE,
    "corruption": 0.5,
    "epochs": 40,
    "batch": 100,
    "learning_rate": 0.002,
    "dtype": "f32",
}

# `l2_between`: of the weights between hidden layers (item_autorec.py).
ML_1M_ITEMS = {
    **ML_1M_AUTOREC,
    "kind": "autorec-item",
    "corruption": 0.2,
    "epochs": 20,
    "batch": 128,
    "l2": 120.0,
    "l2_between": 5.0,
    "ridge": [120.0, 1.0],
}

PRESETS = {
    ("ml-latest-small", "ae"): {**DAE, "corruption": 0.0},
    ("ml-latest-small", "dae"): DAE,
    ("ml-latest-small", "cdae"): {**DAE, "kind": "cdae"},
    ("ml-latest-small", "mult-dae"): {
        **MULT_DAE,
        **SHORT,
        "hidden": [192],
        "short": 0.3,
        "epochs": 40,
        "learning_rate": 0.004,
        "l2": 1.0,
    },
    # Predicts ratings: unseen items have a very small weight.
    ("ml-latest-small", "autorec-user"): {
        **AUTOREC,
        "corruption": 0.0,
        "epochs": 40,
        "batch": 32,
        "l2": 30.0,
        "unseen_weight": 0.003,
        "unseen_rating": 3.0,
    },
    # The same model trained to rank: unseen items weigh much and count as the lowest rating.
    ("ml-latest-small", "autorec-ranking"): {
        **AUTOREC,
        **SHORT,
        "hidden": [192],
        "activation": "tanh",
        "input": {**RATING_INPUT, "shift": 2, "normalize": "l2"},
        "learning_rate": 0.005,
        "l2": 3.0,
        "unseen_weight": 0.5,
        "unseen_rating": 0.5,
    },
    ("ml-latest-small", "autorec-item"): {
        **AUTOREC,
        "kind": "autorec-item",
        "epochs": 30,
        "l2": 20.0,
        "ridge": [20.0, 1.0],
    },
    ("ml-1m", "autorec-user"): {**ML_1M_AUTOREC, "batch": 94},
    ("ml-1m", "autorec-item"): ML_1M_ITEMS,
    ("ml-1m", "autorec-item-deep"): {
        **ML_1M_ITEMS,
        "hidden": [500, 500, 500],
        "epochs": 22,
        "l2": 80.0,
        "ridge": [90.0, 1.0],
    },
    ("ml-1m", "mult-dae"): LIKED_DAE,
    # Liang et al. anneal beta from 0 to 0.2; here in the first half of the steps.
    ("ml-1m", "mult-vae"): {
        **LIKED_DAE,
        "hidden": [300, 200],
        "activation": ["tanh", "identity", "tanh"],
        "l2": 0.0,
        "beta": 0.2,
        "annealing": 0.5,
    },
    # The settings of Shenbin et al. for ML-20M, but for sizes and steps.
    ("ml-1m", "recvae"): {
        **LIKED_DAE,
        "hidden": [300, 300, 300, 300, 300, 200],
        "activation": ["swish", "swish", "swish", "swish", "swish", "identity"],
        "l2": 0.0,
        "gamma": 0.005,
        "encoder_epochs": 3,
        "learning_rate": 0.001,
        "epochs": 25,
    },
}
