"""The films' first embeddings: how well a film suits a mean of watched films, a bilinear model.

A tower over sums of embeddings learns from random ones too slowly that a user and a film suit each
other: there are few users. It starts from this model, which is trained on all films.
I items, e the width, B histories.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

EVENNESS = 0.25  # 0: a watched film counts as much in every history; 1: a history does


def decomposed(watched, width):
    """[I, e]: singular vectors of the users' films, popular films and long histories damped.

    watched: [users, I], 1 for a film that a user met. The mean square of a row is 1/4.
    """
    damped = watched / np.maximum(watched.sum(axis=0), 1) ** 0.25
    damped /= np.sqrt(np.maximum(damped.sum(axis=1, keepdims=True), 1))
    _, values, vectors = np.linalg.svd(damped, full_matrices=False)
    rows = vectors[:width].T * np.sqrt(values[:width] / values[0])
    return rows / (2 * np.sqrt(np.square(rows).sum(axis=1).mean()))


class Tastes(nn.Module):
    """logit = a n / (n + l) (A mean_j f_j) . (B f_i) + b_i + c + d log n, of n watched films j.

    The fewer films are known, the less they count beside the film's bias.
    """

    def __init__(self, watched, width):
        super().__init__()
        count = watched.sum(axis=0)
        bias = np.log(count + 1) - np.log(len(watched) + 2)
        self.film = nn.Parameter(torch.from_numpy(decomposed(watched, width)).float())
        self.bias = nn.Parameter(torch.from_numpy(bias).float())
        self.of_user, self.of_film = (nn.Parameter(torch.eye(width)) for _ in range(2))
        self.strength = nn.Parameter(torch.tensor([0.0, 1.0]))  # log a, log l
        self.level = nn.Parameter(torch.zeros(2))  # c, d

    def forward(self, given):
        """Logits [B, I]. given: [B, I], 1 for a watched film."""
        count = given.sum(dim=1, keepdim=True).clamp(min=1)
        factor, films = self.strength.exp()
        mean = given @ self.film / (count + films) * factor
        level = self.level[0] + self.level[1] * count.log()
        return mean @ self.of_user @ (self.film @ self.of_film).T + self.bias + level

    def penalty(self):
        return self.film.square().sum() / 2


def weighted_loss(raw, watch_times, counted):
    """Weighted logistic loss, all [B, P]: a watched film weighs its watch time, others 1.

    counted: which films count. Of a history of many watched films each counts somewhat less, or
    users who watched everything would decide.
    """
    watched = watch_times > 0
    weight = torch.where(watched, watch_times, torch.ones(())) * counted
    losses = functional.binary_cross_entropy_with_logits(
        raw, watched.to(raw.dtype), weight, reduction="none"
    )
    found = (watched & counted).sum(dim=1).clamp(min=1)
    return (losses.sum(dim=1) / found**EVENNESS).sum()
