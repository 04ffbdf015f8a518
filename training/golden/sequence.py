"""Random SASRec and GRU4Rec models for golden/write.py, computed by PyTorch's own modules.

nn.MultiheadAttention, nn.LayerNorm, nn.GELU, nn.GRU and nn.Linear, on the whole window with its
padding, as the papers' code and its ports do.
"""

import torch
from torch import nn

from training.golden.checks import CHECKS, ITEMS, check_of

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}
OUTPUTS = {
    "identity": lambda raw: raw,
    "sigmoid": torch.sigmoid,
    "softmax": lambda raw: torch.softmax(raw, -1),
}


def histories(generator):
    """Random item rows with repeats: more than a window, less, none."""
    for check in range(CHECKS):
        yield generator.integers(0, ITEMS // 3, size=[13, 4, 0][check])


class Block(nn.Module):
    def __init__(self, width, heads, feed, activation, epsilon):
        super().__init__()
        self.heads = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm = nn.LayerNorm(width, eps=epsilon)
        self.first, self.second = nn.Linear(width, feed), nn.Linear(feed, width)
        self.activation = ACTIVATIONS[activation]()
        self.feed_norm = nn.LayerNorm(width, eps=epsilon)

    def attend(self, queries, x, hidden):
        """hidden: [L, L] true where a row must not look."""
        return self.heads(queries, x, x, attn_mask=hidden, need_weights=False)[0]

    def feed(self, x):
        return self.second(self.activation(self.first(x)))

    def forward(self, x, hidden, order):
        if order == "after":
            x = self.norm(x + self.attend(x, x, hidden))
            return self.feed_norm(x + self.feed(x))
        normal = self.norm(x)
        source = normal if order == "before" else x
        x = (x if order == "before" else normal) + self.attend(normal, source, hidden)
        normal = self.feed_norm(x)
        return (x if order == "before" else normal) + self.feed(normal)

    def tensors(self, has_projection):
        """{name of docs/format.md: parameter}"""
        width = self.heads.embed_dim
        found = {}
        for part, name in enumerate(["query", "key", "value"]):
            rows = slice(part * width, (part + 1) * width)
            found[f"{name}.weight"] = self.heads.in_proj_weight[rows]
            found[f"{name}.bias"] = self.heads.in_proj_bias[rows]
        if has_projection:
            found["attention.weight"] = self.heads.out_proj.weight
            found["attention.bias"] = self.heads.out_proj.bias
        for name, layer in [
            ("attention.norm", self.norm),
            ("feed.0", self.first),
            ("feed.1", self.second),
            ("feed.norm", self.feed_norm),
        ]:
            found[f"{name}.weight"], found[f"{name}.bias"] = layer.weight, layer.bias
        return found


def randomise(module):
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.4)


def stored(tensors):
    return {name: value.detach().float().numpy().copy() for name, value in tensors.items()}


def sasrec(
    generator, *, order, padding="masked", positions="first", width=12, heads=1, feed=20, window=7,
    activation="relu", has_projection=True, embedding_norm=False, last_norm=False, scale=1.0,
    epsilon=1e-8, output="identity",
):  # fmt: skip
    """(tensors, description)"""
    items, places = nn.Embedding(ITEMS, width), nn.Embedding(window, width)
    pad = nn.Parameter(torch.zeros(width))
    norms = [nn.LayerNorm(width, eps=epsilon) for _ in range(2)]
    blocks = [Block(width, heads, feed, activation, epsilon) for _ in range(2)]
    for module in [items, places, *norms, *blocks]:
        randomise(module)
    nn.init.normal_(pad, std=0.4)
    if not has_projection:
        for block in blocks:
            nn.init.eye_(block.heads.out_proj.weight)
            nn.init.zeros_(block.heads.out_proj.bias)
    tensors = {"item.embedding": items.weight, "position.embedding": places.weight}
    if padding == "attended":
        tensors["padding.embedding"] = pad
    for name, norm, has in [
        ("embedding.norm", norms[0], embedding_norm),
        ("norm", norms[1], last_norm),
    ]:
        if has:
            tensors[f"{name}.weight"], tensors[f"{name}.bias"] = norm.weight, norm.bias
    for k, block in enumerate(blocks):
        named = block.tensors(has_projection)
        tensors.update({f"blocks.{k}.{name}": value for name, value in named.items()})
    arrays = stored(tensors)
    pad = pad.double()
    for module in [items, places, *norms, *blocks]:
        module.double().eval()

    def encode(rows):
        if not len(rows):
            return torch.zeros(width, dtype=torch.float64)
        rows = torch.tensor(rows[-window:])
        count = len(rows)
        # What stands in front: padding, where it is attended to; else it is masked.
        ahead = window - count
        at = torch.arange(count) + (ahead if positions == "last" else 0)
        x = items(rows) * scale + places(at)
        start = pad if padding == "attended" else torch.zeros_like(pad)
        x = torch.cat([start.expand(ahead, width), x])
        is_pad = torch.arange(window) < ahead
        hidden = torch.ones(window, window, dtype=torch.bool).triu(1)
        if padding == "masked":
            hidden = hidden | is_pad
            hidden[is_pad] = False  # a row that may look at nothing would be NaN
        if embedding_norm:
            x = norms[0](x)
        clear = (lambda x: x * ~is_pad[:, None]) if padding == "zero" else (lambda x: x)
        x = clear(x)
        for block in blocks:
            x = clear(block(x[None], hidden, order)[0])
        return norms[1](x[-1]) if last_norm else x[-1]

    description = {
        "kind": "sasrec",
        "heads": heads,
        "norm": {"order": order, "epsilon": epsilon},
        "activation": activation,
        "embedding_scale": scale,
        "positions": positions,
        "padding": padding,
        "output": output,
    }
    return arrays, checked(description, encode, items.weight, None, generator)


