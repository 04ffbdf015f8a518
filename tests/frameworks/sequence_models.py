"""Writes tests/fixtures/sequences.json: state dicts of small random PyTorch modules under the names
of common SASRec and GRU4Rec code, and scores of them, as a user of --expect prints them.

    python3 tests/frameworks/sequence_models.py

Rows count the padding row 0. Histories are longer and shorter than the window, and repeat items.
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

ITEMS, WIDTH, WINDOW = 14, 8, 6
HISTORIES = [[3], [7, 2], [5, 9, 5, 1], [4, 8, 13, 2, 2], [6, 1, 12, 3, 9, 10, 11, 2, 7, 5]]


class Feed(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(WIDTH, WIDTH, 1), nn.Conv1d(WIDTH, WIDTH, 1)
        self.activation = activation

    def forward(self, x):
        return self.conv2(self.activation(self.conv1(x.T))).T


class Sasrec(nn.Module):
    """order: of the norms; is_later: row 0 of the positions is for none, which take part."""

    def __init__(self, order, *, is_later, heads=1, activation=torch.relu, blocks=1):
        super().__init__()
        self.order, self.is_later = order, is_later
        self.item_emb = nn.Embedding(ITEMS, WIDTH, padding_idx=0)
        rows = {"num_embeddings": WINDOW + 1, "padding_idx": 0} if is_later else {}
        self.pos_emb = nn.Embedding(**{"num_embeddings": WINDOW, "embedding_dim": WIDTH, **rows})
        norms = [
            nn.ModuleList([nn.LayerNorm(WIDTH, eps=1e-8) for _ in range(blocks)]) for _ in range(2)
        ]
        self.attention_layernorms, self.forward_layernorms = norms
        attention = [nn.MultiheadAttention(WIDTH, heads) for _ in range(blocks)]
        self.attention_layers = nn.ModuleList(attention)
        self.forward_layers = nn.ModuleList([Feed(activation) for _ in range(blocks)])
        self.last_layernorm = nn.LayerNorm(WIDTH, eps=1e-8)

    def block(self, k, x, mask):
        before, behind = self.attention_layernorms[k], self.forward_layernorms[k]
        feed = self.forward_layers[k]

        def attend(query, key):
            query, key = query.unsqueeze(1), key.unsqueeze(1)
            return self.attention_layers[k](query, key, key, attn_mask=mask)[0].squeeze(1)

        if self.order == "query":
            query = before(x)
            x = behind(query + attend(query, x))
            return x + feed(x)
        if self.order == "before":
            query = before(x)
            x = x + attend(query, query)
            return x + feed(behind(x))
        x = before(x + attend(x, x))
        return behind(x + feed(x))

    def forward(self, history):
        rows = torch.tensor([0] * (WINDOW - len(history)) + history[-WINDOW:])
        is_event = rows != 0
        x = self.item_emb(rows) * WIDTH**0.5
        if self.is_later:
            x = x + self.pos_emb(torch.arange(1, WINDOW + 1) * is_event)
        else:
            x = (x + self.pos_emb(torch.arange(WINDOW))) * is_event.unsqueeze(1)
        mask = torch.ones(WINDOW, WINDOW, dtype=torch.bool).triu(1)
        for k in range(len(self.attention_layers)):
            x = self.block(k, x, mask)
            if not self.is_later:
                x = x * is_event.unsqueeze(1)
        return self.item_emb.weight @ self.last_layernorm(x)[-1]


def sasrec_of_authors(heads):
    """The authors' TensorFlow names, and what they compute: keys of no event are masked."""
    tensors = {
        "SASRec/input_embeddings/lookup_table": torch.randn(ITEMS, WIDTH),
        "SASRec/dec_pos/lookup_table": torch.randn(WINDOW, WIDTH),
        "SASRec/ln/Variable": torch.randn(WIDTH) / 2,
        "SASRec/ln/Variable_1": 1 + torch.randn(WIDTH) / 2,
    }
    for k in range(2):
        scope = f"SASRec/num_blocks_{k}"
        for norm in ("ln", "ln_1"):
            tensors[f"{scope}/{norm}/Variable"] = torch.randn(WIDTH) / 2
            tensors[f"{scope}/{norm}/Variable_1"] = 1 + torch.randn(WIDTH) / 2
        for layer in ("dense", "dense_1", "dense_2"):
            tensors[f"{scope}/self_attention/{layer}/kernel"] = torch.randn(WIDTH, WIDTH) / 2
            tensors[f"{scope}/self_attention/{layer}/bias"] = torch.randn(WIDTH) / 2
        for layer in ("conv1d", "conv1d_1"):
            tensors[f"{scope}/multihead_attention/{layer}/kernel"] = (
                torch.randn(1, WIDTH, WIDTH) / 2
            )
            tensors[f"{scope}/multihead_attention/{layer}/bias"] = torch.randn(WIDTH) / 2

    def norm(scope, x):
        weight, bias = tensors[f"{scope}/Variable_1"], tensors[f"{scope}/Variable"]
        return functional.layer_norm(x, (WIDTH,), weight, bias, 1e-8)

    def dense(name, x):
        kernel = tensors[f"{name}/kernel"].reshape(WIDTH, WIDTH)
        return x @ kernel + tensors[f"{name}/bias"]

    def scores(history):
        rows = history[-WINDOW:]
        items, places = (
            tensors["SASRec/input_embeddings/lookup_table"],
            tensors["SASRec/dec_pos/lookup_table"],
        )
        x = items[rows] * WIDTH**0.5 + places[WINDOW - len(rows) :]
        for k in range(2):
            scope = f"SASRec/num_blocks_{k}"
            query = norm(f"{scope}/ln", x)
            parts = [
                dense(f"{scope}/self_attention/{name}", source)
                .reshape(len(rows), heads, WIDTH // heads)
                .transpose(0, 1)
                for name, source in (("dense", query), ("dense_1", x), ("dense_2", x))
            ]
            logits = parts[0] @ parts[1].transpose(1, 2) / (WIDTH // heads) ** 0.5
            ahead = torch.ones(len(rows), len(rows), dtype=torch.bool).triu(1)
            weights = torch.softmax(logits.masked_fill(ahead, float("-inf")), -1)
            mixed = (weights @ parts[2]).transpose(0, 1).reshape(len(rows), WIDTH)
            y = norm(f"{scope}/ln_1", query + mixed)
            feed = f"{scope}/multihead_attention"
            x = y + dense(f"{feed}/conv1d_1", torch.relu(dense(f"{feed}/conv1d", y)))
        return items @ norm("SASRec/ln", x)[-1]

    return tensors, scores


class Gru4rec(nn.Module):
    """behind: "tied" (back to the items' width), "items" (a row an item), None."""

    def __init__(self, behind, *, hidden, layers=1, is_one_hot=False, bias=True):
        super().__init__()
        self.behind, self.is_one_hot = behind, is_one_hot
        if not is_one_hot:
            self.item_embedding = nn.Embedding(ITEMS, WIDTH, padding_idx=0)
        self.gru = nn.GRU(ITEMS if is_one_hot else WIDTH, hidden, layers, bias=bias)
        if behind:
            self.h2o = nn.Linear(hidden, WIDTH if behind == "tied" else ITEMS)

    def forward(self, history):
        rows = torch.tensor(history)
        x = (
            functional.one_hot(rows, ITEMS).float()
            if self.is_one_hot
            else self.item_embedding(rows)
        )
        state = self.gru(x.unsqueeze(1))[0][-1, 0]
        if self.behind == "items":
            return self.h2o(state)
        return self.item_embedding.weight @ (self.h2o(state) if self.behind else state)


class Authors(nn.Module):
    """The GRU4Rec authors' names in PyTorch. inputs: the outputs' table, one of its own, or a table
    of what an item adds to the gates of the first layer."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.inputs, first = inputs, hidden[0]
        if inputs == "own":
            self.E = nn.Embedding(ITEMS, 5)
        if inputs == "gates":
            self.GE = nn.Module()
            self.GE.Wx0 = nn.Embedding(ITEMS, 3 * first)
            self.GE.Wh0 = nn.Parameter(torch.randn(first, 3 * first) / 2)
            self.GE.Bh0 = nn.Parameter(torch.randn(3 * first) / 2)
        widths = hidden if inputs == "gates" else [{"own": 5}.get(inputs, hidden[-1]), *hidden]
        self.G = nn.ModuleList([nn.GRUCell(a, b) for a, b in zip(widths, widths[1:])])
        self.Wy, self.By = nn.Embedding(ITEMS, hidden[-1]), nn.Embedding(ITEMS, 1)

    def gates(self, row, h):
        from_item = self.GE.Wx0.weight[row] + self.GE.Bh0
        x, h_part = from_item.chunk(3), (h @ self.GE.Wh0).chunk(3)
        r, z = (torch.sigmoid(x[k] + h_part[k]) for k in (1, 2))
        return (1 - z) * h + z * torch.tanh(x[0] + r * h_part[0])

    def forward(self, history):
        states = [torch.zeros(1, cell.hidden_size) for cell in self.G]
        first = torch.zeros(self.GE.Wh0.shape[0]) if self.inputs == "gates" else None
        for row in history:
            if self.inputs == "gates":
                first = self.gates(row, first)
                x = first.unsqueeze(0)
            else:
                x = (self.E if self.inputs == "own" else self.Wy).weight[row].unsqueeze(0)
            for k, cell in enumerate(self.G):
                x = states[k] = cell(x, states[k])
        return self.Wy.weight @ x[0] + self.By.weight[:, 0]


class Elsa(nn.Module):
    def __init__(self):
        super().__init__()
        self.A = nn.Parameter(torch.randn(ITEMS, 4))

    def forward(self, history):
        x = torch.zeros(ITEMS)
        x[history] = 1
        rows = functional.normalize(self.A, dim=-1)
        return x @ rows @ rows.T - x


def randomised(model):
    for name, parameter in model.named_parameters():
        parameter.data = torch.randn_like(parameter) / 2
        if "norm" in name and name.endswith("weight"):
            parameter.data += 1
    for module in model.modules():
        if isinstance(module, nn.Embedding) and module.padding_idx is not None:
            module.weight.data[0] = 0
    return model


def with_empty_item(model):
    """Row 0 of the items as an initialisation behind Embedding's may leave it."""
    model.item_emb.weight.data[0] = torch.randn(WIDTH)
    return model


def lines_of(scores, histories=HISTORIES):
    lines = ["history,item,score"]
    for history in histories:
        found = scores(history).tolist()
        text = " ".join(map(str, history))
        lines += [f"{text},{item},{found[item]:.9g}" for item in range(1, ITEMS)]
    return lines


def entry(tensors, scores, histories=HISTORIES):
    stored = {
        name: {"shape": list(tensor.shape), "data": [float(f"{x:.9g}") for x in tensor.flatten()]}
        for name, tensor in tensors.items()
    }
    return {"tensors": stored, "lines": lines_of(scores, histories)}


def of_module(model, change=lambda model: model):
    model = change(randomised(model))
    return entry(model.state_dict(), model)


torch.manual_seed(20181117)
DISTINCT = [list(dict.fromkeys(history)) for history in HISTORIES]
with torch.no_grad():
    elsa = Elsa()
    models = {
        "first": of_module(Sasrec("query", is_later=False, activation=lambda x: x)),
        "first-relu": of_module(Sasrec("query", is_later=False, heads=2, blocks=2)),
        "later-query": of_module(Sasrec("query", is_later=True, heads=4)),
        "later-after": of_module(Sasrec("after", is_later=True, heads=2, blocks=2)),
        "later-before": of_module(Sasrec("before", is_later=True)),
        "later-empty": of_module(Sasrec("after", is_later=True), with_empty_item),
        "authors": entry(*sasrec_of_authors(2)),
        "gru-tied": of_module(Gru4rec("tied", hidden=6)),
        "gru-items": of_module(Gru4rec("items", hidden=6, layers=2)),
        "gru-alone": of_module(Gru4rec(None, hidden=WIDTH, bias=False)),
        "gru-one-hot": of_module(Gru4rec("items", hidden=5, is_one_hot=True)),
        "gru-authors-shared": of_module(Authors("shared", [6])),
        "gru-authors-own": of_module(Authors("own", [6, 6])),
        "gru-authors-gates": of_module(Authors("gates", [6, 6])),
        "elsa": entry(elsa.state_dict(), elsa, DISTINCT),
    }
path = Path(__file__).parent.parent / "fixtures" / "sequences.json"
path.write_text(json.dumps(models) + "\n", encoding="utf-8")
