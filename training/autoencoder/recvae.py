"""RecVAE (Shenbin et al., WSDM 2020): a deeper Mult-VAE with a composite prior.

- Layers of swish and normalisation, each of which adds all earlier outputs to its sums.
- The prior is, in each dimension, a mixture of the standard normal distribution, the user's
  distribution before this round, and a wide one.
- The divergence counts `gamma` times the user's interactions.
- Encoder and decoder take turns: some epochs of the encoder with corrupted inputs, then one of the
  decoder with whole ones.

B batch, R users, I items, Z the code. docs/format.md has the equations of the mean's path.
"""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from training.autoencoder.losses import multinomial
from training.autoencoder.models import linear_layers
from training.autoencoder.variational import first_layer, sample, shuffled_batches

EPSILON = 0.1  # of the normalisation
SHARES = 0.15, 0.75, 0.1  # of the standard, the former and the wide distribution
WIDE = 10.0  # log variance


class RecVae(nn.Module):
    """hidden: widths of the encoder, all the same but the last one, of the code."""

    def __init__(self, items, hidden):
        super().__init__()
        self.encoder = linear_layers([items, *hidden])
        for layer in self.encoder[:-1]:
            layer.norm = nn.LayerNorm(layer.out_features, eps=EPSILON)
        self.log_variance = linear_layers(hidden[-2:])[0]
        self.decoder = linear_layers([hidden[-1], items])

    def posterior(self, seen, corruption):
        """Mean and log variance of the codes, [B, Z] each."""
        first, *layers, mean = self.encoder
        hidden = first.norm(functional.silu(first_layer(first, seen, corruption)))
        earlier = hidden
        for layer in layers:
            hidden = layer.norm(functional.silu(layer(hidden) + earlier))
            earlier = earlier + hidden
        return mean(hidden), self.log_variance(hidden)

    def decode(self, code):
        """[B, Z] to raw scores [B, I]."""
        return self.decoder[0](code)


def log_density(code, mean, log_variance):
    """Of normal distributions without the factor that all of them share."""
    return -(log_variance + (code - mean).square() / log_variance.exp()) / 2


def log_prior(code, former):
    """[B, Z]. former: mean and log variance [B, Z] of the users before this round."""
    zero = torch.zeros_like(code)
    parts = (zero, zero), former, (zero, zero + WIDE)
    densities = [math.log(share) + log_density(code, *part) for share, part in zip(SHARES, parts)]
    return torch.stack(densities).logsumexp(0)


def posteriors(model, matrix, settings):
    """Mean and log variance of all users' codes, [R, Z] each, from whole inputs."""
    with torch.no_grad():
        parts = [model.posterior(seen, 0.0) for seen in matrix.seen.split(settings["batch"])]
    return [torch.cat(part) for part in zip(*parts)]


def encoder_losses(model, matrix, settings, former, generator):
    """One epoch: the loss of each batch, with the divergence."""
    for batch in shuffled_batches(len(matrix.seen), settings["batch"], generator):
        seen = matrix.seen[batch]
        mean, log_variance = model.posterior(seen, settings["corruption"])
        code = sample(mean, log_variance)
        prior = log_prior(code, [part[batch] for part in former])
        divergence = (log_density(code, mean, log_variance) - prior).sum(1)
        weight = settings["gamma"] * seen.sum(1)
        raw = model.decode(code)
        loss = multinomial(raw, matrix.inputs[batch], seen.float(), settings)
        yield loss + (weight * divergence).sum()


def decoder_losses(model, matrix, settings, codes, generator):
    """One epoch. codes: mean and log variance of all users, which stay the same."""
    for batch in shuffled_batches(len(matrix.seen), settings["batch"], generator):
        raw = model.decode(sample(*(part[batch] for part in codes)))
        yield multinomial(raw, matrix.inputs[batch], matrix.seen[batch].float(), settings)


def minimise(losses, optimiser, rate):
    optimiser.param_groups[0]["lr"] = rate
    for loss in losses:
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def train(matrix, settings, title, seed):
    """A trained `RecVae`. An epoch is a round; the step size falls linearly to 0."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    model = RecVae(matrix.seen.shape[1], settings["hidden"])
    encoder = torch.optim.Adam([*model.encoder.parameters(), *model.log_variance.parameters()])
    decoder = torch.optim.Adam(model.decoder.parameters())
    codes = posteriors(model, matrix, settings)
    arguments = model, matrix, settings
    for number in tqdm(range(settings["epochs"]), desc=title, unit="round"):
        rate = settings["learning_rate"] * (1 - number / settings["epochs"])
        model.decoder.requires_grad_(False)
        for _ in range(settings["encoder_epochs"]):
            minimise(encoder_losses(*arguments, codes, generator), encoder, rate)
        model.decoder.requires_grad_(True)
        codes = posteriors(model, matrix, settings)
        minimise(decoder_losses(*arguments, codes, generator), decoder, rate)
    return model.eval()
