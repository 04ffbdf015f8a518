"""Settings of the linear models behind the tables in training/README.md."""

# Rendle et al., Revisiting the Performance of iALS on Item Recommendation Benchmarks, RecSys 2022:
# `unobserved` and `regularization` matter most, and are tuned together.
IALS = {
    "kind": "dot",
    "width": 64,
    "unobserved": 1.0,
    "regularization": 0.003,
    "exponent": 1.0,
    "deviation": 0.1,
    "epochs": 16,
    "dtype": "f32",
}
BPR = {
    "kind": "dot",
    "width": 64,
    "epochs": 15,
    "batch": 8192,
    "learning_rate": 0.01,
    "l2": 0.01,  # half the weight of the squared vectors of an example
    "negatives": 20,  # drawn of each film of a history, when a new user is fitted
    "dtype": "f32",
}
# As published by Rendle, Krichene, Zhang and Anderson, RecSys 2020, on ML-1M, but for the
# step size: 256 epochs at 0.002 there, here 100 from 0.01 down to 0, which go as far.
LOGISTIC = {
    "kind": "dot",
    "width": 192,
    "epochs": 100,
    "learning_rate": 0.01,
    "l2": 0.005,  # half the weight of the squared vectors and biases of an example
    "negatives": 8,
    "deviation": 0.1,
    "dtype": "f32",
}
PRESETS = {
    "ials": IALS,
    "bpr": BPR,
    "logistic": LOGISTIC,
    "ease": {"kind": "item-item", "regularization": 200.0, "dtype": "f16"},
    # The demo's: short histories ask for more regularisation. `kept`: of all numbers the largest.
    "ease-sparse": {"kind": "item-item", "regularization": 1000.0, "kept": 280_000, "dtype": "i8"},
    "itemknn": {"kind": "item-item", "neighbours": 50, "dtype": "f16"},
    "popularity": {"kind": "dot", "dtype": "f32"},
}
# What differs on ML-1M's liked films, strong generalisation.
LIKED = {
    "ials": {"width": 128, "unobserved": 0.1, "regularization": 0.01, "epochs": 8},
    "ease": {"regularization": 500.0, "dtype": "f32"},
}
