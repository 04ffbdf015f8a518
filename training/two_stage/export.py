"""Writes a trained candidate or ranking model. Its check vectors are PyTorch's own scores."""

import json

import numpy as np
import torch
from torch import nn

from training.common import safetensors_file
from training.two_stage.batch_norm import folded_layers


def rounded(values, dtype):
    """A float64 tensor of the values that the dtype can hold."""
    return torch.from_numpy(values.detach().numpy().astype(dtype).astype(np.float64))


def as_stored(model, dtype):
    """Changes `model` in place into the one of its file.

    Norms are folded into the layers and weights rounded to the dtype; it computes in float64.
    """
    layers, kinds = [], (nn.ReLU, nn.SiLU)
    activation = next((type(part) for part in model.tower if isinstance(part, kinds)), nn.Identity)
    for weight, bias in folded_layers(model.tower):
        layer = nn.Linear(*reversed(weight.shape))
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        layers += [layer, activation()]
    if layers and not isinstance(model.tower[-1], kinds):
        layers.pop()
    model.tower = nn.Sequential(*layers)
    for parameter in model.parameters():
        parameter.data = rounded(parameter, dtype)
    return model.double().eval()


def tower_tensors(tower):
    """{name of docs/format.md: array} of a Sequential, norms folded."""
    stored = {}
    for depth, (weight, bias) in enumerate(folded_layers(tower)):
        stored[f"tower.{depth}.weight"] = weight.numpy()
        stored[f"tower.{depth}.bias"] = bias.numpy()
    return stored


def vocabulary(words):
    """I64 if all words are numbers, else one line of JSON per word."""
    if all(isinstance(word, int) for word in words):
        return np.array(words, dtype=np.int64)
    text = "\n".join(json.dumps(word, ensure_ascii=False) for word in words)
    return np.frombuffer(text.encode(), dtype=np.uint8)


def with_constant(stored):
    """Adds an output that is always 1 to the last layer: the items' bias is its column."""
    last = max(name for name in stored if name.endswith(".bias"))
    weight = last.replace("bias", "weight")
    stored[last] = np.append(stored[last], 1.0)
    stored[weight] = np.vstack([stored[weight], np.zeros(stored[weight].shape[1])])
    return stored


def file_tensors(model, words, quantiles, stored, dtype, items):
    """The tensors of either kind: `stored`, search words, quantiles and `items` (item_tensors)."""
    if model.searched is not None:
        stored["search.embedding"] = model.searched.weight.detach().numpy()
    tensors = {name: array.astype(dtype) for name, array in stored.items()}
    if model.searched is not None:
        tensors["search.vocabulary"] = vocabulary(list(words))
    tensors |= {f"{name}.quantiles": values for name, values in quantiles.items()}
    return {**tensors, **items}


def candidate_tensors(model, features, dtype, items):
    """{name: array}. model: from `as_stored`. features: CandidateFeatures."""
    stored = tower_tensors(model.tower)
    vectors = model.item.weight.detach().numpy()
    if model.normalize != "l2":
        stored = with_constant(stored)
        vectors = np.column_stack([vectors, model.bias.detach().numpy()])
    stored |= {"item.embedding": vectors, "watch.embedding": model.watched.weight.detach().numpy()}
    quantiles = {"count": features.count_quantiles} if "count" in model.features else {}
    return file_tensors(model, features.words, quantiles, stored, dtype, items)


def ranking_tensors(model, features, dtype, items):
    """{name: array}. model: from `as_stored`. features: RankingFeatures."""
    stored = tower_tensors(model.tower)
    for name, value in model.output.named_parameters():
        stored[f"output.{name}"] = value.detach().numpy()
    stored["film.embedding"] = model.film.weight.detach().numpy()
    stored["genres.embedding"] = model.genres.weight.detach().numpy()
    tensors = file_tensors(model, [], features.quantiles, stored, dtype, items)
    tensors |= {f"{name}.values": values for name, values in features.item_values.items()}
    rows = features.genre_rows
    tensors["genres.offsets"] = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    tensors["genres.values"] = np.array(
        [row for of_film in rows for row in of_film], dtype=np.int32
    )
    return {**tensors, "genres.vocabulary": vocabulary(features.genres)}


def check(user, history, items, raw, scores):
    """One check vector (docs/format.md). raw, scores: [I]."""
    return {
        "user": user,
        "history": list(map(int, history)),
        "items": items.tolist(),
        "raw": raw[items].tolist(),
        "scores": scores[items].tolist(),
    }


def write(path, kind, tensors, **description):
    """Writes the file. description: features, provenance, check and so on (docs/format.md)."""
    safetensors_file.write(path, tensors, {"format": 1, "kind": kind, **description})
