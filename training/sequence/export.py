"""Writes a trained SASRec as a weights file of kind "sasrec"."""

import numpy as np

from training.common import safetensors_file
from training.sequence.reference import StoredSequence

NAMES = {  # of the module to those of docs/format.md
    "item.weight": "item.embedding",
    "bias": "item.bias",
    "position.weight": "position.embedding",
    "norm.weight": "embedding.norm.weight",
    "norm.bias": "embedding.norm.bias",
}
PARTS = {"attention_norm": "attention.norm", "feed_norm": "feed.norm"}


def stored_name(name):
    for part, stored in PARTS.items():
        name = name.replace(part, stored)
    return NAMES.get(name, name)


def model_tensors(model, dtype, items):
    """{name: array} of the file. dtype: of all but `items` (item_tensors)."""
    tensors = {
        stored_name(name): tensor.detach().numpy().astype(dtype)
        for name, tensor in model.state_dict().items()
    }
    return {**tensors, **items}


def shape_of(settings):
    """What the metadata say of the computation."""
    return {
        "heads": settings["heads"],
        "norm": {"order": "after", "epsilon": settings["epsilon"]},
        "activation": "relu",
        "positions": "first",
        "padding": "masked",
    }


def check_histories(model, seed, users=4, items=8):
    """Scores of the stored weights for random histories; the last is longer than the window."""
    generator = np.random.default_rng(seed)
    checks = []
    for length in np.linspace(1, model.window + 2, users).astype(int):
        history = generator.integers(model.items, size=length)  # repeats are allowed
        rows = generator.choice(model.items, size=items, replace=False)
        raw = model.raw(history)[rows].tolist()
        checks.append(
            {"history": history.tolist(), "items": rows.tolist(), "scores": raw, "raw": raw}
        )
    return checks


def write(path, tensors, seed, **description):
    """Writes the file. description: of `shape_of`, name, metrics and so on (docs/format.md)."""
    description.update(format=1, kind="sasrec")
    description["check"] = check_histories(StoredSequence(tensors, description), seed)
    safetensors_file.write(path, tensors, description)
