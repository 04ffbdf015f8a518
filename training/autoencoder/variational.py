"""Mult-VAE (Liang et al., WWW 2018): Mult-DAE whose code is a normal distribution.

A file holds the mean's path, a `mult-dae`: docs/format.md. B batch, I items, H1 the first hidden
layer, Z the code. Liang et al. normalise the input before they corrupt it.
"""

from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.autoencoder.losses import corrupt, multinomial
from training.autoencoder.models import ACTIVATIONS, linear_layers
from training.common.optimiser import run_epochs


def first_layer(layer, seen, corruption):
    """[B, H1] of the normalised and corrupted input. seen: [B, I] bool.

    Sums the columns of the items seen: a product with a matrix of mostly zeros takes far longer.
    """
    lengths = seen.sum(1)
    row, item = seen.nonzero(as_tuple=True)
    values = corrupt(lengths.rsqrt()[row], corruption)
    starts = lengths.cumsum(0) - lengths
    columns = layer.weight.T  # [I, H1]
    sums = functional.embedding_bag(item, columns, starts, mode="sum", per_sample_weights=values)
    return sums + layer.bias


def sample(mean, log_variance):
    """[B, Z] codes."""
    return mean + torch.randn_like(mean) * (log_variance / 2).exp()


class MultVae(nn.Module):
    """hidden: widths of the encoder, the last one of the code; reversed in the decoder."""

    def __init__(self, items, hidden, activation):
        super().__init__()
        self.encoder = linear_layers([items, *hidden])
        self.log_variance = linear_layers(hidden[-2:])[0]
        self.decoder = linear_layers([*reversed(hidden), items])
        self.activation = ACTIVATIONS[activation]

    def posterior(self, seen, corruption):
        """Mean and log variance of the codes, [B, Z] each."""
        first, *layers, mean = self.encoder
        hidden = self.activation(first_layer(first, seen, corruption))
        for layer in layers:
            hidden = self.activation(layer(hidden))
        return mean(hidden), self.log_variance(hidden)

    def decode(self, code):
        """[B, Z] to raw scores [B, I]."""
        *layers, last = self.decoder
        for layer in layers:
            code = self.activation(layer(code))
        return last(code)


def divergence(mean, log_variance):
    """From the standard normal distribution, summed."""
    return (log_variance.exp() + mean.square() - 1 - log_variance).sum() / 2


def annealed(settings, step, steps):
    """The weight of the divergence: grows from 0 to `beta` in the first part of the steps."""
    return settings["beta"] * min(1.0, step / (settings["annealing"] * steps))


def shuffled_batches(rows, size, generator):
    """Tensors of row numbers, one pass over all rows in random order."""
    for chosen in np.split(generator.permutation(rows), range(size, rows, size)):
        yield torch.from_numpy(chosen)


def train(matrix, settings, title, seed):
    """A trained `MultVae`."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    model = MultVae(matrix.seen.shape[1], settings["hidden"], settings["activation"][0])
    steps = settings["epochs"] * -(-len(matrix.seen) // settings["batch"])
    weights = (annealed(settings, step, steps) for step in range(steps))
    epoch = partial(batches, model, matrix, settings, generator, weights)
    return run_epochs(model, title, settings, int(matrix.seen.sum()), epoch)


def batches(model, matrix, settings, generator, weights):
    """One epoch: (summed loss, the same with the divergence) for each batch."""
    for batch in shuffled_batches(len(matrix.seen), settings["batch"], generator):
        inputs, seen = matrix.inputs[batch], matrix.seen[batch]
        mean, log_variance = model.posterior(seen, settings["corruption"])
        raw = model.decode(sample(mean, log_variance))
        loss = multinomial(raw, inputs, seen.float(), settings)
        yield loss, loss + next(weights) * divergence(mean, log_variance)
