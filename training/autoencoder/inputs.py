"""The inputs of a batch: corrupted histories, and short ones in place of some of them.

A model that only saw whole histories takes one film for a hundred that are missing. B rows, C
columns.
"""

import numpy as np
import torch

from training.autoencoder.losses import corrupt


def short_histories(liked, share, generator):
    """(kept columns [B, C], rows with a short history [B]), bools. liked: [B, C] bool.

    A short history is a random part of the liked columns. The logarithm of its length is uniform:
    one column is as frequent as two or three, or as four to seven.
    """
    short = (generator.random(len(liked)) < share) & liked.any(axis=1)
    kept = np.zeros_like(liked)
    for row in np.flatnonzero(short):
        columns = np.flatnonzero(liked[row])
        length = int(np.exp(generator.uniform(0, np.log(len(columns) + 1))))
        kept[row, generator.permutation(columns)[:length]] = True
    return torch.from_numpy(kept), torch.from_numpy(short)


def training_inputs(matrix, batch, settings, generator):
    """(inputs [B, C], rows that have their own node [B]). batch: [B] rows of the matrix.

    CDAE: the node is corrupted like an input. A row with a short history has the mean node, as a
    new user has; its own would know the rest of the history.
    """
    inputs = matrix.inputs[batch]
    corrupted = corrupt(inputs, settings["corruption"])
    if not settings["short"]:
        return corrupted, torch.ones(len(batch), dtype=torch.bool)
    kept, short = short_histories(matrix.liked[batch].numpy(), settings["short"], generator)
    stays = torch.from_numpy(generator.random(len(batch)) >= settings["corruption"])
    return torch.where(short[:, None], inputs * kept, corrupted), stays & ~short
