"""A trained autoencoder as a weights file: no tensor with a row a person, unless that is asked for."""

import numpy as np
import safetensors_file
from stored_autoencoder import StoredAutoencoder


def layer_tensors(model):
    """Encoder and decoder, under the names of docs/format.md."""
    state = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    return {name: array for name, array in state.items() if not name.startswith("node")}


def node_tensors(model, include_user_tables):
    """CDAE's nodes [U, H1]: a new person gets their mean."""
    if model.node is None:
        return {}
    table = model.node.weight.detach().numpy()
    mean = {"user_mean": table.astype(np.float64).mean(axis=0)}
    return {**mean, "user": table} if include_user_tables else mean


def item_side(model, matrix):
    """I-AutoRec: every layer is the users', but for what the encoder makes of each item's ratings [I, U]."""
    codes = [model.encode(rows).detach().numpy() for rows in matrix.inputs.split(512)]
    last = model.decoder[-1]  # [U, H]: a row is a person
    return {
        "item.code": np.concatenate(codes),
        "user_mean": last.weight.detach().numpy().astype(np.float64).mean(axis=0),
        "user_bias": last.bias.detach().numpy().astype(np.float64).mean(keepdims=True),
    }


def model_tensors(model, kind, matrix, dtype, item_ids=None, include_user_tables=False):
    """{name: array} of the file. dtype: np.float16 or np.float32, of everything but the means and the ids."""
    if kind == "autorec-item":
        tensors = item_side(model, matrix)
    else:
        tensors = {**layer_tensors(model), **node_tensors(model, include_user_tables)}
    for name, array in tensors.items():
        tensors[name] = array.astype(np.float32 if name.startswith("user_") else dtype)
    if item_ids is not None:
        tensors["item_ids"] = item_ids.astype(np.int64)
    return tensors


def check_histories(model, seed, people=4, most=12, items=8):
    """What the stored weights answer for invented histories, drawn at random; the first of them is empty."""
    generator = np.random.default_rng(seed)
    scale = model.description["rating"]
    rated = model.input["values"] == "rating"
    checks = []
    for person in range(people):
        history = generator.choice(model.items, size=person * most // (people - 1), replace=False)
        ratings = (
            generator.integers(
                2 * scale["minimum"], 2 * scale["maximum"], size=len(history), endpoint=True
            )
            / 2
        )
        rows = generator.choice(model.items, size=items, replace=False)
        raw = model.raw(history, ratings if rated else None)
        check = {"history": history.tolist(), "items": rows.tolist()}
        check.update({"ratings": ratings.tolist()} if rated else {})
        checks.append(
            {**check, "scores": model.scores(raw)[rows].tolist(), "raw": raw[rows].tolist()}
        )
    return checks


def write(path, kind, tensors, seed, **description):
    """Writes the file. `description`: activation, output, input, provenance, and what else docs/format.md has."""
    description.update(format=1, kind=kind)
    description["check"] = check_histories(StoredAutoencoder(tensors, description), seed)
    safetensors_file.write(path, tensors, description)
