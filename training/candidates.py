"""Examples for candidate generation: what a person had met and said before a film, and the film, or the next ones.

Nothing that goes in comes from after it.
"""

import numpy as np
import torch
from stored_two_stage import powers, share_below
from two_stage import PADDING, UNKNOWN

WATCHES, RECENT, TOKENS = 50, 5, 50  # how many of a list count, the last ones


def quantiles_of(values, count=33):
    """[count] training values at equal steps of their distribution."""
    return np.quantile(np.asarray(values, dtype=np.float64), np.linspace(0, 1, count)).astype(
        np.float32
    )


def padded(lists, width):
    """[B, width] of the last ones of each list."""
    rows = np.full((len(lists), width), PADDING)
    for row, values in zip(rows, lists):
        values = values[-width:]
        row[: len(values)] = values
    return torch.from_numpy(rows)


class CandidateFeatures:
    """The person's features at a moment. words: the search vocabulary; first, last: the times that ages lie between."""

    def __init__(self, people, words):
        self.words = {word: row for row, word in enumerate(words)}
        times = np.concatenate([person.times for person in people])
        self.first, self.last = int(times.min()), int(times.max())
        self.count_quantiles = quantiles_of(
            np.concatenate([np.arange(len(person.items)) for person in people])
        )

    def age(self, time):
        """0 for an example as new as the training data's last, 1 for one as old as their first."""
        return (self.last - time) / (self.last - self.first)

    def batch(self, moments, ages=None):
        """moments: [(person, place)], before the film of that place. ages: of the examples, as of their time if None."""
        if ages is None:
            ages = [self.age(person.times[place]) for person, place in moments]
        told = [self.told(*moment, age) for moment, age in zip(moments, ages)]
        return self.inputs(told, [person.items[:place] for person, place in moments])

    def told(self, person, place, age):
        """What the app would tell of the person before the film of that place."""
        return {"searched": person.tokens_before(place), "age": age, "count": place}

    def inputs(self, told, histories):
        """{feature: [B, ...]}, what `CandidateModel` takes. What is not told has the default."""
        tokens = [
            [self.words.get(word, UNKNOWN) for word in tells.get("searched", [])] for tells in told
        ]
        ages, counts = (
            np.array([tells.get(name, 0) for tells in told], dtype=np.float64)
            for name in ("age", "count")
        )
        counts = share_below(counts, self.count_quantiles.astype(np.float64))
        return {
            "watched": padded(histories, WATCHES),
            "recent": padded(histories, RECENT),
            "searched": padded(tokens, TOKENS),
            "age": torch.from_numpy(powers(ages, ["value", "square"])),
            "count": torch.from_numpy(powers(counts, ["value", "square", "root"])),
        }


def seen_of(moments, items):
    """[B, I], true for what was met before: it is not served again, and needs no probability."""
    seen = np.zeros((len(moments), items), dtype=bool)
    for row, (person, place) in zip(seen, moments):
        row[person.items[:place]] = True
    return torch.from_numpy(seen)


def targets_of(moments, following):
    """[B, following]: the film met then, and those after it."""
    rows = np.full((len(moments), following), PADDING)
    for row, (person, place) in zip(rows, moments):
        met = person.items[place : place + following]
        row[: len(met)] = met
    return torch.from_numpy(rows)


def next_watch_loss(logits, targets):
    """The summed cross entropy of the softmax: each example weighs 1, its films share it. [B, I], [B, following]."""
    chosen = torch.log_softmax(logits, dim=1).gather(1, targets.clamp(min=0))
    missing = targets == PADDING
    return -(chosen.masked_fill(missing, 0).sum(dim=1) / (~missing).sum(dim=1)).sum()
