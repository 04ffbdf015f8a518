"""Recall of candidate generation for users that were not trained on, beside popularity."""

import numpy as np
import torch

from training.common import metrics

YEAR = 365.25 * 24 * 3600
CUTOFFS = (20, 100)


def queries_of(timelines):
    """[(timeline, position)]: the films before the position are history, the others targets."""
    return [(timeline, timeline.history_length()) for timeline in timelines]


def recalls(scores, queries, cutoffs=CUTOFFS):
    """[queries, cutoffs]. scores: [I] for each query. The history is excluded."""
    rows = []
    for of_items, (timeline, position) in zip(scores, queries):
        ranked = metrics.top_items(of_items, timeline.items[:position], max(cutoffs))
        rows.append([metrics.recall(ranked, timeline.items[position:], k) for k in cutoffs])
    return np.array(rows)


def popularity(timelines, items):
    """[I]: the number of these users who rated each film."""
    return np.bincount(np.concatenate([user.items for user in timelines]), minlength=items)


def popularity_around(timelines, items, time):
    """[I]: the same, with weight 1/e for a rating one year before or after that time.

    It knows what was popular then, as the example age does.
    """
    rated, times = (
        np.concatenate([getattr(user, of) for user in timelines]) for of in ("items", "times")
    )
    return np.bincount(rated, np.exp(-np.abs(times - time) / YEAR), minlength=items)


def popularity_scores(timelines, queries, items):
    """{name: [I] for each query}"""
    return {
        "popularity": [popularity(timelines, items)] * len(queries),
        "popularity at that time": [
            popularity_around(timelines, items, timeline.times[position - 1])
            for timeline, position in queries
        ],
    }


def model_scores(model, features, queries, ages=None):
    """[queries, I]"""
    with torch.no_grad():
        return model.eval()(features.batch(queries, ages)).numpy()


def interval(values, seed=0, resamples=2000):
    """A 95% bootstrap interval of the mean over users."""
    chosen = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    return np.quantile(values[chosen].mean(axis=1), [0.025, 0.975])
