"""The models of the page's "Watch it learn" in PyTorch, from the same start, by the same batches.

learning.py FOLDER RUN.json...: writes what each run gives to FOLDER. RUN.json has `name`, `kind`,
`rate`, `decay`, `mean`, `ratings` (users x items, 0 where there is none), `parameters` (nested
lists), and `batches` of [users, items, ratings].
"""

import json
import sys
from pathlib import Path

import torch
from torch.nn import functional


def tower(p, user, item):
    hidden = functional.relu(
        functional.linear(torch.cat([user, item], 1), p["layer1"].T) + p["layer1Bias"]
    )
    return functional.relu(functional.linear(hidden, p["layer2"].T) + p["layer2Bias"])


def mf(p, users, items, _given):
    biases = p["userBias"][users, 0] + p["itemBias"][items, 0]
    return biases + torch.einsum("nk,nk->n", p["user"][users], p["item"][items])


def mlp(p, users, items, _given):
    last = tower(p, p["user"][users], p["item"][items])
    return (functional.linear(last, p["output"]) + p["outputBias"])[:, 0]


def neumf(p, users, items, _given):
    products = p["gmfUser"][users] * p["gmfItem"][items]
    last = torch.cat([products, tower(p, p["user"][users], p["item"][items])], 1)
    output = torch.cat([p["gmfOutput"], p["output"]], 1)
    return (functional.linear(last, output) + p["outputBias"])[:, 0]


def autorec(p, users, items, given):
    """All films of all users, as in the paper; the loss sees those that were rated."""
    code = torch.sigmoid(given @ p["encoder"] + p["encoderBias"])
    return (code @ p["item"].T + p["itemBias"].T)[users, items]


FORWARD = {"mf": mf, "mlp": mlp, "neumf": neumf, "autorec": autorec}


def optimizer_of(parameters, rate, decay):
    """Adam's weight_decay adds decay * w to a gradient, the penalty decay * w ** 2 twice that."""
    biases = [tensor for name, tensor in parameters.items() if name.endswith("Bias")]
    weights = [tensor for name, tensor in parameters.items() if not name.endswith("Bias")]
    groups = [{"params": biases}, {"params": weights, "weight_decay": 2 * decay}]
    return torch.optim.Adam(groups, lr=rate), weights


def train(run):
    parameters = {
        name: torch.tensor(values, dtype=torch.float64, requires_grad=True)
        for name, values in run["parameters"].items()
    }
    optimizer, weights = optimizer_of(parameters, run["rate"], run["decay"])
    ratings = torch.tensor(run["ratings"], dtype=torch.float64)
    given = torch.where(ratings > 0, ratings - run["mean"], torch.zeros_like(ratings))
    forward = FORWARD[run["kind"]]
    losses = []
    for users, items, targets in run["batches"]:
        predicted = run["mean"] + forward(parameters, users, items, given)
        error = functional.mse_loss(predicted, torch.tensor(targets, dtype=torch.float64))
        optimizer.zero_grad()
        error.backward()
        penalty = run["decay"] * sum(float((tensor.detach() ** 2).sum()) for tensor in weights)
        losses.append(float(error.detach()) + penalty)
        optimizer.step()
    users, items = (index.flatten() for index in torch.where(torch.ones_like(ratings) > 0))
    with torch.no_grad():
        predictions = run["mean"] + forward(parameters, users, items, given)
    return {"name": run["name"], "losses": losses, "predictions": predictions.tolist()}


if __name__ == "__main__":
    folder, *files = sys.argv[1:]
    for file in files:
        result = train(json.loads(Path(file).read_text()))
        (Path(folder) / f"{result['name']}.json").write_text(json.dumps(result))
