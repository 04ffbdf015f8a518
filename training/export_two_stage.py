"""A trained candidate or ranking model as a weights file, and what PyTorch answers with the weights as stored there."""

import json

import numpy as np
import safetensors_file
import torch
from folding import folded_layers
from torch import nn


def rounded(values, dtype):
    """A tensor in float64, holding what the dtype can."""
    return torch.from_numpy(values.detach().numpy().astype(dtype).astype(np.float64))


def as_stored(model, dtype):
    """Turns `model` into the one of its file, in place: norms folded into the tower's layers, every weight rounded to
    what the dtype holds, the passes in float64."""
    layers = []
    for weight, bias in folded_layers(model.tower):
        layer = nn.Linear(*reversed(weight.shape))
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        layers += [layer, nn.ReLU()]
    if layers and not isinstance(model.tower[-1], nn.ReLU):
        layers.pop()
    model.tower = nn.Sequential(*layers)
    for parameter in model.parameters():
        parameter.data = rounded(parameter, dtype)
    return model.double().eval()


def tower_tensors(tower):
    """{name of docs/format.md: array} of a Sequential, norms folded."""
    stored = {}
    for place, (weight, bias) in enumerate(folded_layers(tower)):
        stored[f"tower.{place}.weight"], stored[f"tower.{place}.bias"] = (
            weight.numpy(),
            bias.numpy(),
        )
    return stored


def vocabulary(words):
    """I64 where all are numbers, else a line of JSON a word."""
    if all(isinstance(word, int) for word in words):
        return np.array(words, dtype=np.int64)
    return np.frombuffer(
        "\n".join(json.dumps(word, ensure_ascii=False) for word in words).encode(), dtype=np.uint8
    )


def with_constant(stored):
    """The tower's last layer with one more output, always 1: the item's bias is the column that meets it."""
    last = max(name for name in stored if name.endswith(".bias"))
    weight = last.replace("bias", "weight")
    stored[last] = np.append(stored[last], 1.0)
    stored[weight] = np.vstack([stored[weight], np.zeros(stored[weight].shape[1])])
    return stored


def person_tensors(model, words, quantiles, stored, dtype, item_ids):
    """What both kinds have beside their own: the search words, the quantiles, the ids."""
    if model.searched is not None:
        stored["search.embedding"] = model.searched.weight.detach().numpy()
    tensors = {name: array.astype(dtype) for name, array in stored.items()}
    if model.searched is not None:
        tensors["search.vocabulary"] = vocabulary(list(words))
    tensors |= {f"{name}.quantiles": values for name, values in quantiles.items()}
    return {**tensors, "item_ids": item_ids.astype(np.int64)}


def candidate_tensors(model, features, dtype, item_ids):
    """{name: array}. model: as_stored. features: CandidateFeatures."""
    stored = tower_tensors(model.tower)
    vectors = model.item.weight.detach().numpy()
    if model.normalize != "l2":
        stored = with_constant(stored)
        vectors = np.column_stack([vectors, model.bias.detach().numpy()])
    stored |= {"item.embedding": vectors, "watch.embedding": model.watched.weight.detach().numpy()}
    quantiles = {"count": features.count_quantiles} if "count" in model.features else {}
    return person_tensors(model, features.words, quantiles, stored, dtype, item_ids)


def ranking_tensors(model, features, dtype, item_ids):
    """{name: array}. model: as_stored. features: RankingFeatures."""
    stored = tower_tensors(model.tower)
    stored |= {
        f"output.{name}": value.detach().numpy() for name, value in model.output.named_parameters()
    }
    stored |= {
        f"{name}.embedding": getattr(model, name).weight.detach().numpy()
        for name in ("film", "genres")
    }
    tensors = person_tensors(model, features.words, features.quantiles, stored, dtype, item_ids)
    tensors |= {f"{name}.values": values for name, values in features.item_values.items()}
    tensors["genres.offsets"] = np.cumsum([0, *map(len, features.genre_rows)]).astype(np.int32)
    tensors["genres.values"] = np.array(
        [row for rows in features.genre_rows for row in rows], dtype=np.int32
    )
    return {**tensors, "genres.vocabulary": vocabulary(features.genres)}


def check(told, history, items, raw, scores):
    return {"user": told, "history": list(map(int, history)), "items": items.tolist(),
            "raw": raw[items].tolist(), "scores": scores[items].tolist()}  # fmt: skip


def write(path, kind, tensors, **description):
    """description: features, provenance, metrics, check and what else docs/format.md has."""
    safetensors_file.write(path, tensors, {"format": 1, "kind": kind, **description})
