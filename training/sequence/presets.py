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
    "targets": "next",  # or "rest": all films of the user that do not stand before
    "shuffled": 0.0,  # share of the sequences that are put in random order
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
    # 549 users are few, and what they met is to be found in any order.
    "ml-latest-small": {
        **SASREC,
        "window": 40,
        "targets": "rest",
        "shuffled": 1.0,
        "dropout": 0.1,
        "epochs": 20,
        "batch": 8,
        "learning_rate": 0.002,
        "dtype": "f16",
    },
}
