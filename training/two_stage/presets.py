"""Settings of candidates and ranker behind the tables in training/README.md, tuned on validation.

`--help` of the training scripts explains them.
"""

# subsets: share of the examples that are random parts of a user's films, of up to `longest`; the
# others are moments in time. following: how many of the next films a moment predicts; the paper
# predicts 1.
CANDIDATES = {
    "features": ["watched", "searched", "count"],
    "width": 64,
    "search_width": 16,
    "words": 200,
    "layers": [256, 128],
    "top": 64,
    "normalize": "none",
    "batch_norm": True,
    "dropout": 0.2,
    "watch_dropout": 0.3,
    "count_dropout": 0.5,
    "examples": 10,
    "subsets": 0.5,
    "longest": 100,
    "early": 2.0,
    "following": 10,
    "epochs": 20,
    "batch": 128,
    "learning_rate": 0.003,
    "l2": 100.0,
    "held_out": "test",
    "dtype": "f16",
}

# width: of a film's embedding 19 columns are its genres, one its bias, the others its taste.
# layers: four nodes for each column of taste, one for each genre, one for the bias; the others are
# free. start_*: of the bilinear model. calibration: of the validation users (calibration.py).
RANKER = {
    "width": 52,
    "genre_width": 8,
    "layers": [160],
    "activation": "swish",
    "inputs": ["value", "square", "root"],
    "weighted": True,
    "started": True,
    "dropout": 0.0,
    "histories": 2,
    "films": 150,
    "epochs": 3,
    "batch": 128,
    "learning_rate": 0.0004,
    "l2": 0.1,
    "start_epochs": 40,
    "start_rate": 0.02,
    "start_l2": 0.2,
    "calibration": [0.43, -0.68],
    "held_out": "test",
    "dtype": "f16",
}
