"""State dicts under names of public code, with the command-line words that say what a file does
not, and the scores that PyTorch computes.

    python3 state_dicts.py OUT

Writes a file for each case, and OUT/state_dicts.json: a list of { "file", "words", "pairs" or
"history", "scores" } (raw scores are asked with --output-function identity).
"""

import json
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

USERS, ITEMS, WIDTH = 23, 31, 4
PAIRS = [(user, 7 * user % ITEMS) for user in range(USERS)]
HISTORY = [2, 3, 11, 30]
RAW = ["--output-function", "identity"]
torch.manual_seed(3)


def table(rows, width=WIDTH):
    return torch.randn(rows, width)


def dense(name, inputs, outputs):
    return {f"{name}.weight": torch.randn(outputs, inputs), f"{name}.bias": torch.randn(outputs)}


def linear(t, name, x):
    return functional.linear(x, t[f"{name}.weight"], t[f"{name}.bias"])


def pairs():
    users, items = zip(*PAIRS)
    return torch.tensor(users), torch.tensor(items)


class Writer:
    def __init__(self, folder):
        self.folder = folder
        self.cases = []

    def add(self, name, content, scores, words=(), history=False, write=torch.save):
        file = name + (".pth" if write is torch.save else ".npz")
        write(content, os.path.join(self.folder, file))
        case = {"file": file, "words": [*words], "scores": scores.reshape(-1).tolist()}
        case.update({"history": HISTORY} if history else {"pairs": PAIRS})
        self.cases.append(case)


def write_npz(arrays, path):
    np.savez(path, **{name: tensor.numpy() for name, tensor in arrays.items()})


def dot(t, user, item, *more):
    u, i = pairs()
    scores = (t[user][u] * t[item][i]).sum(1)
    for name, rows in zip(more, (u, i), strict=False):
        scores = scores + t[name].reshape(-1)[rows]
    return scores


def dot_products(out):
    letters = {"U": table(USERS), "V": table(ITEMS), "b_u": table(USERS, 1), "b_i": table(ITEMS, 1)}
    letters["mu"] = torch.tensor(3.5)
    scores = dot(letters, "U", "V", "b_u", "b_i") + 3.5
    out.add("letters", letters, scores, RAW)
    out.add("letters-npz", letters, scores, RAW, write=write_npz)
    no_mean = {name: tensor for name, tensor in letters.items() if name != "mu"}
    out.add("mean-stated", no_mean, scores, [*RAW, "--global-mean", "3.5"])
    # keras-io's RecommenderNet in PyTorch's order: nothing but the widths tells biases.
    rows = [USERS, USERS, ITEMS, ITEMS]
    widths = [WIDTH, 1, WIDTH, 1]
    names = ["embedding", "embedding_1", "embedding_2", "embedding_3"]
    unnamed = {f"{n}.weight": table(r, w) for n, r, w in zip(names, rows, widths)}
    users, user_bias, items, item_bias = unnamed
    out.add("unnamed", unnamed, dot(unnamed, users, items, user_bias, item_bias), RAW)
    turned = dict(zip(names, [table(ITEMS), table(USERS)]))
    words = [*RAW, "--user-table", "embedding_1"]
    out.add("user-table", turned, dot(turned, "embedding_1", "embedding"), words)
    layer0 = {"embedding_user.weight": table(USERS), "embedding_item.weight": table(ITEMS)}
    scores = dot(layer0, *layer0)
    out.add("graph-names", layer0, scores, [*RAW, "--kind", "gmf"])
    # One number more, which may scale the scores: a user who knows better says so.
    warm = {"user_factors": table(USERS), "item_factors": table(ITEMS)}
    scores = dot(warm, *warm)
    warm["temperature"] = torch.tensor([0.7])
    out.add("ignored", warm, scores, [*RAW, "--ignore", "temperature"])
    warm["head.old"] = torch.randn(3, 3)
    words = [*RAW, "--ignore", "temp*", "--ignore", "head.*"]
    out.add("ignored-patterns", warm, scores, words)


def two_towers(out):
    users = nn.Sequential(nn.Linear(WIDTH, 8), nn.ReLU(), nn.Linear(8, 5))
    items = nn.Linear(WIDTH, 5)
    user, item = table(USERS), table(ITEMS)
    with torch.no_grad():
        exported = {"user_factors": users(user), "item_factors": items(item)}
    u, i = pairs()
    scores = (exported["user_factors"][u] * exported["item_factors"][i]).sum(1)
    out.add("towers-exported", exported, scores, RAW, write=write_npz)


