"""Writes a trained autoencoder: no tensor with a row per user, unless it is requested."""

import numpy as np

from training.autoencoder.reference import StoredAutoencoder
from training.common import safetensors_file

PARTS = "encoder.", "decoder."  # what a file holds of a model; log variances are for training


def layer_tensors(model):
    """Encoder and decoder, by the names of docs/format.md."""
    state = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    return {name: array for name, array in state.items() if name.startswith(PARTS)}


def node_tensors(model, include_user_tables):
    """The mean of CDAE's nodes [U, H1], which a new user gets."""
    if getattr(model, "node", None) is None:
        return {}
    table = model.node.weight.detach().numpy()
    mean = {"user_mean": table.astype(np.float64).mean(axis=0)}
    return {**mean, "user": table} if include_user_tables else mean


def item_side(model, matrix):
    """I-AutoRec: the codes of the items' ratings [I, U], and the users' output rows and biases."""
    codes = [model.encode(rows).detach().numpy() for rows in matrix.inputs.split(512)]
    last = model.decoder[-1]
    return np.concatenate(codes), last.weight.detach().numpy(), last.bias.detach().numpy()


def code_tensors(codes, rows, biases):
    """Codes [I, H], and the means of the users' output rows [U, H] and biases [U]."""
    return {
        "item.code": codes,
        "user_mean": rows.astype(np.float64).mean(axis=0),
        "user_bias": biases.astype(np.float64).mean(keepdims=True),
    }


def model_tensors(model, kind, matrix, dtype, items=None, include_user_tables=False):
    """{name: array} of the file. dtype: of all but the means (F32) and `items` (item_tensors)."""
    if kind == "autorec-item":
        side = model if isinstance(model, tuple) else item_side(model, matrix)
        tensors = code_tensors(*side)
    else:
        tensors = {**layer_tensors(model), **node_tensors(model, include_user_tables)}
    for name, array in tensors.items():
        tensors[name] = array.astype(np.float32 if name.startswith("user_") else dtype)
    return {**tensors, **(items or {})}


def check_histories(model, seed, users=4, max_length=12, items=8):
    """Scores of the stored weights for random histories; the first of them is empty."""
    generator = np.random.default_rng(seed)
    scale = model.description["rating"]
    low, high = 2 * scale["minimum"], 2 * scale["maximum"]
    rated = model.input["values"] == "rating"
    checks = []
    for user in range(users):
        length = user * max_length // (users - 1)
        history = generator.choice(model.items, size=length, replace=False)
        ratings = generator.integers(low, high, size=length, endpoint=True) / 2
        rows = generator.choice(model.items, size=items, replace=False)
        raw = model.raw(history, ratings if rated else None)
        scores = {"scores": model.scores(raw)[rows].tolist(), "raw": raw[rows].tolist()}
        check = {"history": history.tolist(), "items": rows.tolist(), **scores}
        checks.append({**check, "ratings": ratings.tolist()} if rated else check)
    return checks


def write(path, kind, tensors, seed, **description):
    """Writes the file. description: activation, output, input and so on (docs/format.md)."""
    description.update(format=1, kind=kind)
    description["check"] = check_histories(StoredAutoencoder(tensors, description), seed)
    safetensors_file.write(path, tensors, description)
