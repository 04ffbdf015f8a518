"""Writes what evaluate.mjs and evaluate.py ask a model, as JSON. It holds people's histories: it stays on this machine.

    python3 training/prepare_evaluation.py --dataset ml-latest-small --data data/ml-latest-small
    python3 training/prepare_evaluation.py --dataset ml-1m --data data/ml-1m
    python3 training/prepare_evaluation.py --dataset ml-1m --data data/ml-1m --held-out validation
    python3 training/prepare_evaluation.py --dataset ml-1m --data data/ml-1m --protocol rating
    python3 training/prepare_evaluation.py --dataset ml-latest-small --data data/ml-latest-small --protocol time

strong.json                   ml-latest-small: [{ history, ratings, held_out }], one entry a person that no model was
                              trained on; the ratings are those of the history
time.json                     the same people, in the order of time: [{ history, features, held_out }], the first films are the
                              history, oldest first, with what else a file of candidates is told
leave-one-out.json            ml-1m: [{ user, history, positive, negatives }], one entry a user of the NCF authors' split
ml-latest-small-ratings.json  the same people, what they gave the films held out: [{ history: [[item, rating], ...],
                              targets: [[item, rating], ...] }]
ml-1m-ratings.json            the same for a random tenth of the ratings; the histories are the training nine tenths

With --held-out validation the names end in -validation.json: for choosing settings.

Items are named as the weights files name them: by MovieLens id, and on ML-1M by row.
"""

import argparse
import json
import os

import data
import timeline


def strong(folder, held_out, split_seed):
    names = data.load_small(folder).item_ids
    _, people = data.load_rated("ml-latest-small", folder, held_out, split_seed)
    return [
        dict(
            history=names[history].tolist(),
            ratings=ratings.tolist(),
            held_out=names[wanted].tolist(),
        )
        for history, ratings, wanted, _ in people
    ]


def leave_one_out(folder, held_out, split_seed):
    interactions, candidates = data.load_leave_one_out(folder, held_out, split_seed)
    histories = interactions.histories()
    return [
        dict(user=user, history=histories[user].tolist(), positive=positive, negatives=negatives)
        for user, (positive, *negatives) in enumerate(candidates.tolist())
    ]


def rating(dataset, folder, held_out, split_seed):
    training, people = data.load_rated(dataset, folder, held_out, split_seed)
    names = range(training.items) if training.item_ids is None else training.item_ids.tolist()

    def pairs(items, ratings):
        return [[names[item], value] for item, value in zip(items.tolist(), ratings.tolist())]

    return [dict(history=pairs(*person[:2]), targets=pairs(*person[2:])) for person in people]


def in_time(folder, held_out, split_seed):
    interactions, people = timeline.load_people(folder)
    names = interactions.item_ids
    _, asked = timeline.split_people(people, held_out, split_seed)
    entries = []
    for person in asked:
        place = person.cut()
        features = dict(searched=person.tokens_before(place), count=place)
        entries.append(
            dict(
                history=names[person.items[:place]].tolist(),
                features=features,
                held_out=names[person.items[place:]].tolist(),
            )
        )
    return entries


RANKINGS = {"ml-latest-small": ("strong", strong), "ml-1m": ("leave-one-out", leave_one_out)}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dataset",
        choices=["ml-latest-small", "ml-1m"],
        default="ml-latest-small",
        help="(%(default)s)",
    )
    parser.add_argument(
        "--protocol",
        choices=["ranking", "rating", "time"],
        default="ranking",
        help="what to ask for (%(default)s)",
    )
    parser.add_argument("--data", metavar="FOLDER", help="where the data set is (data/DATASET)")
    parser.add_argument(
        "--held-out",
        choices=["test", "validation"],
        default="test",
        help="what to ask about (%(default)s)",
    )
    parser.add_argument(
        "--split-seed", type=int, default=data.SPLIT_SEED, help="what is held out (%(default)s)"
    )
    parser.add_argument("--output", metavar="FOLDER", default="training/out", help="(%(default)s)")
    arguments = parser.parse_args()
    question = (
        arguments.data or os.path.join("data", arguments.dataset),
        arguments.held_out,
        arguments.split_seed,
    )
    if arguments.protocol == "rating":
        name, entries = f"{arguments.dataset}-ratings", rating(arguments.dataset, *question)
    elif arguments.protocol == "time":
        name, entries = "time", in_time(*question)
    else:
        name, ask = RANKINGS[arguments.dataset]
        entries = ask(*question)
    ending = "-validation.json" if arguments.held_out == "validation" else ".json"
    os.makedirs(arguments.output, exist_ok=True)
    with open(os.path.join(arguments.output, name + ending), "w", encoding="ascii") as file:
        json.dump(entries, file)


if __name__ == "__main__":
    main()
