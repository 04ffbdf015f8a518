"""ml-latest-small in the order of time: what a user had rated and tagged before each film.

MovieLens knows when a film was rated, not when it was watched, and many users rate dozens in one
evening: the order within an evening is that of the site's lists as much as that of the user's
taste. Tags replace search queries; fewer than a tenth of the users have any.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from training.datasets import movielens

HISTORY_SHARE = 0.8  # of a held-out user's films, the first in time; the others are to be found


@dataclass
class Timeline:
    """A user's n films and k search tokens, both oldest first."""

    items: np.ndarray  # [n] rows
    ratings: np.ndarray  # [n]
    times: np.ndarray  # [n] seconds
    token_times: np.ndarray  # [k]
    tokens: list  # [k] words and pairs of words

    def tokens_before(self, position):
        """The tokens from before film number `position`. They may tag an earlier film."""
        end = np.searchsorted(self.token_times, self.times[position], side="left")
        return self.tokens[: int(end)]

    def history_length(self):
        """How many films are history when the others are to be found."""
        return max(1, min(len(self.items) - 1, int(round(HISTORY_SHARE * len(self.items)))))


def tokens_of(tag):
    """ "Mind-bending plot" to ["mind-bending", "plot", "mind-bending plot"]."""
    words = re.findall(r"[\w'-]+", tag.lower())
    return words + [f"{first} {second}" for first, second in zip(words, words[1:])]


def load_timelines(folder):
    """(interactions, [Timeline] in the order of the users' rows)"""
    interactions = movielens.load_small(folder)
    ratings = movielens.read_csv(os.path.join(folder, "ratings.csv"))
    tags = {user: [] for user in sorted({int(rating["userId"]) for rating in ratings})}
    for tag in movielens.read_csv(os.path.join(folder, "tags.csv")):
        if int(tag["userId"]) in tags:
            tags[int(tag["userId"])].append((int(tag["timestamp"]), tag["tag"]))
    columns = [interactions.histories(of, order_by="time") for of in ("item", "rating", "time")]
    timelines = []
    for user_tags, *films in zip(tags.values(), *columns):
        tokens = [(time, token) for time, tag in sorted(user_tags) for token in tokens_of(tag)]
        times = np.array([time for time, _ in tokens])
        timelines.append(Timeline(*films, times, [token for _, token in tokens]))
    return interactions, timelines


def split_timelines(timelines, held_out, seed):
    """(training users, held-out users), the same as in `movielens.strong_split`."""
    users, trained_on = movielens.held_out_users(len(timelines), held_out, seed)
    return [timelines[user] for user in trained_on], [timelines[user] for user in users]


def draw_moments(timelines, count, generator, share=1.0, early=2.0):
    """[(timeline, position)] in random order: `count` of each user, in the first `share` of films.

    Every user has the same number, or the few who rated thousands of films would decide the loss
    (section 3.4 of the paper). The larger `early`, the more positions are near a user's start,
    which is where most visitors of a site are; 1 draws uniformly.
    """
    moments = []
    for timeline in timelines:
        end = max(1, int(round(share * len(timeline.items))))
        positions = end * generator.random(count) ** early
        moments += [(timeline, int(position)) for position in positions]
    return [moments[number] for number in generator.permutation(len(moments))]


def search_vocabulary(timelines, limit, minimum_users=2):
    """The tokens with the most users, at most `limit`, each used by `minimum_users` or more."""
    count = Counter(token for timeline in timelines for token in set(timeline.tokens))
    tokens = [token for token, users in count.items() if users >= minimum_users]
    return sorted(tokens, key=lambda token: (-count[token], token))[:limit]