def mlps(out):
    t = {"user_emb.weight": table(USERS), "item_emb.weight": table(ITEMS)}
    t |= {**dense("fc1", 2 * WIDTH, 8), **dense("fc2", 8, WIDTH), **dense("out", WIDTH, 1)}
    u, i = pairs()
    x = torch.cat([t["user_emb.weight"][u], t["item_emb.weight"][i]], 1)
    scores = linear(t, "out", linear(t, "fc2", torch.relu(linear(t, "fc1", x))))
    out.add("last-linear", t, scores, [*RAW, "--activation", "relu,identity"])
    turned = torch.cat([t["item_emb.weight"][i], t["user_emb.weight"][u]], 1)
    scores = linear(t, "out", torch.tanh(linear(t, "fc2", torch.tanh(linear(t, "fc1", turned)))))
    words = [*RAW, "--concat", "item-user", "--activation", "tanh"]
    out.add("item-first", t, scores, words)
    biases = {"user_bias.weight": table(USERS, 1), "item_bias.weight": table(ITEMS, 1)}
    outside = biases["user_bias.weight"][u] + biases["item_bias.weight"][i]
    out.add("biases-outside", {**t, **biases}, scores + outside, words)
    norm = nn.BatchNorm1d(8, eps=1e-3)
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2)
    with torch.no_grad():
        norm.weight.normal_()
        norm.bias.normal_()
        hidden = norm.eval()(torch.relu(linear(t, "fc1", x)))
    scores = linear(t, "out", torch.relu(linear(t, "fc2", hidden)))
    norms = {f"bn1.{name}": tensor for name, tensor in norm.state_dict().items()}
    first = dict(list(t.items())[:4])
    content = {**first, **norms, **{name: t[name] for name in t if name not in first}}
    out.add("norm-behind", content, scores, [*RAW, "--norm", "behind", "--epsilon", "0.001"])


def checkpoints(out):
    module = nn.ModuleDict({"user": nn.Embedding(USERS, WIDTH), "item": nn.Embedding(ITEMS, WIDTH)})
    module["head"] = nn.Linear(WIDTH, 1)
    u, i = pairs()

    def forward():
        return module["head"](module["user"](u) * module["item"](i))

    optimizer = torch.optim.Adam(module.parameters())
    forward().square().mean().backward()
    optimizer.step()
    content = {"epoch": 3, "model": module.state_dict(), "optimizer": optimizer.state_dict()}
    with torch.no_grad():
        out.add("with-optimizer", content, forward(), RAW)


def autoencoders(out):
    def encoded(t, mean, **more):
        x = torch.zeros(1, ITEMS)
        x[0, HISTORY] = 1
        h = torch.tanh(linear(t, "fc1", functional.normalize(x) if more.get("l2", True) else x))
        return linear(t, "fc4", torch.tanh(linear(t, "fc3", linear(t, mean, h))))

    heads = {**dense("fc1", ITEMS, 9), **dense("fc21", 9, 3), **dense("fc22", 9, 3)}
    heads |= {**dense("fc3", 3, 9), **dense("fc4", 9, ITEMS)}
    out.add("heads-first", heads, encoded(heads, "fc21"), RAW, history=True)
    words = [*RAW, "--head", "second", "--normalize", "none"]
    out.add("heads-second", heads, encoded(heads, "fc22", l2=False), words, history=True)
    wide = {**dense("a", ITEMS, 2 * ITEMS), **dense("b", 2 * ITEMS, ITEMS)}
    x = torch.zeros(1, ITEMS)
    x[0, HISTORY] = 1
    scores = linear(wide, "b", torch.sigmoid(linear(wide, "a", x)))
    out.add("wide", wide, scores, [*RAW, "--kind", "autoencoder"], history=True)


if __name__ == "__main__":
    writer = Writer(sys.argv[1])
    for write in (dot_products, two_towers, mlps, checkpoints, autoencoders):
        write(writer)
    with open(os.path.join(sys.argv[1], "state_dicts.json"), "w") as file:
        json.dump(writer.cases, file)
