"""Features of candidate generation: a user's past before a film. B users."""

import numpy as np
import torch

from training.two_stage.models import PADDING, UNKNOWN
from training.two_stage.reference import powers, share_below

WATCHES, RECENT, TOKENS = 50, 5, 50  # how many of a list's last values count


def quantiles_of(values, count=33):
    """[count] training values at equal steps of their distribution."""
    steps = np.linspace(0, 1, count)
    return np.quantile(np.asarray(values, dtype=np.float64), steps).astype(np.float32)


def padded(lists, width):
    """[B, width]: the last values of each list."""
    rows = np.full((len(lists), width), PADDING)
    for row, values in zip(rows, lists):
        values = values[-width:]
        row[: len(values)] = values
    return torch.from_numpy(rows)


class CandidateFeatures:
    """The user features at a moment. words: the search vocabulary."""

    def __init__(self, timelines, words):
        self.words = {word: row for row, word in enumerate(words)}
        times = np.concatenate([timeline.times for timeline in timelines])
        self.first, self.last = int(times.min()), int(times.max())
        longest = max(len(timeline.items) for timeline in timelines)
        # Logarithmic: quantiles of the training moments would not tell one film from ten.
        self.count_quantiles = np.geomspace(1, longest + 1, 33, dtype=np.float32) - 1

    def age(self, time):
        """The example age: 0 for the last training example, 1 for the first."""
        return (self.last - time) / (self.last - self.first)

    def batch(self, moments, ages=None):
        """Inputs before the films at [(timeline, position)]. ages: by default the films' ages."""
        if ages is None:
            ages = [self.age(timeline.times[position]) for timeline, position in moments]
        users = [self.user(*moment, age) for moment, age in zip(moments, ages)]
        return self.inputs(users, [timeline.items[:position] for timeline, position in moments])

    def user(self, timeline, position, age):
        """{feature: value} before the film at that position, as an app gives them to the model."""
        return {"searched": timeline.tokens_before(position), "age": age, "count": position}

    def inputs(self, users, histories):
        """{feature: [B, ...]} for CandidateModel. A missing feature has its default."""
        tokens = [
            [self.words.get(word, UNKNOWN) for word in user.get("searched", [])] for user in users
        ]
        ages, counts = (
            np.array([user.get(name, 0) for user in users], dtype=np.float64)
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
