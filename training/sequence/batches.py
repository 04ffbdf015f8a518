"""Training batches: windows of sequences, shifted by one, with or without films left out."""

import numpy as np
import torch


def shuffled(sequence, share, generator):
    """With probability `share`, the sequence in random order: each film predicts any other one."""
    return generator.permutation(sequence) if generator.random() < share else sequence


def thinned(sequence, share, generator):
    """With probability `share`, the sequence without a random part of its films."""
    if generator.random() >= share:
        return sequence
    kept = sequence[generator.random(len(sequence)) < generator.random()]
    return kept if len(kept) >= 2 else sequence


def window_of(sequence, length, generator):
    """At most `length` neighbours, from a random place."""
    start = generator.integers(max(1, len(sequence) - length + 1))
    return sequence[start : start + length]


def part_of(sequence, settings, generator):
    """What an epoch sees of a sequence: a window and the film after it."""
    sequence = shuffled(sequence, settings["shuffled"], generator)
    sequence = thinned(sequence, settings["thinned"], generator)
    return window_of(sequence, settings["window"] + 1, generator)


def targets_of(sequence, horizon, generator):
    """For each film but the last: one of the next `horizon` films."""
    places = np.arange(len(sequence) - 1)
    ahead = generator.integers(1, horizon + 1, size=len(places))
    return sequence[np.minimum(places + ahead, len(sequence) - 1)]


def padded(arrays):
    """[B, T] of the longest, and [B, T] booleans where it is filled."""
    lengths = np.array([len(array) for array in arrays])
    filled = np.arange(lengths.max()) < lengths[:, None]
    rows = np.zeros(filled.shape, dtype=np.int64)
    rows[filled] = np.concatenate(arrays)
    return torch.from_numpy(rows), torch.from_numpy(filled)


def epoch_batches(sequences, settings, generator):
    """Yields (inputs [B, T], filled [B, T], targets [N]): N filled positions."""
    size = settings["batch"]
    order = generator.permutation(len(sequences))
    for chosen in np.split(order, range(size, len(order), size)):
        parts = [part_of(sequences[row], settings, generator) for row in chosen]
        parts = [part for part in parts if len(part) >= 2]
        if not parts:
            continue
        inputs, filled = padded([part[:-1] for part in parts])
        targets = [targets_of(part, settings["horizon"], generator) for part in parts]
        yield inputs, filled, torch.from_numpy(np.concatenate(targets))
