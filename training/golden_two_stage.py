"""Small random candidate and ranking models (Covington et al., RecSys 2016) for golden.py, by PyTorch's own modules.

Embeddings are nn.Embedding and nn.EmbeddingBag, layers nn.Linear and nn.BatchNorm1d, normalised by F.normalize. Every
kind of feature is among them. Values are those that are stored: a table in I8 is what its numbers times its scale are.
"""

import numpy as np
import torch
from export_two_stage import tower_tensors, vocabulary
from torch import nn
from torch.nn import functional

ITEMS, HISTORY, CHECKS = 90, 12, 3
QUANTILES = [
    0.0,
    0.0,
    0.0,
    2.0,
    3.5,
    3.5,
    7.0,
    20.0,
    20.0,
]  # values that many have stand in it more than once
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "elu": nn.ELU, "identity": nn.Identity}
OUTPUTS = {
    "softmax": lambda raw: torch.softmax(raw, -1),
    "identity": lambda raw: raw,
    "exp": torch.exp,
    "sigmoid": torch.sigmoid,
}


def stored_as(values, dtype):
    """({ending of the name: array}, what the arrays stand for in float64). I8 has a scale a row."""
    values = values.numpy()
    if dtype != np.int8:
        return {"": values.astype(dtype)}, torch.from_numpy(values.astype(dtype).astype(np.float64))
    scale = (np.abs(values).max(axis=1) / 127).astype(np.float32)
    whole = np.round(values / scale[:, None]).clip(-127, 127).astype(np.int8)
    return {"": whole, ".scale": scale}, torch.from_numpy(whole * scale.astype(np.float64)[:, None])


class Table:
    """[rows, width]; behind them a row of zeros, for what the vocabulary does not have."""

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

    def bag(self, values):
        """[width]"""
        return self.mean(self.rows(values), torch.zeros(1, dtype=torch.long))[0]

    def tensors(self, name):
        stored = {f"{name}.embedding{ending}": array for ending, array in self.arrays.items()}
        if self.named:
            stored[f"{name}.vocabulary"] = vocabulary(self.words)
        return stored


def continuous(feature, values, quantiles):
    """[B] to [B, inputs]: torch.searchsorted finds the quantiles around a value; one that equals some has those below."""
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


def user_input(features, tables, quantiles, told, history):
    """[user]: the columns of the person's features."""
    columns = []
    for feature in features:
        value = (
            history if feature.get("from") else told.get(feature["name"], feature.get("default"))
        )
        if feature["kind"] == "continuous":
            columns.append(continuous(feature, value, quantiles))
        elif feature.get("several"):
            columns.append(table_of(feature, tables).bag(value[-feature.get("most", 50) :]))
        else:
            columns.append(
                table_of(feature, tables).one(table_of(feature, tables).rows([value]))[0]
            )
    return torch.cat(columns)


def item_input(features, tables, quantiles, values):
    """[ITEMS, item]. values: {name: a number, a row or a list of rows for each item}"""
    columns = []
    for feature in features:
        of_items = values.get(feature["name"], range(ITEMS))
        if feature["kind"] == "continuous":
            columns.append(continuous(feature, of_items, quantiles))
        elif feature.get("several"):
            columns.append(torch.stack([table_of(feature, tables).bag(rows) for rows in of_items]))
        else:
            columns.append(table_of(feature, tables).one(table_of(feature, tables).rows(of_items)))
    return torch.cat(columns, dim=1)


def tower(widths, activations, batch_norm):
    """A Sequential in float64 and eval mode whose numbers are float32 ones; with a norm before the first layer and one
    behind every layer."""
    modules = [nn.BatchNorm1d(widths[0])] if batch_norm else []
    for inputs, outputs, activation in zip(widths, widths[1:], activations):
        layer = nn.Linear(inputs, outputs)
        nn.init.normal_(layer.weight, std=1.5 * inputs**-0.5)
        nn.init.normal_(layer.bias, std=0.3)
        modules += [
            layer,
            *([nn.BatchNorm1d(outputs)] if batch_norm else []),
            ACTIVATIONS[activation](),
        ]
    for norm in modules:
        if isinstance(norm, nn.BatchNorm1d):
            nn.init.uniform_(norm.weight, 0.5, 1.5)
            nn.init.normal_(norm.bias, std=0.3)
            norm.running_mean.normal_(std=0.3)
            norm.running_var.uniform_(0.5, 2.0)
    return nn.Sequential(*modules).double().eval()


