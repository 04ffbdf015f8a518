"""Training batches: windows of sequences, and what each place of them is to predict."""

import numpy as np
import torch


def shuffled(sequence, share, generator):
    """With probability `share`, the sequence in random order."""
    return generator.permutation(sequence) if generator.random() < share else sequence


def window_of(sequence, length, generator):
    """At most `length` neighbours, from a random place."""
    start = generator.integers(max(1, len(sequence) - length + 1))
    return sequence[start : start + length]


def rest_of(part, sequence, items):
    """[len(part) - 1, items]: at each place equal shares of the films that do not stand before."""
    rest = np.zeros((len(part) - 1, items), dtype=np.float32)
    rest[:, sequence] = 1
    for place, item in enumerate(part[:-1]):
        rest[place:, item] = 0
    return rest / np.maximum(rest.sum(axis=1, keepdims=True), 1)


def padded(arrays):
    """[B, T] of the longest, and [B, T] booleans where it is filled."""
    lengths = np.array([len(array) for array in arrays])
    filled = np.arange(lengths.max()) < lengths[:, None]
    rows = np.zeros(filled.shape, dtype=np.int64)
    rows[filled] = np.concatenate(arrays)
    return torch.from_numpy(rows), torch.from_numpy(filled)


def epoch_batches(sequences, items, settings, generator):
    """Yields (inputs [B, T], filled [B, T], targets) with N filled positions.

    targets: [N] rows of the next film, or [N, items] shares of all others of the user.
    """
    size, window = settings["batch"], settings["window"]
    order = generator.permutation(len(sequences))
    for chosen in np.split(order, range(size, len(order), size)):
        whole = [shuffled(sequences[row], settings["shuffled"], generator) for row in chosen]
        whole = [sequence for sequence in whole if len(sequence) >= 2]
        if not whole:
            continue
        parts = [window_of(sequence, window + 1, generator) for sequence in whole]
        inputs, filled = padded([part[:-1] for part in parts])
        if settings["targets"] == "next":
            targets = [part[1:] for part in parts]
        else:
            targets = [rest_of(*pair, items) for pair in zip(parts, whole)]
        yield inputs, filled, torch.from_numpy(np.concatenate(targets))
