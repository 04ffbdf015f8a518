"""What an autoencoder is trained to give back: summed losses of a batch of rows.

raw: [B, C] what the model answers, before its output function. seen: [B, C], 1 where there is an interaction, else 0.
inputs: [B, C], the clean input: 1 or the scaled rating where seen, else 0.
"""

from autoencoders import ACTIVATIONS
from torch.nn import functional


def corrupt(inputs, share):
    """[B, C] to [B, C]. A share of the columns is masked out and the others are scaled up for it: what the first layer
    gets is the same in expectation, and the whole input needs no scale afterwards."""
    return functional.dropout(inputs, share)


def multinomial(raw, inputs, seen, settings):
    """The log likelihood of what was met, under a softmax over all columns."""
    return -(functional.log_softmax(raw, dim=1) * seen).sum()


def logistic(raw, inputs, seen, settings):
    """Every column a yes or a no."""
    return functional.binary_cross_entropy_with_logits(raw, seen, reduction="sum")


def square(raw, inputs, seen, settings):
    """Every column a 1 or a 0, as numbers."""
    return (ACTIVATIONS[settings["output"]](raw) - seen).square().sum()


def observed(raw, inputs, seen, settings):
    """The ratings that there are, and nothing of the others: AutoRec. With `unseen_weight`, the others weigh a little
    and are taken for `unseen_rating` (Steck, KDD 2010): what a ranking of the whole catalogue needs to know."""
    scores = ACTIVATIONS[settings["output"]](raw)
    loss = ((scores - inputs).square() * seen).sum()
    if settings["unseen_weight"]:
        low = settings["input"]["scale"] * (settings["unseen_rating"] - settings["input"]["shift"])
        loss = loss + settings["unseen_weight"] * ((scores - low).square() * (1 - seen)).sum()
    return loss


LOSSES = {"multinomial": multinomial, "logistic": logistic, "square": square, "observed": observed}
