"""Writes tests/fixtures/expect.json: state dicts of small random PyTorch modules, and scores that
their forward passes gave, as a user of --expect prints them.

    python3 tests/frameworks/expect_models.py
"""

import json
from pathlib import Path

import torch
from torch import nn

USERS, ITEMS = 12, 10
ACTIVATIONS = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "identity": nn.Identity,
    "leaky": nn.LeakyReLU,
    "gelu": nn.GELU,
}


class Neural(nn.Module):
    def __init__(self, activations, output, gmf=4, is_mlp_first=False, is_item_first=False):
        super().__init__()
        if gmf:
            self.embed_user_GMF, self.embed_item_GMF = (
                nn.Embedding(USERS, gmf),
                nn.Embedding(ITEMS, gmf),
            )
        self.embed_user_MLP, self.embed_item_MLP = nn.Embedding(USERS, 4), nn.Embedding(ITEMS, 4)
        widths = [8, 6, 4][: len(activations) + 1]
        self.MLP_layers = nn.Sequential(
            *[
                module
                for name, a, b in zip(activations, widths, widths[1:])
                for module in (nn.Linear(a, b), ACTIVATIONS[name]())
            ]
        )
        self.predict_layer = nn.Linear(gmf + widths[-1], 1)
        self.gmf, self.is_mlp_first, self.is_item_first = gmf, is_mlp_first, is_item_first
        self.output = nn.Sigmoid() if output == "sigmoid" else nn.Identity()

    def forward(self, user, item):
        halves = [self.embed_user_MLP(user), self.embed_item_MLP(item)]
        blocks = [self.MLP_layers(torch.cat(halves[:: -1 if self.is_item_first else 1], dim=1))]
        if self.gmf:
            blocks.insert(
                1 if self.is_mlp_first else 0,
                self.embed_user_GMF(user) * self.embed_item_GMF(item),
            )
        return self.output(self.predict_layer(torch.cat(blocks, dim=1))).squeeze(1)


class Factorisation(nn.Module):
    """Biases of both sides, and a global mean that the state dict does not hold."""

    def __init__(self):
        super().__init__()
        self.user_factors, self.item_factors = nn.Embedding(USERS, 4), nn.Embedding(ITEMS, 4)
        self.user_biases, self.item_biases = nn.Embedding(USERS, 1), nn.Embedding(ITEMS, 1)

    def forward(self, user, item):
        dot = (self.user_factors(user) * self.item_factors(item)).sum(1)
        biases = self.user_biases(user) + self.item_biases(item)
        return 3.5 + dot + biases.squeeze(1)


class AutoRec(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(ITEMS, 5), nn.Linear(5, ITEMS)
        self.activation = nn.ELU()

    def forward(self, x):
        return self.decoder(self.activation(self.encoder(x)))


class Cdae(nn.Module):
    def __init__(self):
        super().__init__()
        self.user_embedding = nn.Embedding(USERS, 5)
        self.encoder, self.decoder = nn.Linear(ITEMS, 5), nn.Linear(5, ITEMS)

    def forward(self, user, x):
        code = torch.tanh(self.encoder(x) + self.user_embedding(user))
        return torch.sigmoid(self.decoder(code))


class Residual(Neural):
    """What forward() adds is not in the state dict."""

    def forward(self, user, item):
        x = torch.cat([self.embed_user_MLP(user), self.embed_item_MLP(item)], dim=1)
        return self.predict_layer(self.MLP_layers(x) + x[:, :6]).squeeze(1)


@torch.no_grad()
def scaled(model, factor):
    for parameter in model.parameters():
        parameter.mul_(factor)
    return model


def tensors_of(model):
    return {
        name: {"shape": list(tensor.shape), "data": tensor.flatten().tolist()}
        for name, tensor in model.state_dict().items()
    }


@torch.no_grad()
def pairs(model):
    user = torch.randint(USERS, (24,))
    item = torch.randint(ITEMS, (24,))
    scores = model(user, item)
    lines = [f"{u},{i},{s:.9g}" for u, i, s in zip(user.tolist(), item.tolist(), scores.tolist())]
    return {"tensors": tensors_of(model), "lines": ["user,item,score", *lines]}


@torch.no_grad()
def histories(model):
    lines = ["history,item,score"]
    for _ in range(3):
        rows = torch.randperm(ITEMS)[:4].tolist()
        x = torch.zeros(1, ITEMS)
        for row in rows:
            x[0, row] = float(torch.randint(1, 6, (1,)))
        history = " ".join(f"{row}:{x[0, row]:g}" for row in rows)
        scores = model(x)[0].tolist()
        lines += [f"{history},{item},{score:.9g}" for item, score in enumerate(scores)]
    return {"tensors": tensors_of(model), "lines": lines}


@torch.no_grad()
def users_with_histories(model):
    lines = ["user,history,item,score"]
    for user in (0, 3, 8):
        rows = torch.randperm(ITEMS)[:4].tolist()
        x = torch.zeros(1, ITEMS)
        x[0, rows] = 1
        scores = model(torch.tensor([user]), x)[0].tolist()
        history = "|".join(map(str, rows))
        lines += [f"{user},{history},{item},{score:.9g}" for item, score in enumerate(scores)]
    return {"tensors": tensors_of(model), "lines": lines}


torch.manual_seed(7)
models = {
    "neumf": pairs(Neural(["relu", "relu"], "identity")),
    "neumf, MLP and item first": pairs(Neural(["tanh"], "sigmoid", 4, True, True)),
    "mlp, last layer linear": pairs(Neural(["relu", "identity"], "identity", 0)),
    "factorisation": pairs(Factorisation()),
    "autorec": histories(AutoRec()),
    "cdae": users_with_histories(Cdae()),
    "mlp, leaky ReLU": pairs(Neural(["leaky", "leaky"], "identity", 0)),
    "mlp, GELU": pairs(Neural(["gelu"], "identity", 0)),
    "mlp, residual": pairs(Residual(["relu"], "identity", 0)),
    "mlp, small weights": pairs(scaled(Neural(["tanh"], "sigmoid", 0), 0.15)),
    "mlp, tiny scores": pairs(scaled(Neural(["relu"], "identity", 0), 0.03)),
    "neumf, item first": pairs(Neural(["relu", "relu"], "identity", 4, False, True)),
}
path = Path(__file__).parent.parent / "fixtures" / "expect.json"
path.write_text(json.dumps(models) + "\n")
