"""Activation and output functions in NumPy, by the names of docs/format.md."""

import numpy as np

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def softmax(raw):
    exponentials = np.exp(raw - raw.max())
    return exponentials / exponentials.sum()


def elu(values):
    return np.where(values > 0, values, np.expm1(np.minimum(values, 0)))


FUNCTIONS = {
    "identity": lambda values: values,
    "relu": lambda values: np.maximum(values, 0),
    "sigmoid": lambda values: 1 / (1 + np.exp(-values)),
    "tanh": np.tanh,
    "elu": elu,
    "selu": lambda values: SELU_SCALE * np.where(values > 0, values, SELU_ALPHA * elu(values)),
    "swish": lambda values: values / (1 + np.exp(-values)),
    "softmax": softmax,
    "exp": np.exp,
}
