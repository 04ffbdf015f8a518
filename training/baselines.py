"""What a model has to beat, and what it should come near: popularity, ItemKNN, EASE (Steck, WWW 2019); for ratings the
mean, and the mean with a bias of the film and one of the person.

    python3 training/baselines.py --data data/ml-latest-small
    python3 training/baselines.py --dataset ml-1m --data data/ml-1m        # ratings, a random tenth held out
"""

import argparse
import os

import data
import metrics
import numpy as np

NEIGHBOURS = 50  # tuned on the validation people
FILM_PULL, PERSON_PULL = (
    3.0,
    3.0,
)  # ratings at the mean that everybody is taken to have; tuned likewise


def popularity(interactions):
    """score_user: everybody gets the films with the most interactions."""
    counts = np.bincount(interactions.item, minlength=interactions.items)
    return lambda history: counts


def binary_matrix(interactions):
    """[U, I]"""
    matrix = np.zeros((interactions.users, interactions.items))
    matrix[interactions.user, interactions.item] = 1
    return matrix


def item_neighbours(interactions, neighbours=NEIGHBOURS):
    """score_user: the summed cosines of a film with those of the history that are among its nearest neighbours."""
    matrix = binary_matrix(interactions)
    together = matrix.T @ matrix  # [I, I]
    length = np.sqrt(np.maximum(np.diag(together), 1))
    cosine = together / np.outer(length, length)
    np.fill_diagonal(cosine, 0)
    nearest = np.argsort(-cosine, axis=0, kind="stable")[:neighbours]  # [k, I]: a column a film
    weights = np.zeros_like(cosine)
    np.put_along_axis(weights, nearest, np.take_along_axis(cosine, nearest, axis=0), axis=0)
    return lambda history: weights[history].sum(axis=0)


def ease(interactions, regularisation=200.0):
    """score_user: the sum of the history's rows of the item-to-item weights, in closed form."""
    matrix = binary_matrix(interactions)
    inverse = np.linalg.inv(matrix.T @ matrix + regularisation * np.eye(interactions.items))
    weights = -inverse / np.diag(inverse)  # [I, I]: column j predicts item j from the others
    np.fill_diagonal(weights, 0)
    return lambda history: weights[history].sum(axis=0)


def mean_rating(interactions):
    """predict: one number for everything."""
    mean = interactions.rating.mean()
    return lambda history, ratings, asked: np.full(len(asked), mean)


def rating_biases(interactions, film_pull=FILM_PULL, person_pull=PERSON_PULL):
    """predict: the mean, what the film is above it, and what the person gives above that."""
    mean = interactions.rating.mean()
    above = np.bincount(interactions.item, interactions.rating - mean, minlength=interactions.items)
    film = mean + above / (
        np.bincount(interactions.item, minlength=interactions.items) + film_pull
    )  # [I]
    return lambda history, ratings, asked: (
        film[asked] + (ratings - film[history]).sum() / (len(history) + person_pull)
    )


def show(name, result):
    print(f"{name:16}", "  ".join(f"{metric} {value:.3f}" for metric, value in result.items()))


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
    parser.add_argument("--data", metavar="FOLDER", help="where the data set is (data/DATASET)")
    parser.add_argument(
        "--held-out",
        choices=["test", "validation"],
        default="test",
        help="what to measure on (%(default)s)",
    )
    parser.add_argument(
        "--split-seed", type=int, default=data.SPLIT_SEED, help="what is held out (%(default)s)"
    )
    arguments = parser.parse_args()
    folder = arguments.data or os.path.join("data", arguments.dataset)
    training, people = data.load_rated(
        arguments.dataset, folder, arguments.held_out, arguments.split_seed
    )
    print(
        f"{training.users} training users, {len(people)} people asked about, {training.items} films"
    )
    if arguments.dataset == "ml-latest-small":
        asked = [(history, held_out) for history, _, held_out, _ in people]
        rankers = {
            "popularity": popularity,
            f"ItemKNN {NEIGHBOURS}": item_neighbours,
            "EASE 200": ease,
        }
        for name, ranker in rankers.items():
            show(name, metrics.strong_metrics(ranker(training), asked))
    lowest, highest = training.rating.min(), training.rating.max()
    for name, predictor in {"mean": mean_rating, "mean and biases": rating_biases}.items():
        predict = predictor(training)
        predicted = [np.clip(predict(*person[:3]), lowest, highest) for person in people]
        show(name, metrics.rating_metrics(predicted, [actual for _, _, _, actual in people]))


if __name__ == "__main__":
    main()
