"""Random candidate and ranking models for golden/write.py, computed by PyTorch's own modules.

Covington et al., RecSys 2016: nn.Embedding and nn.EmbeddingBag, nn.Linear and nn.BatchNorm1d,
F.normalize. Every kind of feature occurs. Modules compute with the stored values: an I8 table is
its integers times its scale.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.golden.checks import ITEMS, check_of, histories
from training.two_stage.export import tower_tensors, vocabulary

# A value that is frequent in the training data equals several quantiles.
QUANTILES = [0.0, 0.0, 0.0, 2.0, 3.5, 3.5, 7.0, 20.0, 20.0]
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "elu": nn.ELU, "identity": nn.Identity}
OUTPUTS = {
    "softmax": lambda raw: torch.softmax(raw, -1),
    "identity": lambda raw: raw,
    "exp": torch.exp,
    "sigmoid": torch.sigmoid,
}


def stored_as(values, dtype):
    """({suffix of the name: array}, float64 values of the arrays). I8 has one scale per row."""
    values = values.numpy()
    if dtype != np.int8:
        return {"": values.astype(dtype)}, torch.from_numpy(values.astype(dtype).astype(np.float64))
    scale = (np.abs(values).max(axis=1) / 127).astype(np.float32)
    whole = np.round(values / scale[:, None]).clip(-127, 127).astype(np.int8)
    return {"": whole, ".scale": scale}, torch.from_numpy(whole * scale.astype(np.float64)[:, None])


class Table:
    """[rows, width], and a last row of zeros for values that the vocabulary does not have."""

    def __init__(self, rows, width, dtype=np.float32, words=None, padding=None):
        self.arrays, values = stored_as(torch.randn(rows, width) * 0.5, dtype)
        self.words = range(rows) if words is None else words
        self.named = words is not None
        weight = torch.cat([values, torch.zeros(1, width, dtype=torch.float64)])
        self.one = nn.Embedding.from_pretrained(weight)
        self.mean = nn.EmbeddingBag.from_pretrained(weight, mode="mean", padding_idx=padding)

    def rows(self, values):
        unknown = len(self.words)
        rows = [self.words.index(value) if value in self.words else unknown for value in values]
        return torch.tensor(rows, dtype=torch.long)

    def embed(self, values):
        """[B] values to [B, width]"""
        return self.one(self.rows(values))

    def embed_mean(self, values):
        """A list of values to [width]."""
        return self.mean(self.rows(values), torch.zeros(1, dtype=torch.long))[0]

    def tensors(self, name):
        stored = {f"{name}.embedding{suffix}": array for suffix, array in self.arrays.items()}
        if self.named:
            stored[f"{name}.vocabulary"] = vocabulary(self.words)
        return stored


def continuous(feature, values, quantiles):
    """[B] to [B, inputs]. torch.searchsorted finds the first quantile that is not below a value."""
    x = torch.as_tensor(values, dtype=torch.float64)
    if feature["name"] in quantiles:
        edges = torch.tensor(quantiles[feature["name"]], dtype=torch.float64)
        upper = torch.searchsorted(edges, x).clamp(1, len(edges) - 1)
        low, high = edges[upper - 1], edges[upper]
        inside = torch.where(high > low, (x - low) / (high - low), torch.zeros_like(x))
        x = ((upper - 1 + inside) / (len(edges) - 1)).clamp(0, 1)
        x = torch.where(torch.as_tensor(values) > edges[-1], torch.ones_like(x), x)
    powers = {"value": x, "square": x.square(), "root": x.clamp(min=0).sqrt()}
    return torch.stack([powers[power] for power in feature.get("inputs", ["value"])], dim=-1)


def table_of(feature, tables):
    return tables[feature.get("table", feature["name"])]


def user_column(feature, tables, quantiles, user, history):
    value = user.get(feature["name"], feature.get("default"))
    if feature.get("from"):
        value = history
    if feature["kind"] == "continuous":
        return continuous(feature, value, quantiles)
    if feature.get("several"):
        return table_of(feature, tables).embed_mean(value[-feature.get("most", 50) :])
    return table_of(feature, tables).embed([value])[0]


def user_input(features, tables, quantiles, user, history):
    """[user]: the columns of the user's features."""
    return torch.cat(
        [user_column(feature, tables, quantiles, user, history) for feature in features]
    )


def item_column(feature, tables, quantiles, values):
    of_items = values.get(feature["name"], range(ITEMS))
    if feature["kind"] == "continuous":
        return continuous(feature, of_items, quantiles)
    if feature.get("several"):
        return torch.stack([table_of(feature, tables).embed_mean(rows) for rows in of_items])
    return table_of(feature, tables).embed(of_items)


def item_input(features, tables, quantiles, values):
    """[ITEMS, item]. values: {name: a number, a row or a list of rows for each item}"""
    columns = [item_column(feature, tables, quantiles, values) for feature in features]
    return torch.cat(columns, dim=1)


