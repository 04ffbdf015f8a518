"""ml-latest-small in the order of time: what a person had met, and said, when they met the next film.

MovieLens knows when a film was rated, not when it was watched, and many people rate dozens in one evening: the order
within such an evening is that of the site's lists as much as that of their taste. A person's tags stand in for what they
searched for; hardly a tenth of the people has any.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass

import data
import numpy as np

HISTORY_SHARE = 0.8  # of a held-out person's films, the first in time: the others are to be found


@dataclass
class Person:
    """n films in the order of time, oldest first, and everything said, in the order of time too."""

    items: np.ndarray  # [n] rows
    ratings: np.ndarray  # [n]
    times: np.ndarray  # [n] seconds
    token_times: np.ndarray  # [k]
    tokens: list  # [k] words and pairs of words

    def tokens_before(self, place):
        """What was said before film number `place` was met. It may have been said of a film met earlier."""
        return self.tokens[: int(np.searchsorted(self.token_times, self.times[place], side="left"))]

    def cut(self):
        """How many films are history, when the others are to be found."""
        return max(1, min(len(self.items) - 1, int(round(HISTORY_SHARE * len(self.items)))))


def tokens_of(tag):
    """ "Mind-bending plot" to ["mind-bending", "plot", "mind-bending plot"]: lower-cased words, and pairs of neighbours."""
    words = re.findall(r"[\w'-]+", tag.lower())
    return words + [f"{first} {second}" for first, second in zip(words, words[1:])]


def load_people(folder):
    """(interactions, [Person] in their order)"""
    interactions = data.load_small(folder)
    users = sorted(
        {int(rating["userId"]) for rating in data.read_csv(os.path.join(folder, "ratings.csv"))}
    )
    said = {user: [] for user in users}
    for tag in data.read_csv(os.path.join(folder, "tags.csv")):
        if int(tag["userId"]) in said:
            said[int(tag["userId"])].append((int(tag["timestamp"]), tag["tag"]))
    columns = [interactions.histories(of, order_by="time") for of in ("item", "rating", "time")]
    people = []
    for user, *person in zip(users, *columns):
        tokens = [(time, token) for time, tag in sorted(said[user]) for token in tokens_of(tag)]
        people.append(
            Person(*person, np.array([time for time, _ in tokens]), [token for _, token in tokens])
        )
    return interactions, people


def split_people(people, held_out, seed):
    """(people who train, people who are asked about), as `data.strong_split` has them, in the order of time."""
    test, validation, training = data.split_users(len(people), seed)
    asked, trained_on = validation, training
    if held_out == "test":
        asked, trained_on = test, np.sort(np.append(validation, training))
    return [people[user] for user in trained_on], [people[user] for user in asked]


def draw_moments(people, count, generator, share=1.0, early=2.0):
    """[(person, place)] in random order: `count` moments of every person among the first `share` of their films.

    As many of everybody, or the few who rate thousands of films would decide the loss (section 3.4 of the paper). The
    larger `early`, the more of them are among somebody's first films, which is where a visitor stands; 1 is none."""
    moments = []
    for person in people:
        end = max(1, int(round(share * len(person.items))))
        moments += [(person, int(place)) for place in end * generator.random(count) ** early]
    return [moments[number] for number in generator.permutation(len(moments))]


def search_vocabulary(people, most, least_people=2):
    """The words that most people said, at least two; at most so many."""
    count = Counter(token for person in people for token in set(person.tokens))
    words = [word for word, said_by in count.items() if said_by >= least_people]
    return sorted(words, key=lambda word: (-count[word], word))[:most]
