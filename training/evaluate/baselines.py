"""Baselines. Rankings: popularity, ItemKNN, EASE (Steck, WWW 2019). Ratings: mean, mean and biases.

python3 -m training.evaluate.baselines
python3 -m training.evaluate.baselines --dataset ml-1m    # ratings, a random tenth held out
"""

import numpy as np

from training.common import arguments as command_line
from training.common import metrics
from training.datasets import movielens

NEIGHBOURS = 50  # tuned on the validation users, like the two priors
FILM_PRIOR = USER_PRIOR = 3.0  # number of ratings at the mean added to every film and user


def popularity(interactions):
    """score_user: the number of interactions of each film, for every user."""
    counts = np.bincount(interactions.item, minlength=interactions.items)
    return lambda history: counts


def binary_matrix(interactions):
    """[U, I]"""
    matrix = np.zeros((interactions.users, interactions.items))
    matrix[interactions.user, interactions.item] = 1
    return matrix


def neighbour_weights(interactions, neighbours=NEIGHBOURS):
    """[I, I]: column j has the cosines of film j with its nearest neighbours."""
    matrix = binary_matrix(interactions)
    together = matrix.T @ matrix  # [I, I]
    length = np.sqrt(np.maximum(np.diag(together), 1))
    cosine = together / np.outer(length, length)
    np.fill_diagonal(cosine, 0)
    nearest = np.argsort(-cosine, axis=0, kind="stable")[:neighbours]  # [k, I]
    weights = np.zeros_like(cosine)
    np.put_along_axis(weights, nearest, np.take_along_axis(cosine, nearest, axis=0), axis=0)
    return weights


def item_neighbours(interactions, neighbours=NEIGHBOURS):
    """score_user: summed cosines of a film with its nearest neighbours in the history."""
    weights = neighbour_weights(interactions, neighbours)
    return lambda history: weights[history].sum(axis=0)


def ease_weights(interactions, regularisation=200.0):
    """[I, I]: column j predicts film j from the others, in closed form."""
    matrix = binary_matrix(interactions)
    inverse = np.linalg.inv(matrix.T @ matrix + regularisation * np.eye(interactions.items))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def ease(interactions, regularisation=200.0):
    """score_user: the sum of the history's rows of the item-to-item weights."""
    weights = ease_weights(interactions, regularisation)
    return lambda history: weights[history].sum(axis=0)


def mean_rating(interactions):
    """predict: the overall mean."""
    mean = interactions.rating.mean()
    return lambda history, ratings, targets: np.full(len(targets), mean)


def rating_biases(interactions, film_prior=FILM_PRIOR, user_prior=USER_PRIOR):
    """predict: the overall mean, the film's bias and the user's bias."""
    mean, items = interactions.rating.mean(), interactions.items
    above = np.bincount(interactions.item, interactions.rating - mean, minlength=items)
    count = np.bincount(interactions.item, minlength=items)
    film = mean + above / (count + film_prior)  # [I]

    def predict(history, ratings, targets):
        return film[targets] + (ratings - film[history]).sum() / (len(history) + user_prior)

    return predict


RANKERS = {"popularity": popularity, f"ItemKNN {NEIGHBOURS}": item_neighbours, "EASE 200": ease}
PREDICTORS = {"mean": mean_rating, "mean and biases": rating_biases}


def main():
    parser = command_line.new_parser(__doc__)
    command_line.add_dataset(parser)
    command_line.add_split(parser, "test")
    arguments = parser.parse_args()
    folder, split = command_line.folder_of(arguments), (arguments.held_out, arguments.split_seed)
    training, users = movielens.load_rated(arguments.dataset, folder, *split)
    print(f"{training.users} training users, {len(users)} measured users, {training.items} films")
    if arguments.dataset == "ml-latest-small":
        pairs = [(history, held_out) for history, _, held_out, _ in users]
        for name, ranker in RANKERS.items():
            measured = metrics.strong_metrics(ranker(training), pairs)
            print(f"{name:16}", metrics.as_text(measured, 3))
    lowest, highest = training.rating.min(), training.rating.max()
    for name, predictor in PREDICTORS.items():
        predict = predictor(training)
        predicted = [np.clip(predict(*user[:3]), lowest, highest) for user in users]
        measured = metrics.rating_metrics(predicted, [actual for _, _, _, actual in users])
        print(f"{name:16}", metrics.as_text(measured, 3))


if __name__ == "__main__":
    main()