def people(generator, told):
    """CHECKS pairs of what a person tells and a history: of nobody. The last one has met nothing."""
    for check in range(CHECKS):
        yield (
            told[check],
            generator.permutation(ITEMS)[: 0 if check == CHECKS - 1 else HISTORY].tolist(),
        )


def check_of(told, history, raw, scores, generator):
    items = generator.permutation(ITEMS)[:20]
    return {"user": told, "history": history, "items": items.tolist(),
            "raw": raw[items].tolist(), "scores": scores[items].tolist()}  # fmt: skip


def file_of(kind, features, tables, quantiles, modules, checks, **rest):
    """(tensors, description)"""
    stored = {name: array.astype(np.float32) for name, array in tower_tensors(modules).items()}
    for name, table in tables.items():
        stored.update(table.tensors(name))
    for name, edges in quantiles.items():
        stored[f"{name}.quantiles"] = np.array(edges, dtype=np.float32)
    return stored, {"kind": kind, "features": features, "check": checks, **rest}


def candidates(
    generator, tables, features, quantiles, told, *, activations, output, l2=False, dtype=np.float32
):
    with torch.no_grad():
        asked = list(people(generator, told))
        rows = torch.stack([user_input(features, tables, quantiles, *person) for person in asked])
        modules = tower([rows.shape[1], 20, 15, 11], activations, batch_norm=l2)
        items, vectors = stored_as(torch.randn(ITEMS, 11), dtype)
        users = modules(rows)
        if l2:
            users, vectors = (
                functional.normalize(users, dim=1),
                functional.normalize(vectors, dim=1),
            )
        raw = users @ vectors.T
        checks = [
            check_of(*person, raw, OUTPUTS[output](raw), generator)
            for person, raw in zip(asked, raw)
        ]
    stored, description = file_of("candidates", features, tables, quantiles, modules, checks, output=output,
                                  activation=activations, normalize="l2" if l2 else "none")  # fmt: skip
    stored.update({f"item.embedding{ending}": array for ending, array in items.items()})
    return stored, description


def item_values(values, features):
    """NAME.values, and NAME.offsets where there are several of them."""
    stored = {}
    for feature in features:
        name = feature["name"]
        if name not in values:
            continue
        if feature.get("several"):
            stored[f"{name}.offsets"] = np.cumsum([0, *map(len, values[name])]).astype(np.int32)
            stored[f"{name}.values"] = np.array(
                [row for rows in values[name] for row in rows], dtype=np.int32
            )
        else:
            dtype = np.float32 if feature["kind"] == "continuous" else np.int32
            stored[f"{name}.values"] = np.array(values[name], dtype=dtype)
    return stored


def ranker(generator, tables, features, quantiles, told, values, *, output, folded=False):
    """folded: the items' half of the first layer is computed ahead, and their features are not in the file."""
    of_people = [feature for feature in features if feature.get("side") != "item"]
    of_items = [feature for feature in features if feature.get("side") == "item"]
    with torch.no_grad():
        asked = list(people(generator, told))
        users = torch.stack([user_input(of_people, tables, quantiles, *person) for person in asked])
        items = item_input(of_items, tables, quantiles, values)
        width = users.shape[1]
        modules = tower([width + items.shape[1], 20, 14, 9], ["relu"] * 3, batch_norm=folded)
        last = nn.Linear(9, 1)
        nn.init.normal_(last.weight)
        last.double()
        raws = [
            last(modules(torch.cat([user.expand(ITEMS, -1), items], dim=1)))[:, 0] for user in users
        ]
        checks = [
            check_of(*person, raw, OUTPUTS[output](raw), generator)
            for person, raw in zip(asked, raws)
        ]
    kept = of_people if folded else features
    used = {feature.get("table", feature["name"]) for feature in kept}
    tables, quantiles = (
        {name: of[name] for name in of if name in used} for of in (tables, quantiles)
    )
    stored, description = file_of(
        "ranker", kept, tables, quantiles, modules, checks, output=output, activation="relu"
    )
    stored.update(
        {
            f"output.{name}": value.detach().float().numpy()
            for name, value in last.named_parameters()
        }
    )
    if folded:
        first = stored["tower.0.weight"]
        stored["tower.0.weight"] = first[:, :width]
        stored["item.hidden"] = (items.numpy() @ first[:, width:].astype(np.float64).T).astype(
            np.float32
        )
    else:
        stored.update(item_values(values, of_items))
    return stored, description


