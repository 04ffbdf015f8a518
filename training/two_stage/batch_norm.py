"""Folds batch normalisation of a trained tower into its dense layers."""

import torch
from torch import nn


def affine(norm):
    """BatchNorm1d in eval mode as (factor [d], shift [d])."""
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return factor, norm.bias - factor * norm.running_mean


def folded_layers(modules):
    """[(weight [out, in], bias [out])] of a Sequential, without its activations.

    A norm before the first Linear is folded into that one, a norm after a Linear into the Linear.
    """
    layers, before = [], None
    for module in modules:
        if isinstance(module, nn.Linear):
            weight, bias = module.weight.detach(), module.bias.detach()
            if before is not None:
                factor, shift = before
                weight, bias, before = weight * factor, bias + weight @ shift, None
            layers.append((weight, bias))
        elif isinstance(module, nn.BatchNorm1d):
            factor, shift = (part.detach() for part in affine(module))
            if layers:
                weight, bias = layers[-1]
                layers[-1] = weight * factor[:, None], bias * factor + shift
            else:
                before = factor, shift
    return layers
