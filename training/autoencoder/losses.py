"""Reconstruction losses, summed over a batch of rows, and the corruption of the input.

raw: [B, C], scores before the output function. seen: [B, C], 1 for an interaction, else 0.
inputs: [B, C], not corrupted: 1 or the scaled rating of an interaction, else 0.
"""

from torch.nn import functional

from training.autoencoder.models import ACTIVATIONS


def corrupt(inputs, share):
    """Sets a random share of the columns to 0 and scales up the others. [B, C] to [B, C].

    The first layer's expected sums stay the same, so that serving needs no scale.
    """
    return functional.dropout(inputs, share)


def multinomial(raw, inputs, seen, settings):
    """Negative log likelihood of the seen columns under a softmax over all columns."""
    return -(functional.log_softmax(raw, dim=1) * seen).sum()


def logistic(raw, inputs, seen, settings):
    """Log loss of every column as a label of 0 or 1."""
    return functional.binary_cross_entropy_with_logits(raw, seen, reduction="sum")


def square(raw, inputs, seen, settings):
    """Squared error of every column against 0 or 1."""
    return (ACTIVATIONS[settings["output"]](raw) - seen).square().sum()


def observed(raw, inputs, seen, settings):
    """Squared error of the ratings alone: AutoRec.

    With `unseen_weight`, the other columns count with this weight and `unseen_rating` as target
    (Steck, KDD 2010), which ranking the whole catalogue needs.
    """
    scores = ACTIVATIONS[settings["output"]](raw)
    loss = ((scores - inputs).square() * seen).sum()
    if settings["unseen_weight"]:
        low = settings["input"]["scale"] * (settings["unseen_rating"] - settings["input"]["shift"])
        loss = loss + settings["unseen_weight"] * ((scores - low).square() * (1 - seen)).sum()
    return loss


def popular_start(loss, inputs, seen, settings):
    """[C]: the last bias that gives the popular columns, whatever the input. All rows: [R, C]."""
    share = seen.mean(0)
    if loss == "square":
        return share
    if loss == "observed":
        low = settings["input"]["scale"] * (settings["unseen_rating"] - settings["input"]["shift"])
        return (inputs + low * (1 - seen)).mean(0)
    share = share.clamp(1 / len(seen), 1 - 1 / len(seen))
    return share.log() if loss == "multinomial" else share.logit()


LOSSES = {"multinomial": multinomial, "logistic": logistic, "square": square, "observed": observed}