def tower(widths, activations, batch_norm):
    """A Sequential in float64 and eval mode with float32 weights.

    batch_norm: a norm before the first layer and one after every layer.
    """
    modules = [nn.BatchNorm1d(widths[0])] if batch_norm else []
    for inputs, outputs, activation in zip(widths, widths[1:], activations):
        layer = nn.Linear(inputs, outputs)
        nn.init.normal_(layer.weight, std=1.5 * inputs**-0.5)
        nn.init.normal_(layer.bias, std=0.3)
        norm = [nn.BatchNorm1d(outputs)] if batch_norm else []
        modules += [layer, *norm, ACTIVATIONS[activation]()]
    for norm in modules:
        if isinstance(norm, nn.BatchNorm1d):
            nn.init.uniform_(norm.weight, 0.5, 1.5)
            nn.init.normal_(norm.bias, std=0.3)
            norm.running_mean.normal_(std=0.3)
            norm.running_var.uniform_(0.5, 2.0)
    return nn.Sequential(*modules).double().eval()


def users_of(generator, users):
    """[(features, history)]; the last history is empty."""
    return [(user, rows.tolist()) for user, rows in zip(users, histories(generator))]


def checks_of(users, raws, output, generator):
    """A check vector for each user."""
    return [
        check_of({"user": user, "history": history}, raw, OUTPUTS[output](raw), generator)
        for (user, history), raw in zip(users, raws)
    ]


def file_of(kind, features, tables, quantiles, modules, checks, **description):
    """(tensors, description)"""
    stored = {name: array.astype(np.float32) for name, array in tower_tensors(modules).items()}
    for name, table in tables.items():
        stored.update(table.tensors(name))
    for name, edges in quantiles.items():
        stored[f"{name}.quantiles"] = np.array(edges, dtype=np.float32)
    return stored, {"kind": kind, "features": features, "check": checks, **description}


def candidates(
    generator, tables, features, quantiles, users,
    *, activations, output, l2=False, dtype=np.float32,
):  # fmt: skip
    """(tensors, description)"""
    with torch.no_grad():
        users = users_of(generator, users)
        inputs = torch.stack([user_input(features, tables, quantiles, *user) for user in users])
        modules = tower([inputs.shape[1], 20, 15, 11], activations, batch_norm=l2)
        items, item_vectors = stored_as(torch.randn(ITEMS, 11), dtype)
        user_vectors = modules(inputs)
        if l2:
            user_vectors = functional.normalize(user_vectors, dim=1)
            item_vectors = functional.normalize(item_vectors, dim=1)
        checks = checks_of(users, user_vectors @ item_vectors.T, output, generator)
    stored, description = file_of(
        "candidates",
        features,
        tables,
        quantiles,
        modules,
        checks,
        output=output,
        activation=activations,
        normalize="l2" if l2 else "none",
    )
    stored.update({f"item.embedding{suffix}": array for suffix, array in items.items()})
    return stored, description


def item_values(values, features):
    """NAME.values, and NAME.offsets of features with several values."""
    stored = {}
    for feature in features:
        name = feature["name"]
        if name not in values:
            continue
        if feature.get("several"):
            rows = [row for of_item in values[name] for row in of_item]
            stored[f"{name}.offsets"] = np.cumsum([0, *map(len, values[name])]).astype(np.int32)
            stored[f"{name}.values"] = np.array(rows, dtype=np.int32)
        else:
            dtype = np.float32 if feature["kind"] == "continuous" else np.int32
            stored[f"{name}.values"] = np.array(values[name], dtype=dtype)
    return stored


def output_layer(width):
    layer = nn.Linear(width, 1)
    nn.init.normal_(layer.weight)
    return layer.double()


def ranker(generator, tables, features, quantiles, users, values, *, output, folded=False):
    """(tensors, description). folded: stores `item.hidden` instead of item features."""
    user_side = [feature for feature in features if feature.get("side") != "item"]
    item_side = [feature for feature in features if feature.get("side") == "item"]
    with torch.no_grad():
        users = users_of(generator, users)
        inputs = torch.stack([user_input(user_side, tables, quantiles, *user) for user in users])
        items = item_input(item_side, tables, quantiles, values)
        width = inputs.shape[1]
        modules = tower([width + items.shape[1], 20, 14, 9], ["relu"] * 3, batch_norm=folded)
        last = output_layer(9)
        raws = [
            last(modules(torch.cat([user.expand(ITEMS, -1), items], dim=1)))[:, 0]
            for user in inputs
        ]
        checks = checks_of(users, raws, output, generator)
    kept = user_side if folded else features
    used = {feature.get("table", feature["name"]) for feature in kept}
    tables, quantiles = (
        {name: of[name] for name in of if name in used} for of in (tables, quantiles)
    )
    stored, description = file_of(
        "ranker", kept, tables, quantiles, modules, checks, output=output, activation="relu"
    )
    for name, value in last.named_parameters():
        stored[f"output.{name}"] = value.detach().float().numpy()
    if not folded:
        return {**stored, **item_values(values, item_side)}, description
    first = stored["tower.0.weight"]
    hidden = items.numpy() @ first[:, width:].astype(np.float64).T
    stored |= {"tower.0.weight": first[:, :width], "item.hidden": hidden.astype(np.float32)}
    return stored, description


