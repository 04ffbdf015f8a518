"""Simulated impressions for the ranking model, because MovieLens has none.

A page is one film that the user rated next and `negatives` films that the user never rated. These
are sampled by the popularity of films within about a year of that moment, to the power EXPOSURE.
The rating, in stars, replaces the watch time of the watched film; films only shown have 0.
"""

import numpy as np

from training.two_stage.candidate_measures import popularity_around

EXPOSURE = 0.75  # below 1: unpopular films are shown more often than they are watched
PERIOD = 365.25 * 24 * 3600 / 4  # one distribution for a quarter of a year


class ImpressionSampler:
    """Samples shown films by the popularity among these users."""

    def __init__(self, timelines, items):
        self.timelines, self.items, self.distributions = timelines, items, {}

    def distribution(self, time):
        """[I], cumulative, of that time's quarter."""
        quarter = int(time // PERIOD)
        if quarter not in self.distributions:
            middle = (quarter + 0.5) * PERIOD
            shown = popularity_around(self.timelines, self.items, middle) ** EXPOSURE
            self.distributions[quarter] = np.cumsum(shown / shown.sum())
        return self.distributions[quarter]

    def draw(self, time, excluded, count, generator):
        """`count` item rows, none of them in the set `excluded`."""
        distribution, drawn = self.distribution(time), []
        while len(drawn) < count:
            row = int(np.searchsorted(distribution, generator.random(), side="right"))
            row = min(row, self.items - 1)
            if row not in excluded:
                drawn.append(row)
        return drawn

    def page(self, timeline, position, negatives, generator):
        """(rows, watch times), both [1 + negatives]: the watched film, then films only shown."""
        rated = set(timeline.items.tolist())
        shown = self.draw(timeline.times[position], rated, negatives, generator)
        rows = [timeline.items[position], *shown]
        return rows, [timeline.ratings[position], *[0.0] * negatives]


def pages(sampler, moments, negatives, generator):
    """(rows, watch times), both [B, 1 + negatives]."""
    rows, watch_times = zip(*(sampler.page(*moment, negatives, generator) for moment in moments))
    return np.array(rows), np.array(watch_times)


def moments_between(timelines, begin, end, limit, generator):
    """[(timeline, position)] in random order: up to `limit` random positions of each user.

    The positions lie between the shares `begin` and `end` of the user's films in time.
    """
    moments = []
    for timeline in timelines:
        count = len(timeline.items)
        positions = np.arange(int(round(begin * count)), int(round(end * count)))
        chosen = generator.permutation(positions)[:limit]
        moments += [(timeline, int(position)) for position in chosen]
    return [moments[number] for number in generator.permutation(len(moments))]


def misranked_share(raw, watch_times):
    """The paper's weighted per-user loss, in per cent.

    Over all pairs of a watched film and one only shown: the watch time of the pairs in which the
    latter has a score at least as high, divided by the watch time of all.
    raw, watch_times: [B, 1 + negatives].
    """
    wrong = (raw[:, 1:] >= raw[:, :1]).mean(axis=1)
    return 100 * float((watch_times[:, 0] * wrong).sum() / watch_times[:, 0].sum())
