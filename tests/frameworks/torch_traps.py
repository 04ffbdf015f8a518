"""Modules whose forward() does what their tensors do not show, and what PyTorch computes.

    python3 torch_traps.py OUT

Writes each as a whole module, OUT/NAME.pt, and its state dict, OUT/NAME.pth, and OUT/traps.json: {
name: { "pairs": [[user, item]], "scores": [] } }.
"""

import json
import os
import sys
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import prune

USERS, ITEMS, WIDTH, HIDDEN = 9, 11, 4, 6


class OwnActivation(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.7 * x)


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = 1.7

    def forward(self, x):
        return x * self.factor


class OwnNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gain, self.offset = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return functional.layer_norm(x, x.shape[-1:], self.gain, self.offset)


class ReLU(nn.Module):
    def forward(self, x):
        return functional.leaky_relu(x, 0.2)


class Linear(nn.Linear):
    def forward(self, x):
        return 1.5 * super().forward(x)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, x):
        return x + torch.relu(self.layer(x))


class Net(nn.Module):
    """Embeddings, layers, output; `after` is what forward() does behind."""

    after = before = staticmethod(lambda model, x: x)

    def __init__(self, *tower, head=None):
        super().__init__()
        self.user_embedding = nn.Embedding(USERS, WIDTH)
        self.item_embedding = nn.Embedding(ITEMS, WIDTH)
        self.layers = nn.Sequential(*tower)
        self.output = head or nn.Linear(HIDDEN, 1)

    def forward(self, user, item):
        rows = [self.user_embedding(user), self.item_embedding(item)]
        x = self.hidden(torch.cat([self.before(self, row) for row in rows], 1))
        return self.after(self, self.output(x).squeeze(1))

    def hidden(self, x):
        return self.layers(x)


class Lists(Net):
    """The same with a list of layers, between which forward() calls a function."""

    function = staticmethod(torch.relu)

    def __init__(self, *tower):
        super().__init__()
        self.layers = nn.ModuleList(tower)

    def hidden(self, x):
        for layer in self.layers:
            x = self.function(layer(x))
        return x


class ResidualLists(Lists):
    def hidden(self, x):
        first, second = self.layers
        x = torch.relu(first(x))
        return x + torch.relu(second(x))


class Letters(Net):
    """Layers of equal sizes, which forward() does not run in the order of the file."""

    def __init__(self):
        super().__init__(head=nn.Linear(2 * WIDTH, 1))
        self.fc_a, self.fc_b = (nn.Linear(2 * WIDTH, 2 * WIDTH) for _ in range(2))

    def hidden(self, x):
        return torch.relu(self.fc_a(torch.relu(self.fc_b(x))))


class Product(nn.Module):
    after = staticmethod(lambda model, x: x)

    def __init__(self):
        super().__init__()
        self.user_embedding = nn.Embedding(USERS, WIDTH)
        self.item_embedding = nn.Embedding(ITEMS, WIDTH)

    def forward(self, user, item):
        p, q = self.user_embedding(user), self.item_embedding(item)
        return self.after(self, self.product(p, q))

    def product(self, p, q):
        return (p * q).sum(1)


class Cosine(Product):
    def product(self, p, q):
        return functional.cosine_similarity(p, q)


class Ended(Net):
    """What forward() does behind the output layer, by a name."""

    def __init__(self, end, *tower, head=None, **attributes):
        super().__init__(*tower, head=head)
        self.end = end
        for name, value in attributes.items():
            setattr(self, name, value)

    def after(self, _, y):
        return getattr(self, f"end_{self.end}")(y)

    def end_times(self, y):
        return 5 * y

    def end_temperature(self, y):
        return y / self.temperature

    def end_range(self, y):
        low, high = self.y_range
        return low + (high - low) * torch.sigmoid(y)

    def end_shift(self, y):
        return y + self.shift

    def end_tanh(self, y):
        return self.bounded(y)

    def end_offset(self, y):
        return y * self.offset

    def end_nothing(self, y):
        return y


class MeanProduct(Product):
    def __init__(self):
        super().__init__()
        self.mean = 3.5

    def after(self, _, y):
        return y + self.mean


class SoftmaxRows(Net):
    def __init__(self, *tower):
        super().__init__(*tower)
        self.softmax = nn.Softmax(1)

    def before(self, _, x):
        return self.softmax(x)


class Activated(Lists):
    """A list of layers with an activation that the module keeps."""

    def __init__(self, activation):
        super().__init__(*dense())
        self.activation = activation

    def function(self, x):
        activation = self.activation
        return getattr(torch, activation)(x) if isinstance(activation, str) else activation(x)


