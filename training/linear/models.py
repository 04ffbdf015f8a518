"""iALS and BPR: vectors of users and items. U users, I items, d width, N interactions."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from training.common.optimiser import run_epochs


def solve_side(histories, others, settings):
    """[n, d]: the vector of each history that minimises the loss of iALS, given the other side.

    sum over the history of (p . q - 1)^2 + unobserved * sum over all of (p . q)^2
        + regularization * (size + unobserved * all)^exponent * |p|^2
    """
    unobserved, count = settings["unobserved"], len(others)
    gram = unobserved * others.T @ others
    solved = np.zeros((len(histories), others.shape[1]))
    for row, history in enumerate(histories):
        seen = others[history]
        size = (len(history) + unobserved * count) ** settings["exponent"]
        system = gram + seen.T @ seen
        system[np.diag_indices_from(system)] += settings["regularization"] * size
        solved[row] = np.linalg.solve(system, seen.sum(axis=0))
    return solved


def train_ials(interactions, settings, seed):
    """(user vectors [U, d], item vectors [I, d]) in float64."""
    generator = np.random.default_rng(seed)
    shape = interactions.items, settings["width"]
    items = generator.normal(0, settings["deviation"] / np.sqrt(settings["width"]), shape)
    by_user = interactions.histories()
    by_item = by_column(interactions)
    for _ in tqdm(range(settings["epochs"]), desc="iALS", unit="epoch"):
        users = solve_side(by_user, items, settings)
        items = solve_side(by_item, users, settings)
    return solve_side(by_user, items, settings), items


def by_column(interactions):
    """One array of user rows per item."""
    order = np.argsort(interactions.item, kind="stable")
    ends = np.cumsum(np.bincount(interactions.item, minlength=interactions.items))
    return np.split(interactions.user[order], ends[:-1])


class Factors(nn.Module):
    """BPR (Rendle et al., UAI 2009): the difference of two items' scores is a logit."""

    def __init__(self, users, items, width):
        super().__init__()
        self.user, self.item = nn.Embedding(users, width), nn.Embedding(items, width)
        self.bias = nn.Embedding(items, 1)
        nn.init.normal_(self.user.weight, std=0.1)
        nn.init.normal_(self.item.weight, std=0.1)
        nn.init.zeros_(self.bias.weight)

    def forward(self, user, item, other):
        """(logits [B] of item before other, squared vectors of each example [B])"""
        vector, first, second = self.user(user), self.item(item), self.item(other)
        bias = (self.bias(item) - self.bias(other)).squeeze(1)
        squares = [part.square().sum(1) for part in (vector, first, second)]
        return (vector * (first - second)).sum(1) + bias, sum(squares)


def unseen_items(users, seen, items, generator):
    """[N]: for each user an item without interaction. seen: sorted user * items + item."""
    drawn = generator.integers(items, size=len(users))
    while True:
        keys = users * items + drawn
        place = np.minimum(np.searchsorted(seen, keys), len(seen) - 1)
        again = np.flatnonzero(seen[place] == keys)
        if not len(again):
            return drawn
        drawn[again] = generator.integers(items, size=len(again))


def train_bpr(interactions, settings, seed):
    """Trained `Factors`."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    model = Factors(interactions.users, interactions.items, settings["width"])
    user, item, items = interactions.user, interactions.item, interactions.items
    seen = np.sort(user * items + item)

    def epoch():
        others = unseen_items(user, seen, items, generator)
        order = generator.permutation(len(user))
        for chosen in np.split(order, range(settings["batch"], len(order), settings["batch"])):
            batch = [torch.from_numpy(rows[chosen]) for rows in (user, item, others)]
            logits, squares = model(*batch)
            loss = -functional.logsigmoid(logits)
            yield loss.sum(), (loss + settings["l2"] / 2 * squares).mean()

    return run_epochs(model, "BPR", settings, len(user), epoch)
