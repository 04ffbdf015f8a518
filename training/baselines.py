"""What a model has to beat, and what it should come near: popularity, and EASE (Steck, WWW 2019).

    python3 training/baselines.py --data data/ml-latest-small
"""

import argparse

import numpy as np

import data
import metrics


def popularity(interactions):
    """score_user: everybody gets the films with the most interactions."""
    counts = np.bincount(interactions.item, minlength=interactions.items)
    return lambda history: counts


def ease(interactions, regularisation=200.0):
    """score_user: the sum of the history's rows of the item-to-item weights, in closed form."""
    matrix = np.zeros((interactions.users, interactions.items))
    matrix[interactions.user, interactions.item] = 1
    inverse = np.linalg.inv(matrix.T @ matrix + regularisation * np.eye(interactions.items))
    weights = -inverse / np.diag(inverse)  # [I, I]: column j predicts item j from the others
    np.fill_diagonal(weights, 0)
    return lambda history: weights[history].sum(axis=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", metavar="FOLDER", default="data/ml-latest-small", help="where the data set is (%(default)s)")
    parser.add_argument("--held-out", choices=["test", "validation"], default="test", help="whom to measure on (%(default)s)")
    parser.add_argument("--split-seed", type=int, default=data.SPLIT_SEED, help="who is held out (%(default)s)")
    arguments = parser.parse_args()
    interactions = data.load_small(arguments.data)
    training, people = data.strong_split(interactions, arguments.held_out, arguments.split_seed)
    print(f"{training.users} training users, {len(people)} held out, {training.items} films")
    for name, score_user in [("popularity", popularity(training)), ("EASE 200", ease(training))]:
        result = metrics.strong_metrics(score_user, people)
        print(f"{name:12}", "  ".join(f"{metric} {value:.3f}" for metric, value in result.items()))


if __name__ == "__main__":
    main()
