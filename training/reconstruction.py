"""What an autoencoder is trained to give back: summed losses of a batch of rows.

raw: [B, C] what the model answers, before its output function. seen: [B, C], 1 where there is an interaction, else 0.
inputs: [B, C], the clean input: 1 or the scaled rating where seen, else 0. survived: [B, C], true for what was seen and
was left in the corrupted input. With the setting `survivors` 0 a model is asked for what was masked out alone, and
cannot learn to copy (the emphasis of Vincent et al., JMLR 2010, taken to its end).
"""

import torch
from torch.nn import functional

from autoencoders import ACTIVATIONS


def corrupt(inputs, share):
    """(corrupted inputs, what is left in): [B, C] both. A share of the columns is masked out and the others are scaled
    up for it: what the first layer gets is the same in expectation, and the whole input needs no scale afterwards."""
    kept = torch.rand(inputs.shape) >= share
    return inputs * kept / (1 - share), kept


def column_weights(seen, survived, settings):
    """[B, C]: what was not met weighs together `negatives` times what was met; 1 each where `negatives` is 0."""
    weight = torch.where(survived, torch.tensor(settings["survivors"]), torch.ones(()))
    if settings["negatives"]:
        count = seen.sum(dim=1, keepdim=True)
        weight = torch.where(seen > 0, weight, settings["negatives"] * count / (seen.shape[1] - count))
    return weight


def multinomial(raw, inputs, seen, survived, settings):
    """The log likelihood of what was met, under a softmax over all columns; not over survivors who weigh nothing."""
    if not settings["survivors"]:
        raw, seen = raw.masked_fill(survived, -1e9), seen * ~survived
    return -(functional.log_softmax(raw, dim=1) * seen).sum()


def logistic(raw, inputs, seen, survived, settings):
    """Every column a yes or a no."""
    weight = column_weights(seen, survived, settings)
    return functional.binary_cross_entropy_with_logits(raw, seen, weight, reduction="sum")


def square(raw, inputs, seen, survived, settings):
    """Every column a 1 or a 0, as numbers."""
    error = ACTIVATIONS[settings["output"]](raw) - seen
    return (column_weights(seen, survived, settings) * error.square()).sum()


def observed(raw, inputs, seen, survived, settings):
    """The ratings that there are, and nothing of the others: AutoRec. With `unseen_weight`, the others weigh a little
    and are taken for `unseen_rating` (Steck, KDD 2010): what a ranking of the whole catalogue needs to know."""
    scores = ACTIVATIONS[settings["output"]](raw)
    weight = torch.where(survived, torch.tensor(settings["survivors"]), torch.ones(()))
    loss = ((scores - inputs).square() * seen * weight).sum()
    if settings["unseen_weight"]:
        low = settings["input"]["scale"] * (settings["unseen_rating"] - settings["input"]["shift"])
        loss = loss + settings["unseen_weight"] * ((scores - low).square() * (1 - seen)).sum()
    return loss


LOSSES = {"multinomial": multinomial, "logistic": logistic, "square": square, "observed": observed}
