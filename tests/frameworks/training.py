"""Made-up people and items with some structure, and the few steps that make weights more than their initial values."""

import numpy as np
import records
import torch

# None of these is a width of a layer in these tests: an axis of USERS is an axis of people.
USERS, ITEMS, TASTES = 41, 67, 3
SEED, STEPS, RATE = 11, 60, 0.02


def ratings_of_everybody():
    """[USERS, ITEMS], 1 to 5, 0 where nothing was rated."""
    generator = np.random.default_rng(SEED)
    taste = generator.normal(size=(USERS, TASTES)) @ generator.normal(size=(TASTES, ITEMS))
    ratings = np.clip(np.rint(3.2 + taste / 1.5), 1, 5)
    return torch.from_numpy((ratings * (generator.random((USERS, ITEMS)) < 0.3)).astype(np.float32))


def fit(module, loss_of):
    """Trains and gives the module in eval mode. loss_of(module) is a scalar."""
    optimiser = torch.optim.Adam(module.parameters(), lr=RATE)
    module.train()
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss_of(module).backward()
        optimiser.step()
    return module.eval()


def pairs():
    """Every user with every item: two [USERS * ITEMS]."""
    return torch.arange(USERS).repeat_interleave(ITEMS), torch.arange(ITEMS).repeat(USERS)


def fit_pairs(module, *, explicit=False):
    """A module of (user, item): the log loss of who has what, or the squared error of the ratings that there are."""
    user, item = pairs()
    ratings = ratings_of_everybody().view(-1)
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
def people_of_pairs(module, output=torch.sigmoid):
    """What the module says of some of the users that it was trained with."""
    generator = np.random.default_rng(SEED)
    for user in (0, 5, 23, USERS - 1):
        raw = module(torch.full((ITEMS,), user), torch.arange(ITEMS)).view(-1)
        yield records.person(raw, output(raw), user=user, generator=generator)


@torch.no_grad()
def people_of_histories(forward, output, *, explicit=False, stored=False):
    """What `forward` says of some histories: of users that were trained, where what it reads beside them is theirs."""
    generator = np.random.default_rng(SEED)
    ratings = ratings_of_everybody()
    for user in (0, 5, 23, USERS - 1):
        row = ratings[user]
        raw = forward(row[None] if explicit else (row[None] > 0).float(), user)[0]
        history = torch.nonzero(row).view(-1)
        yield records.person(raw, output(raw) if output else None, user=user if stored else None, history=history,
                             ratings=row[history] if explicit else None, generator=generator)  # fmt: skip
