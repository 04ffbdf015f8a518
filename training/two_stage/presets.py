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

# shown: assumed number of films shown per film watched. A page has only `negatives` of them.
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
