"""Interactions as the dense matrix that an autoencoder is trained on, row by row."""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass
class Matrix:
    """R rows and C columns: users and items; for I-AutoRec items and users."""

    inputs: torch.Tensor  # [R, C] float32: 1 or the scaled rating of an interaction, else 0
    seen: torch.Tensor  # [R, C] bool


def matrix_of(interactions, input_settings, by_item=False):
    """input_settings: `input` of docs/format.md."""
    values = np.ones(len(interactions.user))
    if input_settings["values"] == "rating":
        values = interactions.rating - input_settings["shift"]
    shape = interactions.users, interactions.items
    inputs, seen = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=bool)
    inputs[interactions.user, interactions.item] = input_settings["scale"] * values
    seen[interactions.user, interactions.item] = True
    if by_item:
        inputs, seen = np.ascontiguousarray(inputs.T), np.ascontiguousarray(seen.T)
    return Matrix(torch.from_numpy(inputs), torch.from_numpy(seen))
