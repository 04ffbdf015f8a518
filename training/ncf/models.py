"""GMF, MLP and NeuMF (He et al., Neural Collaborative Filtering, WWW 2017) as PyTorch modules.

They compute logits. A user is one vector [gmf | mlp], the GMF block first, so that a new user can
be scored as well. I items, U users, B batch, g factors, e the width of a user's and of an item's
MLP vector, d1, ..., dL the widths of the tower's layers.
"""

import torch
from torch import nn
from torch.nn import functional


def embedding(rows, width, deviation):
    table = nn.Embedding(rows, width)
    nn.init.normal_(table.weight, std=deviation)
    return table


class Product(nn.Module):
    """The GMF block: element-wise product of user and item."""

    def __init__(self, users, items, factors, deviation):
        super().__init__()
        self.user = embedding(users, factors, deviation)  # [U, g]
        self.item = embedding(items, factors, deviation)  # [I, g]


class Tower(nn.Module):
    """The MLP block: relu layers over [user | item]. widths[0] is the width of both together."""

    def __init__(self, users, items, widths, deviation, dropout):
        super().__init__()
        self.width = widths[0] // 2
        self.dropout = dropout
        self.user = embedding(users, self.width, deviation)  # [U, e]
        self.item = embedding(items, self.width, deviation)  # [I, e]
        self.layers = nn.ModuleList(
            nn.Linear(inside, out) for inside, out in zip(widths, widths[1:])
        )

    def item_hidden(self):
        """[I, d1]: the item half of the first layer, the same for every user."""
        return self.item.weight @ self.layers[0].weight[:, self.width :].T

    def user_hidden(self, vector):
        """[..., e] to [..., d1]: the user half of the first layer, with its bias."""
        first = self.layers[0]
        return functional.linear(vector, first.weight[:, : self.width], first.bias)

    def forward(self, hidden):
        """[..., d1], the sum of the two halves, to [..., dL]."""
        hidden = torch.relu(hidden)
        for layer in self.layers[1:]:
            hidden = functional.dropout(hidden, self.dropout, self.training)
            hidden = torch.relu(layer(hidden))
        return hidden


class Recommender(nn.Module):
    """kind "gmf", "mlp" or "neumf": one block or both, and one output layer."""

    def __init__(
        self, kind, users, items, factors, layers, item_bias=False, deviation=0.01, dropout=0.0
    ):
        super().__init__()
        self.kind = kind
        self.gmf = self.mlp = None
        if kind in ("gmf", "neumf"):
            self.gmf = Product(users, items, factors, deviation)
        if kind in ("mlp", "neumf"):
            self.mlp = Tower(users, items, layers, deviation, dropout)
        self.factors = factors if self.gmf else 0
        width = self.factors + (layers[-1] if self.mlp else 0)
        self.output = nn.Linear(width, 1)  # the GMF block first
        nn.init.ones_(self.output.weight[:, : self.factors].data)  # GMF starts as a dot product
        self.item_bias = nn.Parameter(torch.zeros(items)) if item_bias else None  # [I]

    def user_vectors(self, rows):
        """[B] to [B, g + e]."""
        blocks = [block.user(rows) for block in (self.gmf, self.mlp) if block]
        return torch.cat(blocks, dim=-1)

    def logits(self, vectors, items):
        """[..., g + e] and item rows [...], broadcast, to [...]."""
        tops = []
        if self.gmf:
            tops.append(vectors[..., : self.factors] * self.gmf.item(items))
        if self.mlp:
            hidden = functional.embedding(items, self.mlp.item_hidden())
            tops.append(self.mlp(hidden + self.mlp.user_hidden(vectors[..., self.factors :])))
        logits = self.output(torch.cat(tops, dim=-1)).squeeze(-1)
        return logits if self.item_bias is None else logits + self.item_bias[items]

    def catalogue_logits(self, vectors):
        """[B, g + e] to [B, I]: every item for every vector."""
        logits = self.output.bias
        if self.gmf:
            weighted = vectors[:, : self.factors] * self.output.weight[0, : self.factors]
            logits = logits + weighted @ self.gmf.item.weight.T
        if self.mlp:
            user_hidden = self.mlp.user_hidden(vectors[:, self.factors :])
            top = self.mlp(user_hidden[:, None, :] + self.mlp.item_hidden())  # [B, I, dL]
            logits = logits + top @ self.output.weight[0, self.factors :]
        return logits if self.item_bias is None else logits + self.item_bias


def fuse(neumf, gmf, mlp, alpha=0.5):
    """Initialises a NeuMF from a trained GMF and MLP: alpha and 1 - alpha of their logits."""
    with torch.no_grad():
        neumf.gmf.load_state_dict(gmf.gmf.state_dict())
        neumf.mlp.load_state_dict(mlp.mlp.state_dict())
        weights = [alpha * gmf.output.weight, (1 - alpha) * mlp.output.weight]
        neumf.output.weight.copy_(torch.cat(weights, dim=1))
        neumf.output.bias.copy_(alpha * gmf.output.bias + (1 - alpha) * mlp.output.bias)
        if neumf.item_bias is not None:
            neumf.item_bias.copy_(alpha * gmf.item_bias + (1 - alpha) * mlp.item_bias)


def average(members):
    """One GMF, whose logit is the mean of the members': their factors stand side by side."""
    first, share = members[0], 1 / len(members)
    users, items = (table.num_embeddings for table in (first.gmf.user, first.gmf.item))
    factors = sum(member.factors for member in members)
    model = Recommender("gmf", users, items, factors, None, first.item_bias is not None)
    with torch.no_grad():
        for table in ("user", "item"):
            tables = [getattr(member.gmf, table).weight for member in members]
            getattr(model.gmf, table).weight.copy_(torch.cat(tables, dim=1))
        model.output.weight.copy_(
            share * torch.cat([member.output.weight for member in members], dim=1)
        )
        model.output.bias.copy_(share * sum(member.output.bias for member in members))
        if model.item_bias is not None:
            model.item_bias.copy_(share * sum(member.item_bias for member in members))
    return model.eval()
