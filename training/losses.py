"""Two ways to go through the interactions once: sampled negatives, as in the paper, or the whole catalogue.

Both yield (summed log loss of a batch, its share of the epoch), computed when asked for, with the weights of that moment.
"""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as log_loss


def seen_matrix(interactions):
    """[U, I], true where a user met an item."""
    seen = np.zeros((interactions.users, interactions.items), dtype=bool)
    seen[interactions.user, interactions.item] = True
    return seen


def sample_negatives(interactions, count, generator):
    """`count` unseen items for each interaction: item rows [N * count], in the order of the interactions."""
    seen = seen_matrix(interactions)
    user = np.repeat(interactions.user, count)
    item = generator.integers(interactions.items, size=len(user))
    again = np.flatnonzero(seen[user, item])
    while len(again):  # only the draws that hit something seen are drawn again
        item[again] = generator.integers(interactions.items, size=len(again))
        again = again[seen[user[again], item[again]]]
    return item


def sampled_losses(model, interactions, negatives, batch, generator):
    """Batches of `batch` pairs, each interaction among them once, with fresh negatives."""
    item = np.concatenate([interactions.item, sample_negatives(interactions, negatives, generator)])
    user = np.concatenate([interactions.user, np.repeat(interactions.user, negatives)])
    label = (np.arange(len(item)) < len(interactions.item)).astype(np.float32)
    for chosen in np.split(generator.permutation(len(item)), range(batch, len(item), batch)):
        vectors = model.user_vectors(torch.from_numpy(user[chosen]))
        logits = model.logits(vectors, torch.from_numpy(item[chosen]))
        yield (
            log_loss(logits, torch.from_numpy(label[chosen]), reduction="sum"),
            len(chosen) / len(item),
        )


def catalogue_losses(model, interactions, negatives, batch, generator):
    """Batches of `batch` users against all items, a user's unseen items weighing `negatives` times what the seen do.

    It is what a new person's fold-in minimises, so that new people are fitted as the training users were."""
    seen_by_user = torch.from_numpy(seen_matrix(interactions)).float()
    for users in np.split(
        generator.permutation(interactions.users), range(batch, interactions.users, batch)
    ):
        rows = torch.from_numpy(users)
        seen = seen_by_user[rows]  # [B, I]
        count = seen.sum(dim=1, keepdim=True)
        weight = torch.where(
            seen > 0, torch.ones(()), negatives * count / (interactions.items - count)
        )
        logits = model.catalogue_logits(model.user_vectors(rows))
        yield log_loss(logits, seen, weight, reduction="sum"), len(users) / interactions.users


LOSSES = {"sampled": sampled_losses, "catalogue": catalogue_losses}
