"""A new person's vector from their history, as docs/format.md defines it. The item side stays as it is.

L(p) = sum over H of loss(1, s_i)  +  w * sum over the other items of loss(0, s_i)  +  prior/2 * |z|^2
p = mean + C z,  C C' = covariance,  w = negatives * |H| / (n - |H|)
"""

import numpy as np
import torch
from torch.nn.functional import softplus


def fold_in(model, history, generator):
    """model: StoredModel, history: item rows. The vector [g + e]."""
    mean, root = model.mean(), torch.linalg.cholesky(model.covariance())
    if len(history) == 0:
        return mean
    if model.item_hidden is None:
        return mean + root @ newton(model, mean, root, history)
    return mean + root @ adam(model, mean, root, history, generator)


def newton(model, mean, root, history, most_steps=30):
    """GMF: the logit is linear in the vector, so L is convex. Newton over the whole catalogue, with backtracking."""
    settings = model.description["fold_in"]
    features = (model.gmf_item * model.output) @ root  # [I, g]: a logit is features @ z + offset
    offset = model.logits(mean)  # [I]
    label = torch.zeros(model.items, dtype=torch.float64)
    label[history] = 1
    weight = torch.full_like(
        label, settings["negatives"] * len(history) / (model.items - len(history))
    )
    weight[history] = 1

    def objective(z):
        logits = features @ z + offset
        return (weight * (softplus(logits) - label * logits)).sum() + settings["prior"] / 2 * z @ z

    z = torch.zeros(len(mean), dtype=torch.float64)
    value = objective(z)
    for _ in range(most_steps):
        probability = torch.sigmoid(features @ z + offset)
        gradient = features.T @ (weight * (probability - label)) + settings["prior"] * z
        curvature = weight * probability * (1 - probability)  # [I]
        hessian = features.T @ (curvature[:, None] * features) + settings["prior"] * torch.eye(
            len(z)
        )
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
    """A tower: Adam on z from 0, each step with the whole history and fresh draws from the other items."""
    settings = model.description["fold_in"]
    history = torch.as_tensor(history)
    others = np.setdiff1d(np.arange(model.items), history)
    z = torch.zeros(len(mean), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([z], lr=settings["learning_rate"])
    for step in range(settings["steps"]):
        optimiser.param_groups[0]["lr"] = settings["learning_rate"] * (1 - step / settings["steps"])
        drawn = torch.from_numpy(
            generator.choice(others, size=settings["negatives"] * len(history))
        )
        logits = model.logits(mean + root @ z, torch.cat([history, drawn]))
        liked, unseen = logits[: len(history)], logits[len(history) :]
        loss = softplus(-liked).sum() + softplus(unseen).sum() + settings["prior"] / 2 * z @ z
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return z.detach()
