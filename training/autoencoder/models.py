"""Autoencoders over the rows of a matrix: AE, DAE, AutoRec, CDAE and Mult-DAE in one module.

They compute raw scores. A row is a user and a column an item; for I-AutoRec a row is an item and a
column a user. C columns, R rows, B batch, H1, ..., H the widths of the hidden layers.
docs/format.md has the equations and the papers.
"""

import torch
from torch import nn
from torch.nn import functional

ACTIVATIONS = {
    "identity": lambda values: values,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": functional.elu,
    "selu": functional.selu,
}


def linear_layers(widths):
    """Layers from each width to the next. Biases start at 0: random ones would rank the items."""
    layers = nn.ModuleList(nn.Linear(inside, out) for inside, out in zip(widths, widths[1:]))
    for layer in layers:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    return layers


class Autoencoder(nn.Module):
    """hidden: widths of the encoder, reversed in the decoder. nodes: R for CDAE, a node per row."""

    def __init__(self, columns, hidden, activation, normalize="none", tied=False, nodes=None):
        super().__init__()
        self.encoder = linear_layers([columns, *hidden])
        self.decoder = linear_layers([*reversed(hidden), columns])
        self.activation = ACTIVATIONS[activation]
        self.normalize = normalize
        if tied:
            self.decoder[-1].weight = None
        self.node = nn.Embedding(nodes, hidden[0]) if nodes else None  # [R, H1]
        if nodes:
            nn.init.zeros_(self.node.weight)

    def nodes(self, rows, own):
        """[B, H1]: a row's own node, or the mean node, which does not learn from it."""
        return torch.where(own[:, None], self.node(rows), self.node.weight.detach().mean(0))

    def encode(self, inputs, rows=None, own=None):
        """[B, C] to [B, H]. rows, own: [B] for CDAE, see `nodes`."""
        hidden = functional.normalize(inputs, dim=1) if self.normalize == "l2" else inputs
        for depth, layer in enumerate(self.encoder):
            hidden = layer(hidden)
            if depth == 0 and self.node is not None:
                hidden = hidden + self.nodes(rows, own)
            hidden = self.activation(hidden)
        return hidden

    def decode(self, hidden):
        """[B, H] to raw scores [B, C]."""
        *layers, last = self.decoder
        for layer in layers:
            hidden = self.activation(layer(hidden))
        weight = self.encoder[0].weight.T if last.weight is None else last.weight
        return functional.linear(hidden, weight, last.bias)

    def forward(self, inputs, rows=None, own=None):
        return self.decode(self.encode(inputs, rows, own))

    def penalty(self):
        """Half the squared weights and nodes, without the biases."""
        return sum(weight.square().sum() for weight in self.parameters() if weight.dim() == 2) / 2