POWERS = ["value", "square", "root"]
WORDS = ["space opera", "funny", "space", "Amélie", "1990s", "noir"]
CATEGORICAL, CONTINUOUS, ITEM = {"kind": "categorical"}, {"kind": "continuous"}, {"side": "item"}
SEVERAL = {**CATEGORICAL, "several": True}
WATCHED = {**SEVERAL, "name": "watched", "ids": "items", "from": "history", "most": 10}
SEARCHED = {**SEVERAL, "name": "searched", "default": []}
COUNT = {**CONTINUOUS, "name": "count", "inputs": POWERS, "default": 0}
SEARCHES = ["noir", "unheard of", "space", "noir"], ["", "Amélie", ""]
USERS = [
    {"searched": SEARCHES[0], "country": 840, "device": 0, "age": 0.3, "count": 3.5, "mean": 4.5},
    {"searched": SEARCHES[1], "country": 5, "device": 3, "age": 1, "count": 500, "mean": 2.75},
    {"country": 7},
]


def users_with(features):
    """USERS with these features alone."""
    names = {feature["name"] for feature in features}
    return [{name: value for name, value in user.items() if name in names} for user in USERS]


def candidate_models(generator):
    features = [
        WATCHED,
        SEARCHED,
        {**CATEGORICAL, "name": "country"},
        {**CATEGORICAL, "name": "device", "default": 2},
        {**CONTINUOUS, "name": "age", "inputs": ["root", "value"], "default": 0},
        COUNT,
    ]
    tables = {
        "watched": Table(ITEMS, 7),
        "searched": Table(6, 5, words=WORDS),
        "country": Table(3, 3, words=[7, 840, -1]),
        "device": Table(4, 2),
    }
    options = {"activations": ["relu", "tanh", "elu"], "output": "softmax"}
    quantiles = {"count": QUANTILES}
    plain = candidates(generator, tables, features, quantiles, users_with(features), **options)
    features = [
        WATCHED,
        {**SEARCHED, "padding": 0},
        {**CONTINUOUS, "name": "age", "default": 0},
    ]
    tables = {
        "watched": Table(ITEMS, 9, np.int8),
        "searched": Table(7, 6, np.float16, ["", *WORDS], padding=0),
    }
    options = {"activations": ["relu"] * 3, "output": "identity", "l2": True, "dtype": np.int8}
    l2 = candidates(generator, tables, features, {}, users_with(features), **options)
    return {"candidates": plain, "candidates-l2": l2}


def ranking_models(generator):
    features = [
        {**WATCHED, "table": "film"},
        {**CATEGORICAL, **ITEM, "name": "film", "ids": "items"},
        {**WATCHED, "name": "last", "table": "film", "most": 1},
        SEARCHED,
        {**SEVERAL, **ITEM, "name": "genres"},
        {**CATEGORICAL, **ITEM, "name": "studio"},
        {**CATEGORICAL, **ITEM, "name": "second_studio", "table": "studio"},
        COUNT,
        {**CONTINUOUS, "name": "mean", "default": 3.5},
        {**CONTINUOUS, **ITEM, "name": "year", "inputs": ["value", "square"]},
        {**CONTINUOUS, **ITEM, "name": "length"},
    ]
    values = {
        "genres": [
            generator.integers(-1, 8, size=generator.integers(0, 5)).tolist() for _ in range(ITEMS)
        ],
        "studio": generator.integers(-1, 4, size=ITEMS).tolist(),
        "second_studio": generator.integers(-1, 4, size=ITEMS).tolist(),
        "year": generator.integers(1920, 2019, size=ITEMS).tolist(),
        "length": generator.normal(size=ITEMS).astype(np.float32).tolist(),
    }
    quantiles = {
        "count": QUANTILES,
        "mean": [0.5, 3.0, 3.5, 4.0, 5.0],
        "year": [1930, 1980, 1995, 1995, 2000, 2018],
    }

    def random_ranker(dtype, **options):
        tables = {
            "film": Table(ITEMS, 8, dtype),
            "searched": Table(6, 5, words=WORDS),
            "genres": Table(8, 4),
            "studio": Table(4, 3),
        }
        users = users_with(features)
        return ranker(generator, tables, features, quantiles, users, values, **options)

    plain = random_ranker(np.float16, output="exp")
    folded = random_ranker(np.float32, output="sigmoid", folded=True)
    return {"ranker": plain, "ranker-folded": folded}


def models(generator):
    """{name: (tensors, description)}"""
    return {**candidate_models(generator), **ranking_models(generator)}
