"""How much of what people met last is among the candidates, of people who were not trained on."""

import metrics
import numpy as np
import torch

YEAR = 365.25 * 24 * 3600
PLACES = (20, 100)


def questions(people):
    """[(person, place)]: the films before the place are history, the others are to be found."""
    return [(person, person.cut()) for person in people]


def recalls(scores, asked, places=PLACES):
    """[people, places]. scores: [I] for each question; the history is left out."""
    rows = []
    for answer, (person, place) in zip(scores, asked):
        ranked = metrics.top_items(answer, person.items[:place], max(places))
        rows.append([metrics.recall(ranked, person.items[place:], k) for k in places])
    return np.array(rows)


def popularity(people, items):
    """[I]: how many of these people met each film."""
    return np.bincount(np.concatenate([person.items for person in people]), minlength=items)


def popularity_around(people, items, time):
    """[I]: the same with what was met a year earlier or later weighing 1/e: it knows what that time had, as the example
    age does."""
    met, times = (
        np.concatenate([getattr(person, of) for person in people]) for of in ("items", "times")
    )
    return np.bincount(met, np.exp(-np.abs(times - time) / YEAR), minlength=items)


def popularity_answers(people, asked, items):
    """{name: [I] for each question}"""
    return {
        "popularity": [popularity(people, items)] * len(asked),
        "popularity at that time": [
            popularity_around(people, items, person.times[place - 1]) for person, place in asked
        ],
    }


def model_answers(model, features, asked, ages=None):
    """[questions, I]"""
    with torch.no_grad():
        return model.eval()(features.batch(asked, ages)).numpy()


def interval(values, seed=0, draws=2000):
    """A 95% bootstrap interval of the mean: the people drawn again."""
    chosen = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    return np.quantile(values[chosen].mean(axis=1), [0.025, 0.975])