def times(module, inputs, output):
    return 1.5 * output


def times_before(module, inputs):
    return (1.5 * inputs[0],)


def dense():
    return [nn.Linear(2 * WIDTH, HIDDEN), nn.Linear(HIDDEN, HIDDEN)]


def tower(*, first=(), second=(), activation=nn.Tanh, before=()):
    a, b = dense()
    return [*before, a, *first, activation(), b, *second, activation()]


def hooked(change):
    model = Net(*tower())
    change(model)
    return model


def norm():
    return nn.BatchNorm1d(HIDDEN)


def models():
    sequential = nn.Sequential
    head = sequential(nn.Linear(HIDDEN, 1), nn.Sigmoid())
    return {
        "plain": Net(*tower()),
        "own activation": Net(*tower(first=[OwnActivation()])),
        "own scale": Net(*tower(before=[Scale()])),
        "own norm": Net(*tower(first=[OwnNorm(HIDDEN)])),
        "own ReLU": Net(*tower(activation=ReLU)),
        "own Linear": Net(*dense()[:1], nn.Tanh(), Linear(HIDDEN, HIDDEN)),
        "residual block": Net(*dense()[:1], nn.Tanh(), Residual()),
        "two activations": Net(*tower(second=[nn.ReLU()])),
        "ReLU twice": Net(*tower(activation=nn.ReLU, second=[nn.ReLU()])),
        "Identity, then an activation": Net(*tower(first=[nn.Identity()])),
        "an activation first": Net(*tower(before=[nn.ReLU()])),
        "softmax between": Net(*tower(first=[nn.Softmax(1)])),
        "softmax as activation": Net(*tower(activation=lambda: nn.Softmax(1))),
        "log softmax": Net(*tower(second=[nn.LogSoftmax(1)])),
        "softmax of rows": SoftmaxRows(*tower()),
        "activation, norm, activation": Net(*tower()[:2], norm(), nn.ReLU(), dense()[1]),
        "two norms": Net(*tower(first=[norm(), norm()])),
        "norm, activation, norm": Net(*tower(first=[norm()])[:3], norm(), dense()[1]),
        "a forward hook": hooked(lambda model: model.layers[0].register_forward_hook(times)),
        "a pre-hook": hooked(lambda model: model.layers[2].register_forward_pre_hook(times_before)),
        "weight_norm": hooked(lambda model: nn.utils.weight_norm(model.layers[2])),
        "spectral_norm": hooked(lambda model: nn.utils.spectral_norm(model.layers[2])),
        "pruning": hooked(lambda m: prune.random_unstructured(m.item_embedding, "weight", 0.5)),
        "times behind a sigmoid": Ended("times", *tower(), head=head),
        "temperature": Ended("temperature", *tower(), temperature=0.5),
        "y_range": Ended("range", *tower(), y_range=[0.5, 5.5]),
        "a tensor": Ended("shift", *tower(), shift=torch.tensor([2.5])),
        "an array": Ended("shift", *tower(), shift=np.array([2.5])),
        "tanh behind": Ended("tanh", *tower(), bounded=nn.Tanh()),
        "an offset": Ended("offset", *tower(), offset=nn.Parameter(torch.tensor([2.5]))),
        "sizes": Ended("nothing", *tower(), factors=WIDTH, num_users=USERS, p=HIDDEN, batch=256),
        "mean": MeanProduct(),
        "cosine": Cosine(),
        "tanh kept": Activated(torch.tanh),
        "tanh as module": Activated(nn.Tanh()),
        "tanh by name": Activated("tanh"),
        "gelu kept": Activated(functional.gelu),
        "letters": Letters(),
        "a residual": ResidualLists(*dense()),
    }


def main():
    folder = sys.argv[1]
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(5)
    pairs = [(user, item) for user in range(USERS) for item in range(0, ITEMS, 2)]
    user, item = torch.tensor(pairs).T
    records = {}
    for name, model in models().items():
        model.eval()
        with torch.no_grad():
            for part in model.modules():
                if isinstance(part, nn.BatchNorm1d):
                    part.running_mean.normal_()
                    part.running_var.uniform_(0.5, 2)
            scores = model(user, item)
        torch.save(model, os.path.join(folder, f"{name}.pt"))
        torch.save(model.state_dict(), os.path.join(folder, f"{name}.pth"))
        records[name] = {"pairs": pairs, "scores": scores.double().tolist()}
    with open(os.path.join(folder, "traps.json"), "w", encoding="utf-8") as stream:
        json.dump(records, stream)


if __name__ == "__main__":
    main()
