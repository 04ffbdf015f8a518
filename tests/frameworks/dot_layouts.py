"""Dot products under the names of libraries that the tests do not install.

    python3 dot_layouts.py OUT

fastai's EmbeddingDotBias (row 0 of its tables is "#na#"), Spotlight's BilinearNet, the arrays of a
LightFM model, PyTorch Geometric's LightGCN (one table for users and items, and the graph beside
it), and keras-io's RecommenderNet as Keras 2 saves weights (written by h5py).
"""

import csv
import os
import sys

import h5py
import numpy as np
import records
import torch
from torch import nn

from training import ITEMS, SEED, USERS, fit_pairs, pairs, rating_matrix, users_of_pairs

WIDTH, LAYERS = 6, 2
RAW = ["--output-function", "identity"]


class DotProduct(nn.Module):
    """Dot product, bias of the user, bias of the item; under a library's names, in this order."""

    def __init__(self, names, padding=0):
        super().__init__()
        self.names, self.padding = names, padding
        for name, rows, width in zip(names, (USERS, ITEMS) * 2, (WIDTH, WIDTH, 1, 1)):
            table = nn.Embedding(rows + padding, width)
            # As fastai draws them: #na# stays so.
            nn.init.trunc_normal_(table.weight, std=0.01, a=-0.02, b=0.02)
            setattr(self, name, table)

    def forward(self, user, item):
        users, items, user_bias, item_bias = (getattr(self, name) for name in self.names)
        user, item = user + self.padding, item + self.padding
        product = (users(user) * items(item)).sum(-1)
        return product + user_bias(user).squeeze(-1) + item_bias(item).squeeze(-1)


FASTAI = ("u_weight", "i_weight", "u_bias", "i_bias")
SPOTLIGHT = ("user_embeddings", "item_embeddings", "user_biases", "item_biases")


def trained(names, *, padding=0, explicit=True):
    torch.manual_seed(SEED)
    return fit_pairs(DotProduct(names, padding), explicit=explicit)


def shifted(users, padding):
    """Records by the rows of the file."""
    for user in users:
        user["user"] += padding
        user["items"] = [row + padding for row in user["items"]]
        user["top"]["items"] = [row + padding for row in user["top"]["items"]]
        yield user


def write(folder, file, module, *, padding=0, output=None, **more):
    users = users_of_pairs(module, output or (lambda raw: raw))
    records.write(
        folder,
        [file],
        model=os.path.splitext(file)[0],
        kind="dot",
        users=USERS + padding,
        items=ITEMS,
        padding=padding,
        stored=list(shifted(users, padding)),
        **more,
    )


def fastai(folder):
    module = trained(FASTAI, padding=1)
    torch.save({"model": module.state_dict(), "opt": {}}, os.path.join(folder, "fastai.pth"))
    write(folder, "fastai.pth", module, padding=1, convert=RAW)


def spotlight(folder):
    module = trained(SPOTLIGHT)
    torch.save(module.state_dict(), os.path.join(folder, "spotlight.pth"))
    write(folder, "spotlight.pth", module, convert=RAW)


def lightfm(folder):
    module = trained(SPOTLIGHT, explicit=False)
    arrays = {name: getattr(module, name).weight.detach().numpy() for name in SPOTLIGHT}
    # Its biases are vectors.
    arrays = {name: array[:, 0] if "bias" in name else array for name, array in arrays.items()}
    np.savez(os.path.join(folder, "lightfm.npz"), **arrays)
    write(folder, "lightfm.npz", module, convert=RAW)


class LightGCN(nn.Module):
    """alpha: the weight of each layer. A = D^-1/2 B D^-1/2 over users, then items."""

    def __init__(self, adjacency):
        super().__init__()
        self.adjacency = [adjacency]
        self.embedding = nn.Embedding(USERS + ITEMS, WIDTH)
        self.register_buffer("alpha", torch.full((LAYERS + 1,), 1 / (LAYERS + 1)))

    def forward(self, user, item):
        layer, [adjacency] = self.embedding.weight, self.adjacency
        final = self.alpha[0] * layer
        for weight in self.alpha[1:]:
            layer = adjacency @ layer
            final = final + weight * layer
        return (final[user] * final[USERS + item]).sum(-1)


def graph(interactions):
    """[USERS + ITEMS, USERS + ITEMS] of [USERS, ITEMS]."""
    both = torch.zeros(USERS + ITEMS, USERS + ITEMS)
    both[:USERS, USERS:] = interactions
    both[USERS:, :USERS] = interactions.T
    scale = both.sum(1).clamp(min=1).rsqrt()
    return scale[:, None] * both * scale


def pytorch_geometric(folder):
    torch.manual_seed(SEED)
    interactions = (rating_matrix() > 0).float()
    module = fit_pairs(LightGCN(graph(interactions)))
    torch.save(module.state_dict(), os.path.join(folder, "pyg-lightgcn.pt"))
    user, item = pairs()
    rows = zip(user.tolist(), item.tolist(), interactions.reshape(-1).tolist())
    with open(os.path.join(folder, "graph.csv"), "w", newline="", encoding="utf-8") as stream:
        edges = [(user, item) for user, item, is_known in rows if is_known]
        csv.writer(stream).writerows([("user", "item"), *edges])
    words = [*RAW, "--data", "graph.csv", "--users", str(USERS)]
    write(folder, "pyg-lightgcn.pt", module, convert=words)


def recommender_net(folder):
    """Layers are numbered in the order of the example: users, their bias, items, their bias."""
    module = trained(SPOTLIGHT, explicit=False)
    users, items, user_bias, item_bias = SPOTLIGHT
    layers = ["embedding", "embedding_1", "embedding_2", "embedding_3"]
    with h5py.File(os.path.join(folder, "recommender-net.h5"), "w") as file:
        file.attrs["layer_names"] = np.array([layer.encode() for layer in layers])
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.15.0"
        for layer, name in zip(layers, (users, user_bias, items, item_bias)):
            weight = f"recommender_net/{layer}/embeddings:0"
            group = file.create_group(layer)
            group.attrs["weight_names"] = np.array([weight.encode()])
            group.create_dataset(weight, data=getattr(module, name).weight.detach().numpy())
    words = ["--output-function", "sigmoid"]
    write(folder, "recommender-net.h5", module, output=torch.sigmoid, convert=words)


def main():
    folder = sys.argv[1]
    for save in (fastai, spotlight, lightfm, pytorch_geometric, recommender_net):
        save(folder)


if __name__ == "__main__":
    main()
