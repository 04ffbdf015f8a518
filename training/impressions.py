"""Impressions for the ranking model. MovieLens has none: they are made up, and that bounds what its numbers mean.

A page is one film that the person rated next, and `negatives` films that they never rated. These are drawn by what a
shelf of that time would have shown: by how many people met a film within about a year of then, to the power EXPOSURE.
The watch time of the film that was met is its rating, in stars: a film rated 4.5 counts nine times one rated 0.5, and a
film that was shown and not met counts nothing.
"""

import numpy as np
from candidate_measures import popularity_around

EXPOSURE = 0.75  # less than 1: what few people meet is shown a little more often than it is met
PERIOD = 365.25 * 24 * 3600 / 4  # one shelf for all of a quarter of a year


class Shelf:
    """Draws what would have been shown. people: whose films make the popularity, [(items, times)] as Person has them."""

    def __init__(self, people, items):
        self.people, self.items, self.shares = people, items, {}

    def share(self, time):
        """[I] cumulated: the shelf of that quarter."""
        quarter = int(time // PERIOD)
        if quarter not in self.shares:
            shown = popularity_around(self.people, self.items, (quarter + 0.5) * PERIOD) ** EXPOSURE
            self.shares[quarter] = np.cumsum(shown / shown.sum())
        return self.shares[quarter]

    def draw(self, time, never, count, generator):
        """[count] rows, none of them in `never`: a set of rows."""
        share, drawn = self.share(time), []
        while len(drawn) < count:
            row = min(int(np.searchsorted(share, generator.random(), side="right")), self.items - 1)
            if row not in never:
                drawn.append(row)
        return drawn

    def page(self, person, place, negatives, generator):
        """(rows [1 + negatives], watch times [1 + negatives]): the film that was met, then those that were only shown."""
        shown = self.draw(person.times[place], set(person.items.tolist()), negatives, generator)
        return [person.items[place], *shown], [person.ratings[place], *[0.0] * negatives]


def pages(shelf, moments, negatives, generator):
    """(rows, watch times), both [B, 1 + negatives]."""
    rows, watched = zip(
        *(shelf.page(person, place, negatives, generator) for person, place in moments)
    )
    return np.array(rows), np.array(watched)


def moments_between(people, begin, end, most, generator):
    """[(person, place)]: `most` random places of each person (fewer where there are not so many) from share `begin` to
    share `end` of their films in time, in random order."""
    moments = []
    for person in people:
        places = np.arange(
            int(round(begin * len(person.items))), int(round(end * len(person.items)))
        )
        moments += [(person, int(place)) for place in generator.permutation(places)[:most]]
    return [moments[number] for number in generator.permutation(len(moments))]


def misranked_share(raw, watched):
    """The paper's weighted per-user loss, per cent: of all pairs of a film that was met and one only shown beside it, the
    watch time of those where the latter has the higher score, over the watch time of all. Equal scores count as wrong.
    raw, watched: [B, 1 + negatives]."""
    wrong = (raw[:, 1:] >= raw[:, :1]).mean(axis=1)
    return 100 * float((watched[:, 0] * wrong).sum() / watched[:, 0].sum())
