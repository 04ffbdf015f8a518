"""Synthetic ratings of low rank, and short training, so that weights differ from initial values."""

import numpy as np
import records
import torch

# No layer in these tests has one of these widths: an axis of length USERS is the users' axis.
USERS, ITEMS, TASTES = 41, 67, 3
SEED, STEPS, RATE = 11, 60, 0.02


def rating_matrix():
    """[USERS, ITEMS], 1 to 5, 0 for no rating."""
    generator = np.random.default_rng(SEED)
    taste = generator.normal(size=(USERS, TASTES)) @ generator.normal(size=(TASTES, ITEMS))
    ratings = np.clip(np.rint(3.2 + taste / 1.5), 1, 5)
    return torch.from_numpy((ratings * (generator.random((USERS, ITEMS)) < 0.3)).astype(np.float32))


def fit(module, loss_of):
    """Trains a module; returns it in eval mode. loss_of(module) is a scalar."""
    optimiser = torch.optim.Adam(module.parameters(), lr=RATE)
    module.train()
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss_of(module).backward()
        optimiser.step()
    return module.eval()


def pairs():
    """All pairs of user and item: two [USERS * ITEMS]."""
    return torch.arange(USERS).repeat_interleave(ITEMS), torch.arange(ITEMS).repeat(USERS)


def fit_pairs(module, *, explicit=False):
    """Fits a module of (user, item): log loss of interactions, or squared error of ratings."""
    user, item = pairs()
    ratings = rating_matrix().view(-1)
    if explicit:
        user, item, ratings = user[ratings > 0], item[ratings > 0], ratings[ratings > 0]
        return fit(module, lambda module: torch.nn.functional.mse_loss(module(user, item), ratings))
    labels = (ratings > 0).float()
    return fit(
        module,
        lambda module: torch.nn.functional.binary_cross_entropy_with_logits(
            module(user, item), labels
        ),
    )


@torch.no_grad()
def users_of_pairs(module, output=torch.sigmoid):
    """Records of some trained users."""
    generator = np.random.default_rng(SEED)
    for user in (0, 5, 23, USERS - 1):
        raw = module(torch.full((ITEMS,), user), torch.arange(ITEMS)).view(-1)
        yield records.user_record(raw, output(raw), user=user, generator=generator)


@torch.no_grad()
def users_of_histories(forward, output, *, explicit=False, stored=False):
    """Records of some histories. stored: `forward` also reads the trained user's own weights."""
    generator = np.random.default_rng(SEED)
    ratings = rating_matrix()
    for user in (0, 5, 23, USERS - 1):
        row = ratings[user]
        raw = forward(row[None] if explicit else (row[None] > 0).float(), user)[0]
        history = torch.nonzero(row).view(-1)
        yield records.user_record(
            raw,
            output(raw) if output else None,
            user=user if stored else None,
            history=history,
            ratings=row[history] if explicit else None,
            generator=generator,
        )
