"""Writes a trained model: the item side, and the mean and covariance of the training users."""

import numpy as np
import torch

from training.common import safetensors_file
from training.ncf.reference import StoredModel

# Added to the covariance's diagonal, as a share of the mean variance: it gets a Cholesky factor.
SHRINKAGE = 1e-3


def aggregates(table):
    """Mean [k] and covariance [k, k] of the users' rows [U, k]. F32: a fold-in starts from them."""
    table = table.astype(np.float64)
    covariance = np.cov(table, rowvar=False, bias=True)
    covariance += SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    return table.mean(axis=0).astype(np.float32), covariance.astype(np.float32)


def item_side(model):
    """The tensors that are the same for all users, with the item half of the first layer folded."""
    state = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    tables = ("user.weight", "item.weight")
    tensors = {name: tensor for name, tensor in state.items() if not name.endswith(tables)}
    if model.gmf:
        tensors["gmf.item"] = state["gmf.item.weight"]
    if model.mlp:
        tensors["mlp.item_hidden"] = model.mlp.item_hidden().detach()
        tensors["mlp.layers.0.weight"] = state["mlp.layers.0.weight"][:, : model.mlp.width]
    if model.item_bias is not None:
        tensors["item.bias"] = tensors.pop("item_bias")
    return {name: tensor.numpy() for name, tensor in tensors.items()}


def user_tables(model):
    """{name: [U, g] or [U, e]}: one row per training user."""
    blocks = {"gmf": model.gmf, "mlp": model.mlp}
    return {
        f"{name}.user": block.user.weight.detach().numpy()
        for name, block in blocks.items()
        if block
    }


def model_tensors(model, dtype, items=None, include_user_tables=False):
    """{name: array} of the file. dtype: of all but aggregates (F32) and `items` (item_tensors)."""
    tensors = {name: array.astype(dtype) for name, array in item_side(model).items()}
    for name, table in user_tables(model).items():
        tensors[f"{name}_mean"], tensors[f"{name}_covariance"] = aggregates(table)
        if include_user_tables:
            tensors[name] = table.astype(dtype)
    return {**tensors, **(items or {})}


def check_vectors(model, seed, users=4, items=8):
    """Scores of the stored weights for random users, drawn from mean and covariance."""
    generator = np.random.default_rng(seed)
    checks = []
    for _ in range(users):
        vector = generator.multivariate_normal(model.mean().numpy(), model.covariance().numpy())
        vector = vector.astype(np.float32).astype(np.float64)  # as in a Float32Array
        rows = generator.choice(model.items, size=items, replace=False)
        raw = model.logits(torch.from_numpy(vector), torch.from_numpy(rows))
        checks.append(
            {
                "vector": vector.tolist(),
                "items": rows.tolist(),
                "scores": torch.sigmoid(raw).tolist(),
                "raw": raw.tolist(),
            }
        )
    return checks


def write(path, kind, tensors, seed, **description):
    """Writes the file. description: fold_in, provenance, metrics and so on (docs/format.md)."""
    description.update(format=1, kind=kind, activation="relu", output="sigmoid")
    description["check"] = check_vectors(StoredModel(tensors, description), seed)
    safetensors_file.write(path, tensors, description)
