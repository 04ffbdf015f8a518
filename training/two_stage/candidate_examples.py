"""Examples of candidate generation: what is known of a user, and what is to be found.

Moments are in the order of time: all films before a position, and the next ones. Subsets are not: a
random part of what a user met, and all the rest. Most visitors of a site have given it no more than
a few films, in any order. B examples, I items.
"""

from dataclasses import dataclass

import numpy as np
import torch

from training.datasets.timeline import draw_moments

LIKED = 4  # stars: half of the subsets hold only films with as many


@dataclass
class Example:
    """user: {feature: value}, as an app gives them to the model."""

    history: np.ndarray  # [n] rows, oldest first; those of a subset in random order
    targets: np.ndarray  # [m] rows
    user: dict


def moment(features, timeline, position, following):
    """The films before a position, and the next ones."""
    user = features.user(timeline, position, features.age(timeline.times[position]))
    targets = timeline.items[position : position + following]
    return Example(timeline.items[:position], targets, user)


def draw_subset(features, timeline, longest, generator):
    """A random part of the films, and all others. The logarithm of its length is uniform."""
    films, liked = timeline.items, timeline.items[timeline.ratings >= LIKED]
    if len(liked) > 0 and generator.random() < 0.5:
        films = liked
    limit = max(1, min(longest, len(films), len(timeline.items) - 1))
    length = min(limit, int((limit + 1) ** generator.random()))
    history = generator.choice(films, length, replace=False)
    user = {"age": features.age(timeline.times[-1]), "count": length}
    return Example(history, np.setdiff1d(timeline.items, history), user)


def draw_examples(features, timelines, settings, generator):
    """[Example] of one epoch in random order, the same number of each user.

    Some do not say how many films there were: an app may not give that feature.
    """
    subsets = round(settings["subsets"] * settings["examples"])
    moments = settings["examples"] - subsets
    drawn = [
        moment(features, *of_user, settings["following"])
        for of_user in draw_moments(timelines, moments, generator, early=settings["early"])
    ]
    drawn += [
        draw_subset(features, timeline, settings["longest"], generator)
        for timeline in timelines
        for _ in range(subsets)
    ]
    for example in drawn:
        if generator.random() < settings["count_dropout"]:
            del example.user["count"]
    return [drawn[number] for number in generator.permutation(len(drawn))]


def marked(rows, items):
    """[B, I] booleans: the rows of each list."""
    marks = np.zeros((len(rows), items), dtype=bool)
    for of_list, chosen in zip(marks, rows):
        of_list[chosen] = True
    return torch.from_numpy(marks)


def softmax_loss(logits, examples):
    """Summed softmax cross entropy over the films that are not in the history.

    Every target weighs 1 (Liang et al., WWW 2018): who met many films says more about which films
    go together. logits: [B, I].
    """
    seen, targets = (
        marked([getattr(example, of) for example in examples], logits.shape[1])
        for of in ("history", "targets")
    )
    return -torch.log_softmax(logits.masked_fill(seen, -torch.inf), dim=1)[targets].sum()
