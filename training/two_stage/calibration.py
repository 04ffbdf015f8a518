"""The scale of a ranker's logits, so that e^logit is the watch time of a shown film.

A ranker learns the order from a few hundred users, and its logits lie too far apart for others: it
would promise a film thousands of stars. A scale and a shift of the logits, fitted to users that it
was not trained on, leave the order as it is (Platt, 1999, with one pair for all).
"""

import torch
from torch.nn import functional

STEPS = 50


def fit(raw, times, counted):
    """(scale, shift) of the least weighted logistic loss of scale * raw + shift.

    All [B, P]; times: 0 of a film only shown. Every shown film counts alike, as the paper has it.
    """
    pair = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    raw, watched = raw.double(), (times > 0).double()
    weight = torch.where(times > 0, times, torch.ones(())) * counted
    optimiser = torch.optim.LBFGS([pair], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        logits = pair[0] * raw + pair[1]
        value = functional.binary_cross_entropy_with_logits(logits, watched, weight)
        value.backward()
        return value

    optimiser.step(loss)
    return tuple(pair.tolist())


def apply(output, scale, shift):
    """Changes the last layer, [1, H], in place."""
    output.weight.data *= scale
    output.bias.data = scale * output.bias.data + shift
