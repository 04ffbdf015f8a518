"""Fits the vector of a new user to a history, as docs/format.md defines it ("A new user").

L(p) = sum over H of loss(1, s_i)  +  w * sum over the other items of loss(0, s_i)  +  prior/2 |z|^2
p = mean + C z,  C C' = covariance,  w = negatives * |H| / (n - |H|)

The item side is frozen. I items, g factors, e the width of the MLP vector.
"""

import numpy as np
import torch
from torch.nn.functional import softplus


def fold_in(model, history, generator):
    """The vector [g + e]. model: StoredModel. history: item rows."""
    mean, root = model.mean(), torch.linalg.cholesky(model.covariance())
    if len(history) == 0:
        return mean
    if model.item_hidden is None:
        return mean + root @ newton(model, mean, root, history)
    return mean + root @ adam(model, mean, root, history, generator)


def newton(model, mean, root, history, max_steps=30):
    """GMF: L is convex in z. Newton's method over the whole catalogue, with backtracking."""
    negatives, prior = (model.description["fold_in"][name] for name in ("negatives", "prior"))
    features = (model.gmf_item * model.output) @ root  # [I, g]: a logit is features @ z + offset
    offset = model.logits(mean)  # [I]
    label = torch.zeros(model.items, dtype=torch.float64)
    label[history] = 1
    unseen_weight = negatives * len(history) / (model.items - len(history))
    weight = torch.full_like(label, unseen_weight)
    weight[history] = 1

    def objective(z):
        logits = features @ z + offset
        return (weight * (softplus(logits) - label * logits)).sum() + prior / 2 * z @ z

    z = torch.zeros(len(mean), dtype=torch.float64)
    value = objective(z)
    for _ in range(max_steps):
        probability = torch.sigmoid(features @ z + offset)
        gradient = features.T @ (weight * (probability - label)) + prior * z
        curvature = weight * probability * (1 - probability)  # [I]
        hessian = features.T @ (curvature[:, None] * features) + prior * torch.eye(len(z))
        step = torch.linalg.solve(hessian, gradient)
        expected, length = gradient @ step, 1.0
        if expected < 1e-9 * value:
            return z
        while objective(z - length * step) > value - 1e-4 * length * expected and length > 1e-6:
            length /= 2
        z = z - length * step
        value = objective(z)
    return z


def adam(model, mean, root, history, generator):
    """A tower: Adam on z from 0. Each step takes the whole history and new negatives."""
    settings = model.description["fold_in"]
    rate, steps = settings["learning_rate"], settings["steps"]
    history = torch.as_tensor(history)
    others = np.setdiff1d(np.arange(model.items), history)
    z = torch.zeros(len(mean), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([z], lr=rate)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (1 - step / steps)
        negatives = generator.choice(others, size=settings["negatives"] * len(history))
        rows = torch.cat([history, torch.from_numpy(negatives)])
        logits = model.logits(mean + root @ z, rows)
        seen, unseen = logits[: len(history)], logits[len(history) :]
        loss = softplus(-seen).sum() + softplus(unseen).sum() + settings["prior"] / 2 * z @ z
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return z.detach()
