"""Writes evaluation data as JSON, for by_package.js and by_reference.py.

    python3 -m training.evaluate.prepare
    python3 -m training.evaluate.prepare --dataset ml-1m
    python3 -m training.evaluate.prepare --dataset ml-1m --held-out validation
    python3 -m training.evaluate.prepare --dataset ml-1m --protocol rating
    python3 -m training.evaluate.prepare --dataset ml-1m --protocol strong
    python3 -m training.evaluate.prepare --protocol time
    python3 -m training.evaluate.prepare --protocol few

The files hold histories of users: do not publish them. One entry per user:

strong.json                   ml-latest-small, users not trained on: { history, ratings, times,
                              held_out }; ratings and times are those of the history
time.json                     the same users in time order: { history, features, held_out }; the
                              history is the first films, oldest first
leave-one-out.json            ml-1m, the NCF authors' split: { user, history, positive, negatives }
ml-latest-small-ratings.json  the users of strong.json, their ratings of the held-out films:
                              { history: [[item, rating], ...], targets: [[item, rating], ...] }
ml-1m-ratings.json            the same for a random tenth of the ratings; the histories are the
                              training ratings
few-test.csv, few-train.csv   ml-latest-small, lines of ratings.csv: users not trained on, and all
                              others, for `npx pocketrec-cli evaluate --protocol few`
ml-1m-strong-history.csv,     films rated 4 or more by users not trained on: 80% of each user's, and
ml-1m-strong-targets.csv      the other 20%, for `npx pocketrec-cli evaluate --protocol strong`

With --held-out validation the names end in -validation. Items are named as in the weights
files: by MovieLens id; on ML-1M by row, in the two CSV files of liked films by row from 1.
"""

import csv
import json
import os

import numpy as np

from training.common import arguments as command_line
from training.datasets import liked, movielens, timeline


def strong(folder, held_out, split_seed):
    interactions = movielens.load_small(folder)
    names, items, times = (
        interactions.item_ids,
        interactions.histories(),
        interactions.histories("time"),
    )
    _, users = movielens.load_rated("ml-latest-small", folder, held_out, split_seed)
    rows, _ = movielens.held_out_users(interactions.users, held_out, split_seed)
    return [
        {
            "history": names[history].tolist(),
            "ratings": ratings.tolist(),
            "times": times[row][np.isin(items[row], history)].tolist(),
            "held_out": names[targets].tolist(),
        }
        for row, (history, ratings, targets, _) in zip(rows, users)
    ]


def leave_one_out(folder, held_out, split_seed):
    interactions, candidates = movielens.load_leave_one_out(folder, held_out, split_seed)
    histories = interactions.histories()
    return [
        {
            "user": user,
            "history": histories[user].tolist(),
            "positive": positive,
            "negatives": negatives,
        }
        for user, (positive, *negatives) in enumerate(candidates.tolist())
    ]


def rating(dataset, folder, held_out, split_seed):
    training, users = movielens.load_rated(dataset, folder, held_out, split_seed)
    names = range(training.items) if training.item_ids is None else training.item_ids.tolist()

    def pairs(items, ratings):
        return [[names[item], value] for item, value in zip(items.tolist(), ratings.tolist())]

    return [{"history": pairs(*user[:2]), "targets": pairs(*user[2:])} for user in users]


def in_time(folder, held_out, split_seed):
    interactions, timelines = timeline.load_timelines(folder)
    names = interactions.item_ids
    _, users = timeline.split_timelines(timelines, held_out, split_seed)
    entries = []
    for user in users:
        end = user.history_length()
        entry = {
            "history": names[user.items[:end]].tolist(),
            "features": {"searched": user.tokens_before(end), "count": end},
            "held_out": names[user.items[end:]].tolist(),
        }
        entries.append(entry)
    return entries


def write_few(folder, held_out, split_seed, path):
    """Lines of ratings.csv: path-test.csv, path-train.csv. Films as `load_small` keeps them."""
    interactions = movielens.load_small(folder)
    ratings = movielens.read_csv(os.path.join(folder, "ratings.csv"))
    names = np.unique([int(rating["userId"]) for rating in ratings])
    parts = movielens.held_out_users(interactions.users, held_out, split_seed)
    for part, rows in zip(("test", "train"), parts):
        users, films = set(names[rows].tolist()), set(interactions.item_ids.tolist())
        with open(f"{path}-{part}.csv", "w", encoding="ascii", newline="") as file:
            writer = csv.DictWriter(file, list(ratings[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(
                rating
                for rating in ratings
                if int(rating["userId"]) in users and int(rating["movieId"]) in films
            )


def write_strong(folder, held_out, split_seed, path):
    """Liked films of users not trained on: path-history.csv, path-targets.csv."""
    interactions, users = liked.load_strong(folder, held_out, split_seed)
    for part, histories in zip(("history", "targets"), zip(*users)):
        with open(f"{path}-{part}.csv", "w", encoding="ascii", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["user", "item"])
            for user, rows in enumerate(histories, 1):
                writer.writerows([user, item] for item in interactions.item_ids[rows].tolist())


def entries_of(arguments):
    """(name of the file, its entries)"""
    split = command_line.folder_of(arguments), arguments.held_out, arguments.split_seed
    if arguments.protocol == "rating":
        return f"{arguments.dataset}-ratings", rating(arguments.dataset, *split)
    if arguments.protocol == "time":
        return "time", in_time(*split)
    if arguments.dataset == "ml-1m":
        return "leave-one-out", leave_one_out(*split)
    return "strong", strong(*split)


def main():
    parser = command_line.new_parser(__doc__)
    command_line.add_dataset(parser)
    command_line.add_split(parser, "test")
    add, protocols = parser.add_argument, ["ranking", "rating", "time", "few", "strong"]
    add("--protocol", choices=protocols, default="ranking", help="what to measure (%(default)s)")
    add("--output", metavar="FOLDER", default="training/out", help="(%(default)s)")
    arguments = parser.parse_args()
    suffix = "-validation" if arguments.held_out == "validation" else ""
    os.makedirs(arguments.output, exist_ok=True)
    split = command_line.folder_of(arguments), arguments.held_out, arguments.split_seed
    if arguments.protocol == "few":
        write_few(*split, os.path.join(arguments.output, f"few{suffix}"))
        return
    if (arguments.dataset, arguments.protocol) == ("ml-1m", "strong"):
        write_strong(*split, os.path.join(arguments.output, f"{arguments.dataset}-strong{suffix}"))
        return
    name, entries = entries_of(arguments)
    path = os.path.join(arguments.output, f"{name}{suffix}.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump(entries, file)


if __name__ == "__main__":
    main()
