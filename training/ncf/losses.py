"""Losses of an epoch: sampled negatives, as in the paper, or the whole catalogue.

They are generators of (summed log loss of a batch, the batch's share of the epoch). Each loss is
computed when it is requested, with the weights of that moment. I items, U users, N interactions.
"""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as log_loss


def seen_matrix(interactions):
    """[U, I] booleans: user and item have an interaction."""
    seen = np.zeros((interactions.users, interactions.items), dtype=bool)
    seen[interactions.user, interactions.item] = True
    return seen


def sample_negatives(interactions, count, generator):
    """[N * count] rows of unseen items: `count` for each interaction, in their order."""
    seen = seen_matrix(interactions)
    user = np.repeat(interactions.user, count)
    item = generator.integers(interactions.items, size=len(user))
    again = np.flatnonzero(seen[user, item])
    while len(again):  # only samples that hit a seen item are repeated
        item[again] = generator.integers(interactions.items, size=len(again))
        again = again[seen[user[again], item[again]]]
    return item


def sampled_losses(model, interactions, negatives, batch, generator):
    """Batches of `batch` pairs: each interaction once, with new negatives."""
    item = np.concatenate([interactions.item, sample_negatives(interactions, negatives, generator)])
    user = np.concatenate([interactions.user, np.repeat(interactions.user, negatives)])
    label = (np.arange(len(item)) < len(interactions.item)).astype(np.float32)
    for chosen in np.split(generator.permutation(len(item)), range(batch, len(item), batch)):
        vectors = model.user_vectors(torch.from_numpy(user[chosen]))
        logits = model.logits(vectors, torch.from_numpy(item[chosen]))
        loss = log_loss(logits, torch.from_numpy(label[chosen]), reduction="sum")
        yield loss, len(chosen) / len(item)


def grouped_losses(model, interactions, negatives, batch, generator):
    """Batches of about `batch` pairs: interactions, each with its new negatives.

    The user's half of the first layer is computed once for the pairs of an interaction, which
    takes two thirds of the time of `sampled_losses` with a tower of 128-64.
    """
    count, size = len(interactions.user), max(1, batch // (1 + negatives))
    drawn = sample_negatives(interactions, negatives, generator).reshape(count, negatives)
    items = np.concatenate([interactions.item[:, None], drawn], axis=1)
    for chosen in np.split(generator.permutation(count), range(size, count, size)):
        vectors = model.user_vectors(torch.from_numpy(interactions.user[chosen]))
        logits = model.logits(vectors[:, None], torch.from_numpy(items[chosen]))
        label = torch.zeros_like(logits)
        label[:, 0] = 1
        yield log_loss(logits, label, reduction="sum"), len(chosen) / count


def catalogue_losses(model, interactions, negatives, batch, generator):
    """Batches of `batch` users with all items.

    The unseen items of a user weigh `negatives` times as much as the seen ones. The fold-in
    minimises the same loss, so that new users are fitted as the training users were.
    """
    users, items = interactions.users, interactions.items
    seen_by_user = torch.from_numpy(seen_matrix(interactions)).float()
    for chosen in np.split(generator.permutation(users), range(batch, users, batch)):
        rows = torch.from_numpy(chosen)
        seen = seen_by_user[rows]  # [B, I]
        count = seen.sum(dim=1, keepdim=True)
        weight = torch.where(seen > 0, torch.ones(()), negatives * count / (items - count))
        logits = model.catalogue_logits(model.user_vectors(rows))
        yield log_loss(logits, seen, weight, reduction="sum"), len(chosen) / users


def product_penalty(model, interactions, negatives):
    """Half the squared vectors of the GMF block, summed over the pairs of an epoch.

    The tower has none: the few epochs of its training keep it from fitting too closely.
    """
    of_user = np.bincount(interactions.user, minlength=interactions.users) * (1 + negatives)
    drawn = negatives * len(interactions.user) / interactions.items  # of an item, on the average
    of_item = np.bincount(interactions.item, minlength=interactions.items) + drawn
    of_user, of_item = (torch.from_numpy(pairs).float() for pairs in (of_user, of_item))

    def penalty():
        if not model.gmf:
            return 0
        users, items = (table.weight.square().sum(1) for table in (model.gmf.user, model.gmf.item))
        return (of_user @ users + of_item @ items) / 2

    return penalty


def weight_penalty(model, interactions, negatives):
    """Half the squared embeddings and tower weights."""
    weights = [value for name, value in model.named_parameters() if name.endswith("weight")]
    return lambda: sum(weight.square().sum() for weight in weights) / 2


LOSSES = {
    "sampled": (sampled_losses, weight_penalty),
    "grouped": (grouped_losses, product_penalty),
    "catalogue": (catalogue_losses, weight_penalty),
}
