"""Histories and impressions for the ranking model, because MovieLens has none.

A history is a part of what a user rated, as a visitor would give it. The films shown are those that
the candidate stage shows for it: the server's list of popular films, or the best of the catalogue
for this history. Of these the films that the user met are watched, the rating in place of the watch
time; the others are only shown. A visitor with films of one genre looks for more of them: what the
user met of other genres is only shown to such a history. B histories, I items.
"""

import numpy as np

from training.common import safetensors_file
from training.two_stage.reference import StoredTwoStage

LIKED, WATCHED = 4.0, 3.0  # ratings; below 3 a film does not count as watched on the device either
FOUND = 500  # candidates of the first stage on the device
POPULAR, WANTED, SERVED = 500, 50, 200  # the demo's server: web-demo/server/lists.js
LONGEST = 60
ONE_GENRE = 0.2  # the share of histories of one genre
SHORTEST_OF_GENRE = 3


class History:
    """What a user gave. rows, ratings: [n], oldest first. rest: rows and ratings of all others."""

    def __init__(self, timeline, chosen):
        self.rows, self.ratings = timeline.items[chosen], timeline.ratings[chosen]
        self.rest = np.delete(timeline.items, chosen), np.delete(timeline.ratings, chosen)

    @property
    def watched(self):
        return self.rows[self.ratings >= WATCHED]

    @property
    def features(self):
        """Of the user side, as an app gives them to the models (web-demo/page/user-input.js)."""
        return {"count": len(self.rows), "mean_rating": float(self.ratings.mean())}


def draw_history(timeline, generator, genres):
    """A History: mostly liked films, at times what they rated first, with low ratings.

    Its length is log-uniform: most visitors are new. genres: [I, genres] booleans.
    """
    kind = generator.random()
    if kind < ONE_GENRE:
        history = of_one_genre(timeline, generator, genres)
        if history:
            return history
        kind = generator.uniform(ONE_GENRE, 1)
    lowest = LIKED if kind < 0.7 else WATCHED if kind < 0.9 else 0.0
    eligible = np.flatnonzero(timeline.ratings >= lowest)
    if not len(eligible):
        eligible = np.arange(len(timeline.items))
    count = length(1, min(LONGEST, len(eligible) - 1), generator)
    if kind >= 0.97:
        return History(timeline, eligible[:count])
    return History(timeline, np.sort(generator.choice(eligible, count, replace=False)))


def of_one_genre(timeline, generator, genres):
    """A History of liked films of one genre. This user wants films of that genre: others do not
    count as watched. None where the user has too few.
    """
    liked = np.flatnonzero(timeline.ratings >= LIKED)
    if not len(liked):
        return None
    own = genres[timeline.items]
    film = own[generator.choice(liked)]
    genre = np.argmin(np.where(film, genres.sum(axis=0), len(genres)))  # the film's rarest
    eligible = liked[own[liked, genre]]
    if len(eligible) <= SHORTEST_OF_GENRE:
        return None
    count = length(SHORTEST_OF_GENRE, min(LONGEST, len(eligible) - 1), generator)
    history = History(timeline, np.sort(generator.choice(eligible, count, replace=False)))
    wanted = genres[history.rest[0], genre]
    history.rest = tuple(values[wanted] for values in history.rest)
    return history


def length(shortest, longest, generator):
    """A log-uniform whole number."""
    ratio = max(longest, shortest) / shortest
    return int(round(shortest * ratio ** generator.random()))


def draw_histories(timelines, count, generator, genres):
    """`count` histories of each user, in random order. A user of one film has none to find."""
    histories = [
        draw_history(timeline, generator, genres)
        for timeline in timelines
        if len(timeline.items) > 1
        for _ in range(count)
    ]
    return [histories[number] for number in generator.permutation(len(histories))]


def best(raw, count):
    """The rows of the highest raw scores, in no order."""
    return np.argpartition(-raw, count)[:count]


class FirstStage:
    """What the demo's candidate stage shows. path: of a candidates file.

    popularity: [I], of the training users: the server's list must not know the others.
    """

    def __init__(self, path, popularity):
        tensors, description = safetensors_file.read(path)
        self.model = StoredTwoStage(tensors, description)
        self.provenance = description["provenance"]
        self.served = self.most_wanted(popularity)[:SERVED]

    def warn_of_other_users(self, held_out, split_seed):
        """Says so where the candidates were trained on users that are held out here."""
        own = self.provenance["settings"]["held_out"], self.provenance["split_seed"]
        if own != (held_out, split_seed):
            print(
                f"the candidates left out the {own[0]} users of split {own[1]}, not those of "
                f"{held_out} {split_seed}: their lists are better here than a new user's; train "
                "candidates with the same --held-out and --split-seed and name them by --candidates"
            )

    def raw(self, rated, watched):
        """[I] raw scores after so many ratings; films that were watched are not shown."""
        raw = self.model.raw({"count": rated}, watched)
        raw[watched] = -np.inf
        return raw

    def most_wanted(self, popularity):
        """The popular films, those first that most viewers of one of them would be shown."""
        known = np.argsort(-popularity, kind="stable")[:POPULAR]
        viewers = np.zeros(len(popularity))
        for film in known:
            viewers[best(self.raw(1, [film]), WANTED)] += popularity[film]
        return known[np.argsort(-viewers[known], kind="stable")]

    def found(self, histories):
        """[B, FOUND]: the best films for each history, none of it among them; in no order."""
        rows = np.empty((len(histories), FOUND), dtype=np.int64)
        for row, history in zip(rows, histories):
            raw = self.raw(len(history.rows), history.watched)
            raw[history.rows] = -np.inf
            row[:] = best(raw, FOUND)
        return rows

    def shown(self, histories, count, generator):
        """[B, count] rows: `count` of the films shown, of the server's list or the device's."""
        lists = [
            self.served if generator.random() < 0.5 else found for found in self.found(histories)
        ]
        return np.stack([generator.choice(films, count, replace=False) for films in lists])


def watch_times(histories, rows):
    """[B, P] ratings of the films at `rows`; 0 of films only shown, nan of those given."""
    times = np.zeros(rows.shape, dtype=np.float32)
    for row, of_history, history in zip(rows, times, histories):
        for known, values in (history.rest, (history.rows, np.full(len(history.rows), np.nan))):
            if not len(known):
                continue
            order = np.argsort(known)
            place = np.minimum(np.searchsorted(known, row, sorter=order), len(known) - 1)
            same = known[order[place]] == row
            of_history[same] = values[order[place[same]]]
    return times
