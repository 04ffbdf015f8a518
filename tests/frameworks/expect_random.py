"""Random PyTorch models with the scores of all pairs, and a few lines as a user prints them.

    python3 tests/frameworks/expect_random.py FOLDER COUNT SEED

Half of the models compute what no weights file can: another activation, a residual connection, a
temperature, a scaled output. Lines of these must not be reproduced by anything.
"""

import json
import random
import sys
from pathlib import Path

import torch
from safetensors_writer import write_safetensors
from torch import nn
from torch.nn import functional as F

USERS, ITEMS = 14, 12
KNOWN = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "elu": F.elu,
    "selu": F.selu,
    "identity": lambda x: x,
}
UNKNOWN = {
    "leaky 0.01": F.leaky_relu,
    "leaky 0.05": lambda x: F.leaky_relu(x, 0.05),
    "leaky 0.2": lambda x: F.leaky_relu(x, 0.2),
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "sin": torch.sin,
    "square": torch.square,
    "shrink": F.softshrink,
}


class Pairs(nn.Module):
    """A product, a tower or both, with all that a state dict does not say."""

    def __init__(self, draw):
        super().__init__()
        self.kind = draw.choice(["gmf", "mlp", "mlp", "neumf", "neumf", "biased"])
        self.shift = (draw.random() < 0.15, draw.random() < 0.1)
        items, users = ITEMS + self.shift[0], USERS + self.shift[1]
        k, d = draw.choice([2, 4, 8]), draw.choice([2, 4, 8])
        if self.kind != "mlp":
            self.embed_user_GMF, self.embed_item_GMF = (
                nn.Embedding(users, k),
                nn.Embedding(items, k),
            )
        self.layers = []
        if self.kind in ("mlp", "neumf"):
            self.embed_user_MLP, self.embed_item_MLP = (
                nn.Embedding(users, d),
                nn.Embedding(items, d),
            )
            widths = [2 * d] + [draw.choice([1, 3, 4, 8]) for _ in range(draw.randint(1, 3))]
            self.MLP_layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
            self.layers = widths[1:]
        if self.kind == "biased":
            self.user_bias, self.item_bias = nn.Embedding(users, 1), nn.Embedding(items, 1)
        else:
            inputs = (k if self.kind != "mlp" else 0) + (self.layers[-1] if self.layers else 0)
            self.predict_layer = nn.Linear(inputs, 1, bias=draw.random() < 0.8)
        self.functions = self.draw_functions(draw)
        self.item_first, self.mlp_first = draw.random() < 0.4, draw.random() < 0.4
        self.residual = bool(self.layers) and draw.random() < 0.06
        self.output = draw.choice(["identity", "sigmoid"])
        self.mean = draw.choice([0, 0, 3.5]) if self.kind == "biased" else 0
        self.clip = self.output == "identity" and draw.random() < 0.15
        self.factor = draw.choice([0.5, 1.7]) if draw.random() < 0.05 else 1
        self.scaled = self.output == "sigmoid" and draw.random() < 0.05
        size = 10 ** draw.uniform(-1.5, 0.4)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randn(parameter.shape) * size)

    def draw_functions(self, draw):
        names = list(KNOWN)
        if draw.random() < 0.3:
            return [draw.choice(list(UNKNOWN))] * len(self.layers)
        if len(self.layers) > 1 and draw.random() < 0.25:
            return [draw.choice(names) for _ in self.layers]
        return [draw.choice(names)] * len(self.layers)

    def tower(self, user, item):
        halves = [self.embed_user_MLP(user), self.embed_item_MLP(item)]
        z = torch.cat(halves[:: -1 if self.item_first else 1], dim=1)
        for layer, name in zip(self.MLP_layers, self.functions):
            out = {**KNOWN, **UNKNOWN}[name](layer(z))
            z = out + z if self.residual and out.shape == z.shape else out
        return z

    def forward(self, user, item):
        user, item = user + self.shift[1], item + self.shift[0]
        blocks = []
        if self.kind != "mlp":
            blocks.append(self.embed_user_GMF(user) * self.embed_item_GMF(item))
        if self.kind in ("mlp", "neumf"):
            blocks.insert(0 if self.mlp_first else 1, self.tower(user, item))
        if self.kind == "biased":
            score = blocks[0].sum(1) + (self.user_bias(user) + self.item_bias(item)).squeeze(1)
        else:
            score = self.predict_layer(torch.cat(blocks, dim=1)).squeeze(1)
        score = (score + self.mean) * self.factor
        if self.output == "sigmoid":
            score = torch.sigmoid(score)
        if self.scaled:
            score = 1 + 4 * score
        return score

    def is_possible(self):
        return set(self.functions) <= set(KNOWN) and not (
            self.residual or self.scaled or self.factor != 1
        )

    def made_of(self):
        names = "kind shift functions item_first mlp_first residual output mean clip factor scaled"
        return {name: getattr(self, name) for name in names.split()}


