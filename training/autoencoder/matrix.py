"""Interactions as the dense matrix that an autoencoder is trained on, row by row."""

from dataclasses import dataclass

import numpy as np
import torch

LIKED = 4.0


@dataclass
class Matrix:
    """R rows and C columns: users and items; for I-AutoRec items and users."""

    inputs: torch.Tensor  # [R, C] float32: 1 or the scaled rating of an interaction, else 0
    seen: torch.Tensor  # [R, C] bool
    liked: torch.Tensor  # [R, C] bool: rated LIKED or more; without ratings, what was seen


def matrix_of(interactions, input_settings, by_item=False):
    """input_settings: `input` of docs/format.md."""
    values = np.ones(len(interactions.user))
    if input_settings["values"] == "rating":
        values = interactions.rating - input_settings["shift"]
    shape = interactions.users, interactions.items
    inputs = np.zeros(shape, dtype=np.float32)
    seen, liked = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    inputs[interactions.user, interactions.item] = input_settings["scale"] * values
    seen[interactions.user, interactions.item] = True
    is_liked = True if interactions.rating is None else interactions.rating >= LIKED
    liked[interactions.user, interactions.item] = is_liked
    if by_item:
        inputs, seen, liked = map(np.ascontiguousarray, (inputs.T, seen.T, liked.T))
    return Matrix(*map(torch.from_numpy, (inputs, seen, liked)))
