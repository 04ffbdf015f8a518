"""Both models of Covington et al., Deep Neural Networks for YouTube Recommendations (RecSys 2016).

I items, e the width of an embedding, B batch, m the length of a list, dL the top of the tower.
Lists are rows [B, m], filled with PADDING; UNKNOWN counts in a mean as zero (docs/format.md).
"""

import torch
from torch import nn
from torch.nn import functional

PADDING, UNKNOWN = -1, -2


class Table(nn.Embedding):
    """[V, e], an embedding table that several features may share."""

    def __init__(self, rows, width, deviation=0.1):
        super().__init__(rows, width)
        nn.init.normal_(self.weight, std=deviation)

    def mean(self, rows, dropout=0.0):
        """[B, m] to [B, e]; zero for an empty list. Training drops a share of the values."""
        counted = rows != PADDING
        if self.training and dropout:
            counted = counted & (torch.rand(rows.shape) >= dropout)
        embedded = self(rows.clamp(min=0)) * (counted & (rows >= 0)).unsqueeze(-1)
        return embedded.sum(dim=1) / counted.sum(dim=1, keepdim=True).clamp(min=1)


ACTIVATIONS = {"relu": nn.ReLU, "swish": nn.SiLU}  # by the name in a file


def tower(widths, batch_norm=False, dropout=0.0, last_relu=True, activation=nn.ReLU):
    """A Sequential of relu layers. Batch normalisation is between a layer and its relu."""
    modules = []
    for depth, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        modules += [nn.Dropout(dropout)] if dropout and depth else []
        modules += [nn.Linear(inputs, outputs), *([nn.BatchNorm1d(outputs)] if batch_norm else [])]
        modules += [activation()] if last_relu or depth < len(widths) - 2 else []
    return nn.Sequential(*modules)


def squared_weights(model):
    """Half the squared weights, without biases and normalisations."""
    return sum(weight.square().sum() for weight in model.parameters() if weight.dim() == 2) / 2


class CandidateModel(nn.Module):
    """User vector times item vectors, under a softmax over the whole catalogue.

    3,650 films need no sampled softmax. words: rows of the search table. layers: [] is the paper's
    depth 0, one layer without relu. top: the width of the vectors.
    """

    def __init__(
        self, items, words, features, width, search_width, layers, top,
        *, dropout, watch_dropout, batch_norm, normalize,
    ):  # fmt: skip
        super().__init__()
        self.features, self.normalize, self.watch_dropout = features, normalize, watch_dropout
        self.watched = Table(items, width)
        self.searched = Table(words, search_width) if "searched" in features else None
        widths = {"watched": width, "recent": width, "searched": search_width, "age": 2, "count": 3}
        columns = sum(widths[name] for name in features)
        self.tower = tower([columns, *layers, top], batch_norm, dropout, last_relu=bool(layers))
        self.item = Table(items, top)
        self.bias = nn.Parameter(torch.zeros(items))  # stored as one more column of the items
        self.temperature = nn.Parameter(torch.tensor(10.0)) if normalize == "l2" else None

    def column(self, name, values):
        if name == "watched":
            return self.watched.mean(values, self.watch_dropout)
        if name == "recent":
            return self.watched.mean(values)
        if name == "searched":
            return self.searched.mean(values)
        return values.to(self.item.weight.dtype)

    def forward(self, batch):
        """Logits [B, I]. batch: {feature: [B, ...]}."""
        columns = [self.column(name, batch[name]) for name in self.features]
        users, items = self.tower(torch.cat(columns, dim=1)), self.item.weight
        if self.normalize == "l2":
            users, items = functional.normalize(users, dim=1), functional.normalize(items, dim=1)
            return self.temperature * users @ items.T
        return users @ items.T + self.bias

    def penalty(self):
        return squared_weights(self)


class RankingModel(nn.Module):
    """Weighted logistic regression on a tower: one logit for a user and a film.

    films: {feature: [I, ...]} of RankingFeatures. activation: of ACTIVATIONS.
    powers: inputs of a continuous feature.
    """

    def __init__(
        self, items, genres, films, powers, width, genre_width, layers, *, activation, dropout
    ):
        super().__init__()
        self.films, self.searched = films, None
        self.film, self.genres = Table(items, width), Table(genres, genre_width)
        columns = 2 * width + genre_width + 2 * powers + films["numbers"].shape[1]
        self.user_width = width + 2 * powers
        self.tower = tower([columns, *layers], dropout=dropout, activation=ACTIVATIONS[activation])
        self.output = nn.Linear(layers[-1], 1)

    def user_columns(self, batch):
        """[B, user]"""
        watched = self.film.mean(batch["watched"])
        numbers = [batch[name].to(watched.dtype) for name in ("count", "mean_rating")]
        return torch.cat([watched, *numbers], dim=1)

    def item_columns(self):
        """[I, item]"""
        genres = self.genres.mean(self.films["genres"])
        numbers = self.films["numbers"].to(genres.dtype)
        return torch.cat([self.film.weight, genres, numbers], dim=1)

    def forward(self, batch, rows):
        """Logits [B, P] of P films per user. rows: [B, P].

        The first layer of users and of films is computed apart: it is linear.
        """
        first, *others = self.tower
        of_user, of_item = first.weight.split(
            [self.user_width, first.in_features - self.user_width], dim=1
        )
        users = functional.linear(self.user_columns(batch), of_user, first.bias)
        items = self.item_columns() @ of_item.T
        hidden = users.unsqueeze(1) + functional.embedding(rows, items)
        for module in others:
            hidden = module(hidden)
        return self.output(hidden).squeeze(2)

    def penalty(self):
        return self.film.weight.square().sum() / 2