class Encoder(nn.Module):
    """An autoencoder over items."""

    def __init__(self, draw):
        super().__init__()
        self.kind = draw.choice(["autorec-user", "mult-dae", "autoencoder"])
        width = draw.choice([3, 6])
        self.encoder, self.decoder = nn.Linear(ITEMS, width), nn.Linear(width, ITEMS)
        self.function = draw.choice(list(KNOWN) + list(UNKNOWN))
        self.output = draw.choice(["identity", "sigmoid", "softmax"])
        self.normalize = self.kind != "autorec-user" and draw.random() < 0.5
        self.clip = self.kind == "autorec-user" and draw.random() < 0.3
        size = 10 ** draw.uniform(-1, 0.3)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randn(parameter.shape) * size)

    def forward(self, x):
        x = F.normalize(x) if self.normalize else x
        x = self.decoder({**KNOWN, **UNKNOWN}[self.function](self.encoder(x)))
        if self.output == "softmax":
            return torch.softmax(x, dim=1)
        return torch.sigmoid(x) if self.output == "sigmoid" else x

    def is_possible(self):
        return self.function in KNOWN

    def made_of(self):
        return {name: getattr(self, name) for name in "kind function output normalize clip".split()}


def printed(draw, scores):
    """As text of 4 to 9 digits, decimals or significant ones."""
    digits = draw.randint(4, 9)
    form = draw.choice("fgg")
    return [f"{score:.{digits}{form}}" for score in scores], f"%.{digits}{form}"


@torch.no_grad()
def pairs_record(draw):
    model = Pairs(draw).eval()
    users, items = torch.arange(USERS).repeat_interleave(ITEMS), torch.arange(ITEMS).repeat(USERS)
    scores = model(users, items)
    options = {}
    if model.clip:
        low, high = (round(float(scores.quantile(q)), 1) for q in (0.15, 0.85))
        if low < high and draw.random() < 0.7:
            options["rating"] = {"minimum": low, "maximum": high}
            is_printed_clipped = draw.random() < 0.5
        else:
            is_printed_clipped = True
        full, scores = scores, scores.clamp(low, high)
        shown = scores if is_printed_clipped else full
    else:
        shown = scores
    chosen = draw.sample(range(USERS * ITEMS), draw.choice([3, 5, 10]))
    if model.clip and not options and bool((full[chosen] == shown[chosen]).all()):
        scores = full  # No line shows the ends of the scale.
    texts, form = printed(draw, [float(shown[at]) for at in chosen])
    lines = [f"{at // ITEMS},{at % ITEMS},{text}" for at, text in zip(chosen, texts)]
    return model, {
        "scores": scores.tolist(),
        "lines": ["user,item,score", *lines],
        "options": options,
        "madeOf": {**model.made_of(), "form": form, "lines": len(lines)},
    }


@torch.no_grad()
def histories_record(draw):
    model = Encoder(draw).eval()
    is_rating = model.kind == "autorec-user"
    histories, scores, lines = [], [], []
    x = torch.zeros(4, ITEMS)
    for row in x:
        rows = draw.sample(range(ITEMS), draw.randint(1, 5))
        ratings = [draw.randint(1, 5) for _ in rows]
        row[rows] = torch.tensor(ratings, dtype=torch.float32) if is_rating else 1.0
        histories.append({"items": rows, "ratings": ratings if is_rating else None})
    out = model(x)
    options = {"kind": model.kind}
    if model.clip:
        options["rating"] = {"minimum": 1, "maximum": 5}
    chosen = draw.sample(range(4 * ITEMS), draw.choice([3, 5, 10]))
    flat = out.flatten().tolist()
    is_clipped = model.clip and draw.random() < 0.5
    values = [min(max(flat[at], 1), 5) if is_clipped else flat[at] for at in chosen]
    texts, form = printed(draw, values)
    for at, text in zip(chosen, texts):
        own = histories[at // ITEMS]
        words = [
            f"{item}:{rating}" if is_rating else f"{item}"
            for item, rating in zip(own["items"], own["ratings"] or own["items"])
        ]
        lines.append(f"{' '.join(words)},{at % ITEMS},{text}")
    scores = [min(max(s, 1), 5) if model.clip else s for s in flat]
    return model, {
        "histories": histories,
        "scores": scores,
        "lines": ["history,item,score", *lines],
        "options": options,
        "madeOf": {**model.made_of(), "form": form, "lines": len(lines)},
    }


def main(folder, count, seed):
    records = []
    for number in range(count):
        torch.manual_seed(1000 * seed + number)
        draw = random.Random(1000 * seed + number)
        make = pairs_record if draw.random() < 0.75 else histories_record
        model, record = make(draw)
        name = f"{number}.safetensors"
        write_safetensors(
            Path(folder) / name, {k: v.numpy() for k, v in model.state_dict().items()}
        )
        records.append({"file": name, "isPossible": model.is_possible(), **record})
    shape = {"users": USERS, "items": ITEMS}
    (Path(folder) / "random.json").write_text(json.dumps({**shape, "records": records}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
