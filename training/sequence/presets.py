"""Settings of the sequence models behind the tables in training/README.md.

Tuned on the validation: users of ml-latest-small, the last film but one of each user elsewhere.
"""

SASREC = {
    "width": 64,
    "inner": 128,
    "blocks": 2,
    "heads": 2,
    "window": 200,
    "epsilon": 1e-8,
    "dropout": 0.2,
    "horizon": 1,  # the target is one of so many next films
    "shuffled": 0.0,  # share of the sequences that are put in random order
    "thinned": 0.0,  # share of the sequences of which films are left out
    "epochs": 60,
    "batch": 64,
    "learning_rate": 0.001,
    "l2": 0.0,
    "held_out": "test",
    "dtype": "f32",
}

PRESETS = {
    "ml-1m": SASREC,
    "ml-100k": SASREC,
    "ml-latest-small": {**SASREC, "dtype": "f16"},
}
