"""Autoencoders over the rows of a matrix: AE, DAE, AutoRec, CDAE, Mult-DAE as one PyTorch module. It answers raw scores.

A row is a person and a column an item; for I-AutoRec it is the other way round. C columns, R rows, H1 the first hidden
layer, B the batch. docs/format.md has the equations, with the papers they come from.
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
    """Layers from each width to the next, with the biases at 0: a table's bias is not random noise for 3,650 columns."""
    layers = nn.ModuleList(nn.Linear(inside, out) for inside, out in zip(widths, widths[1:]))
    for layer in layers:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    return layers


class Autoencoder(nn.Module):
    """hidden: the encoder's widths; the decoder has them in reverse. nodes: R where every row has a node (CDAE)."""

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

    def encode(self, inputs, rows=None):
        """[B, C] to [B, H]."""
        hidden = functional.normalize(inputs, dim=1) if self.normalize == "l2" else inputs
        for depth, layer in enumerate(self.encoder):
            hidden = layer(hidden)
            if depth == 0 and self.node is not None:
                hidden = hidden + self.node(rows)
            hidden = self.activation(hidden)
        return hidden

    def decode(self, hidden):
        """[B, H] to raw [B, C]."""
        *layers, last = self.decoder
        for layer in layers:
            hidden = self.activation(layer(hidden))
        weight = self.encoder[0].weight.T if last.weight is None else last.weight
        return functional.linear(hidden, weight, last.bias)

    def forward(self, inputs, rows=None):
        return self.decode(self.encode(inputs, rows))

    def penalty(self):
        """Half the squared weights and nodes; biases are free."""
        return sum(weight.square().sum() for weight in self.parameters() if weight.dim() == 2) / 2