POWERS = ["value", "square", "root"]
WORDS = ["space opera", "funny", "space", "Amélie", "1990s", "noir"]
WATCHED = {
    "name": "watched",
    "kind": "categorical",
    "several": True,
    "ids": "items",
    "from": "history",
    "most": 10,
}
SEARCHED = {"name": "searched", "kind": "categorical", "several": True, "default": []}
COUNT = {"name": "count", "kind": "continuous", "inputs": POWERS, "default": 0}
TOLD = [
    {
        "searched": ["noir", "unheard of", "space", "noir"],
        "country": 840,
        "device": 0,
        "age": 0.3,
        "count": 3.5,
        "mean": 4.5,
    },
    {
        "searched": ["", "Amélie", ""],
        "country": 5,
        "device": 3,
        "age": 1,
        "count": 500,
        "mean": 2.75,
    },
    {"country": 7},
]


def told_of(features):
    """What people tell of these features."""
    names = {feature["name"] for feature in features}
    return [{name: value for name, value in told.items() if name in names} for told in TOLD]


def candidate_models(generator):
    features = [
        WATCHED,
        SEARCHED,
        {"name": "country", "kind": "categorical"},
        {"name": "device", "kind": "categorical", "default": 2},
        {"name": "age", "kind": "continuous", "inputs": ["root", "value"], "default": 0},
        COUNT,
    ]
    tables = {"watched": Table(ITEMS, 7), "searched": Table(6, 5, words=WORDS), "country": Table(3, 3, words=[7, 840, -1]),
              "device": Table(4, 2)}  # fmt: skip
    plain = candidates(generator, tables, features, {"count": QUANTILES}, told_of(features),
                       activations=["relu", "tanh", "elu"], output="softmax")  # fmt: skip
    features = [
        WATCHED,
        {**SEARCHED, "padding": 0},
        {"name": "age", "kind": "continuous", "default": 0},
    ]
    tables = {
        "watched": Table(ITEMS, 9, np.int8),
        "searched": Table(7, 6, np.float16, ["", *WORDS], padding=0),
    }
    l2 = candidates(generator, tables, features, {}, told_of(features),
                    activations=["relu"] * 3, output="identity", l2=True, dtype=np.int8)  # fmt: skip
    return {"candidates": plain, "candidates-l2": l2}


def ranking_models(generator):
    features = [
        {**WATCHED, "table": "film"},
        {"name": "film", "side": "item", "kind": "categorical", "ids": "items"},
        {**WATCHED, "name": "last", "table": "film", "most": 1},
        SEARCHED,
        {"name": "genres", "side": "item", "kind": "categorical", "several": True},
        {"name": "studio", "side": "item", "kind": "categorical"},
        {"name": "second_studio", "side": "item", "kind": "categorical", "table": "studio"},
        COUNT,
        {"name": "mean", "kind": "continuous", "default": 3.5},
        {"name": "year", "side": "item", "kind": "continuous", "inputs": ["value", "square"]},
        {"name": "length", "side": "item", "kind": "continuous"},
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
    told = told_of(features)

    def tables(dtype):
        return {"film": Table(ITEMS, 8, dtype), "searched": Table(6, 5, words=WORDS), "genres": Table(8, 4),
                "studio": Table(4, 3)}  # fmt: skip

    plain = ranker(generator, tables(np.float16), features, quantiles, told, values, output="exp")
    folded = ranker(
        generator,
        tables(np.float32),
        features,
        quantiles,
        told,
        values,
        output="sigmoid",
        folded=True,
    )
    return {"ranker": plain, "ranker-folded": folded}


def models(generator):
    """{name: (tensors, description)}"""
    return {**candidate_models(generator), **ranking_models(generator)}
