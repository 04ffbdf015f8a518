"""The two models of Covington et al., Deep Neural Networks for YouTube Recommendations (RecSys 2016), as PyTorch modules.

I items, e the width of an embedding, B the batch, m how many values a list has at most, dL the top of the tower. Lists
are rows [B, m], filled up with PADDING; UNKNOWN counts in the mean and is zero, as docs/format.md has it.
"""

import torch
from torch import nn
from torch.nn import functional

PADDING, UNKNOWN = -1, -2


class Table(nn.Embedding):
    """[V, e], shared by whoever looks something up in it."""

    def __init__(self, rows, width, deviation=0.1):
        super().__init__(rows, width)
        nn.init.normal_(self.weight, std=deviation)

    def one(self, rows):
        """[B] to [B, e]"""
        return self(rows.clamp(min=0)) * (rows >= 0).unsqueeze(-1)

    def mean(self, rows, dropout=0.0):
        """[B, m] to [B, e]. In training a share of the values is left out; of none at all the mean is zero."""
        counted = rows != PADDING
        if self.training and dropout:
            counted = counted & (torch.rand(rows.shape) >= dropout)
        embedded = self(rows.clamp(min=0)) * (counted & (rows >= 0)).unsqueeze(-1)
        return embedded.sum(dim=1) / counted.sum(dim=1, keepdim=True).clamp(min=1)


def tower(widths, batch_norm=False, dropout=0.0, last_relu=True):
    """A Sequential of relu layers from each width to the next. Norms stand between a layer and its relu."""
    modules = []
    for place, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        modules += [nn.Dropout(dropout)] if dropout and place else []
        modules += [nn.Linear(inputs, outputs), *([nn.BatchNorm1d(outputs)] if batch_norm else [])]
        modules += [nn.ReLU()] if last_relu or place < len(widths) - 2 else []
    return nn.Sequential(*modules)


class CandidateModel(nn.Module):
    """A softmax over the whole catalogue, of the person's vector with every item's. 3,650 films are few enough to need no
    sampled softmax. words: how many search words have a row. layers: [] is the paper's depth 0, one layer without relu."""

    def __init__(
        self,
        items,
        words,
        features,
        width,
        search_width,
        layers,
        top,
        *,
        dropout,
        watch_dropout,
        batch_norm,
        normalize,
    ):
        super().__init__()
        self.features, self.normalize, self.watch_dropout = features, normalize, watch_dropout
        self.watched = Table(items, width)
        self.searched = Table(words, search_width) if "searched" in features else None
        widths = {"watched": width, "recent": width, "searched": search_width, "age": 2, "count": 3}
        self.tower = tower(
            [sum(widths[name] for name in features), *layers, top],
            batch_norm,
            dropout,
            last_relu=bool(layers),
        )
        self.item = Table(items, top)
        self.bias = nn.Parameter(torch.zeros(items))  # becomes one more column of the item's vector
        self.temperature = nn.Parameter(torch.tensor(10.0)) if normalize == "l2" else None

    def inputs(self, batch):
        """[B, columns]"""
        columns = []
        for name in self.features:
            if name in ("watched", "recent"):
                columns.append(
                    self.watched.mean(batch[name], self.watch_dropout if name == "watched" else 0.0)
                )
            elif name == "searched":
                columns.append(self.searched.mean(batch[name]))
            else:
                columns.append(batch[name].to(self.item.weight.dtype))
        return torch.cat(columns, dim=1)

    def forward(self, batch):
        """Logits [B, I]."""
        users, items = self.tower(self.inputs(batch)), self.item.weight
        if self.normalize == "l2":
            return (
                self.temperature
                * functional.normalize(users, dim=1)
                @ functional.normalize(items, dim=1).T
            )
        return users @ items.T + self.bias

    def penalty(self):
        """Half the squared weights; biases and norms are free."""
        return sum(weight.square().sum() for weight in self.parameters() if weight.dim() == 2) / 2


class RankingModel(nn.Module):
    """Weighted logistic regression on a tower: a person and a film in, one logit out. films: what RankingFeatures says of
    every film. layers: [] is logistic regression alone. powers: how many inputs a continuous feature has."""

    def __init__(
        self,
        items,
        words,
        genres,
        films,
        powers,
        width,
        search_width,
        genre_width,
        layers,
        *,
        dropout,
        watch_dropout,
        batch_norm,
    ):
        super().__init__()
        self.films, self.watch_dropout = films, watch_dropout
        self.film, self.searched, self.genres = (
            Table(items, width),
            Table(words, search_width),
            Table(genres, genre_width),
        )
        columns = 3 * width + search_width + genre_width + 2 * powers + films["numbers"].shape[1]
        self.tower = tower([columns, *layers], batch_norm, dropout)
        self.output = nn.Linear(layers[-1] if layers else columns, 1)

    def user_columns(self, batch):
        """[B, user]"""
        watched = self.film.mean(batch["watched"], self.watch_dropout)
        told = [batch[name].to(watched.dtype) for name in ("count", "mean_rating")]
        return torch.cat(
            [watched, self.film.mean(batch["last"]), self.searched.mean(batch["searched"]), *told],
            dim=1,
        )

    def item_columns(self, rows):
        """[R, item] of R rows."""
        genres = self.genres.mean(self.films["genres"][rows])
        return torch.cat(
            [self.film(rows), genres, self.films["numbers"][rows].to(genres.dtype)], dim=1
        )

    def forward(self, batch, rows):
        """Logits [B, P] of the films [B, P] that a page has."""
        people = self.user_columns(batch).unsqueeze(1).expand(-1, rows.shape[1], -1).flatten(0, 1)
        columns = torch.cat([people, self.item_columns(rows.flatten())], dim=1)
        return self.output(self.tower(columns)).view(rows.shape)

    def penalty(self):
        """Half the squared weights; biases and norms are free."""
        return sum(weight.square().sum() for weight in self.parameters() if weight.dim() == 2) / 2
