"""Recommenders in plain PyTorch, with the attribute names of published code.

Every forward gives raw scores, before the output function.
"""

import torch
from torch import nn


def tower(widths, norm=None):
    """Dropout, Linear, ReLU per pair of widths. norm: BatchNorm1d "before" or "after" the ReLU."""
    modules = []
    for inputs, outputs in zip(widths, widths[1:]):
        modules += [nn.Dropout(0.1), nn.Linear(inputs, outputs), nn.ReLU()]
        if norm:
            modules.insert(len(modules) - (norm == "before"), nn.BatchNorm1d(outputs))
    return nn.Sequential(*modules)


class NeuralCF(nn.Module):
    """GMF, MLP and NeuMF in one class with all four tables. The output layer takes GMF first."""

    def __init__(
        self, users, items, factors, layers, model, norm=None, GMF_model=None, MLP_model=None
    ):
        super().__init__()
        self.model, self.dropout = model, 0.1
        self.GMF_model, self.MLP_model = GMF_model, MLP_model
        width = factors * 2 ** (layers - 1)
        self.embed_user_GMF = nn.Embedding(users, factors)
        self.embed_item_GMF = nn.Embedding(items, factors)
        self.embed_user_MLP = nn.Embedding(users, width)
        self.embed_item_MLP = nn.Embedding(items, width)
        for table in (
            self.embed_user_GMF,
            self.embed_item_GMF,
            self.embed_user_MLP,
            self.embed_item_MLP,
        ):
            nn.init.normal_(table.weight, std=0.01)
        self.MLP_layers = tower([2 * width // 2**layer for layer in range(layers + 1)], norm)
        self.predict_layer = nn.Linear(factors if model in ("GMF", "MLP") else 2 * factors, 1)
        if model == "NeuMF-pre":
            self.start_from(GMF_model, MLP_model)

    @torch.no_grad()
    def start_from(self, gmf, mlp):
        for name in ("embed_user_GMF", "embed_item_GMF"):
            getattr(self, name).load_state_dict(getattr(gmf, name).state_dict())
        for name in ("embed_user_MLP", "embed_item_MLP", "MLP_layers"):
            getattr(self, name).load_state_dict(getattr(mlp, name).state_dict())
        self.predict_layer.weight.copy_(
            0.5 * torch.cat([gmf.predict_layer.weight, mlp.predict_layer.weight], dim=1)
        )

    def forward(self, user, item):
        blocks = []
        if self.model != "MLP":
            blocks.append(self.embed_user_GMF(user) * self.embed_item_GMF(item))
        if self.model != "GMF":
            blocks.append(
                self.MLP_layers(
                    torch.cat([self.embed_user_MLP(user), self.embed_item_MLP(item)], dim=-1)
                )
            )
        return self.predict_layer(torch.cat(blocks, dim=-1)).view(-1)


class GMF(nn.Module):
    def __init__(self, users, items, factors):
        super().__init__()
        self.embedding_user = nn.Embedding(users, factors)
        self.embedding_item = nn.Embedding(items, factors)
        self.affine_output = nn.Linear(factors, 1)

    def forward(self, user, item):
        return self.affine_output(self.embedding_user(user) * self.embedding_item(item)).view(-1)


class MLP(nn.Module):
    def __init__(self, users, items, widths):
        super().__init__()
        self.embedding_user = nn.Embedding(users, widths[0] // 2)
        self.embedding_item = nn.Embedding(items, widths[0] // 2)
        self.fc_layers = nn.ModuleList(nn.Linear(*pair) for pair in zip(widths, widths[1:]))
        self.affine_output = nn.Linear(widths[-1], 1)

    def forward(self, user, item):
        vector = torch.cat([self.embedding_user(user), self.embedding_item(item)], dim=-1)
        for layer in self.fc_layers:
            vector = torch.relu(layer(vector))
        return self.affine_output(vector).view(-1)


class NeuMF(nn.Module):
    """The output layer takes the MLP block first, then the GMF block."""

    def __init__(self, users, items, factors, widths):
        super().__init__()
        self.embedding_user_mlp = nn.Embedding(users, widths[0] // 2)
        self.embedding_item_mlp = nn.Embedding(items, widths[0] // 2)
        self.embedding_user_mf = nn.Embedding(users, factors)
        self.embedding_item_mf = nn.Embedding(items, factors)
        self.fc_layers = nn.ModuleList(nn.Linear(*pair) for pair in zip(widths, widths[1:]))
        self.affine_output = nn.Linear(widths[-1] + factors, 1)

    def forward(self, user, item):
        vector = torch.cat([self.embedding_user_mlp(user), self.embedding_item_mlp(item)], dim=-1)
        for layer in self.fc_layers:
            vector = torch.relu(layer(vector))
        product = self.embedding_user_mf(user) * self.embedding_item_mf(item)
        return self.affine_output(torch.cat([vector, product], dim=-1)).view(-1)


class MatrixFactorisation(nn.Module):
    def __init__(self, users, items, factors, mean):
        super().__init__()
        self.user_factors = nn.Embedding(users, factors)
        self.item_factors = nn.Embedding(items, factors)
        self.user_biases = nn.Embedding(users, 1)
        self.item_biases = nn.Embedding(items, 1)
        self.global_bias = nn.Parameter(torch.tensor([mean]))

    def forward(self, user, item):
        product = (self.user_factors(user) * self.item_factors(item)).sum(-1)
        return (
            product
            + self.user_biases(user).view(-1)
            + self.item_biases(item).view(-1)
            + self.global_bias
        )


class AutoRec(nn.Module):
    """AutoRec by user: ratings in and out, 0 for no rating."""

    def __init__(self, items, width):
        super().__init__()
        self.encoder = nn.Linear(items, width)
        self.decoder = nn.Linear(width, items)

    def forward(self, x):
        return self.decoder(torch.sigmoid(self.encoder(x)))


class CDAE(nn.Module):
    def __init__(self, users, items, width):
        super().__init__()
        self.user_embedding = nn.Embedding(users, width)
        self.encoder = nn.Linear(items, width)
        self.decoder = nn.Linear(width, items)

    def forward(self, x, node):
        return self.decoder(torch.sigmoid(self.encoder(x) + node))


class Multinomial(nn.Module):
    """Mult-DAE, or Mult-VAE: its encoder gives mean and log variance; the code is the mean."""

    def __init__(self, items, hidden, code, is_variational):
        super().__init__()
        self.is_variational = is_variational
        self.q_layers = nn.ModuleList(
            [nn.Linear(items, hidden), nn.Linear(hidden, 2 * code if is_variational else code)]
        )
        self.p_layers = nn.ModuleList([nn.Linear(code, hidden), nn.Linear(hidden, items)])

    def forward(self, x):
        code = self.q_layers[1](torch.tanh(self.q_layers[0](nn.functional.normalize(x))))
        code = code.chunk(2, dim=-1)[0] if self.is_variational else torch.tanh(code)
        return self.p_layers[1](torch.tanh(self.p_layers[0](code)))