def gru4rec(generator, *, width=10, hidden=14, layers=1, bias=True, output="identity", dense=True):
    """(tensors, description)"""
    items, units = nn.Embedding(ITEMS, width), nn.GRU(width, hidden, layers, bias=bias)
    last, bias_of = nn.Linear(hidden, width), nn.Parameter(torch.zeros(ITEMS))
    for module in [items, units, last]:
        randomise(module)
    nn.init.normal_(bias_of, std=0.4)
    own = nn.Embedding(ITEMS, hidden)
    tensors = {"item.embedding": items.weight}
    for k in range(layers):
        for name, short in [("input", "ih"), ("hidden", "hh")]:
            tensors[f"gru.{k}.{name}.weight"] = getattr(units, f"weight_{short}_l{k}")
            if bias:
                tensors[f"gru.{k}.{name}.bias"] = getattr(units, f"bias_{short}_l{k}")
    if dense:
        tensors["output.weight"], tensors["output.bias"] = last.weight, last.bias
    else:
        tensors["item.output"], tensors["item.bias"] = own.weight, bias_of
    arrays = stored(tensors)
    for module in [items, units, last, own]:
        module.double()

    def encode(rows):
        state = torch.zeros(layers, 1, hidden, dtype=torch.float64)
        if len(rows):
            _, state = units(items(torch.tensor(rows))[:, None], state)
        return last(state[-1, 0]) if dense else state[-1, 0]

    description = {"kind": "gru4rec", "output": output}
    table = items.weight if dense else own.weight
    return arrays, checked(description, encode, table, None if dense else bias_of, generator)


def checked(description, encode, table, bias, generator):
    checks = []
    with torch.no_grad():
        for rows in histories(generator):
            raw = table.double() @ encode(rows) + (0 if bias is None else bias.double())
            scores = OUTPUTS[description["output"]](raw)
            inputs = {"history": rows.tolist()}
            checks.append(check_of(inputs, raw, scores, generator))
    return {**description, "check": checks}


def models(generator):
    """{file name: (tensors, description)}"""
    authors = {
        "order": "query", "positions": "last", "last_norm": True, "scale": 12**0.5,
        "has_projection": False,
    }  # fmt: skip
    port = {"positions": "last", "last_norm": True, "scale": 12**0.5}
    return {
        "sasrec-recbole": sasrec(
            generator, order="after", heads=2, activation="gelu", embedding_norm=True, epsilon=1e-12
        ),
        "sasrec-authors": sasrec(generator, **authors, output="softmax"),
        "sasrec-zero": sasrec(generator, order="query", padding="zero", **port, heads=3),
        "sasrec-before": sasrec(generator, order="before", padding="attended", **port, heads=4),
        "sasrec-after": sasrec(generator, order="after", padding="attended", **port, width=15),
        "sasrec-odd": sasrec(
            generator,
            order="before",
            width=18,
            heads=3,
            feed=5,
            activation="tanh",
            output="sigmoid",
        ),
        "gru4rec": gru4rec(generator, bias=False),
        "gru4rec-deep": gru4rec(generator, layers=2, hidden=9, dense=False, output="softmax"),
    }
