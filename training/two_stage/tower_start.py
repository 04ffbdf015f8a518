"""A tower that begins as the bilinear model of training/two_stage/tastes.py.

Swish is x / 2 + x^2 / 4 near 0, so that four hidden nodes give the product of two numbers p and q:

    swish(c + (p + q)) + swish(c - (p + q)) - swish(c + (p - q)) - swish(c - (p - q))
        = 4 swish''(c) p q + terms of the fourth order

where c depends on the number of watched films: the fewer, the smaller is the product. One more node
is far from 0, where swish is linear: it adds the film's bias. A node for each genre is above 0 only
for films of the genre, and the more the larger its share of the watched films is, from a few films
on. The others learn what they like.
"""

import numpy as np
import torch

SIZE = 0.25  # standard deviation of p and q: small enough for the product, not for float16
LINEAR = 8.0  # from here on swish(x) is x, nearly
BIAS_SCALE = 0.1  # a film's bias is a column of its embedding
SHARE_WEIGHT, USUAL_SHARE, CLOSED, GENRE_WEIGHT = 5.0, 0.35, 6.0, 0.8
COUNTS = np.unique(np.geomspace(1, 60, 60).round())


def curvature(shift):
    """swish''"""
    sigmoid = 1 / (1 + np.exp(-shift))
    return sigmoid * (1 - sigmoid) * (2 + shift * (1 - 2 * sigmoid))


def shifts(shares):
    """c at which the curvature is these shares of its largest, swish''(0) = 1/2."""
    grid = np.linspace(0, 2.39, 1000)
    return np.interp(-shares, -2 * curvature(grid), grid)


def start(model, features, tastes):
    """Changes a RankingModel in place. features: RankingFeatures. tastes: a trained Tastes.

    A film's embedding: its taste [e], its bias, its genres [G]. Nodes of the layer: 4 e, 1, G and
    free ones.
    """
    genres = torch.from_numpy(features.has_genre.astype(np.float32))
    bias = BIAS_SCALE * (tastes.bias - tastes.bias.mean())
    with torch.no_grad():
        model.film.weight.copy_(torch.cat([tastes.film, bias[:, None], genres], dim=1))
        model.output.weight.zero_()
        model.output.bias[0] = tastes.bias.mean() + tastes.level[0]
        add_products(model, features, tastes)
        add_bias(model, tastes.film.shape[1])
        add_genres(model, features, tastes.film.shape[1] + 1)


def add_products(model, features, tastes):
    layer, width, item = model.tower[0], tastes.film.shape[1], model.user_width
    factor, films = tastes.strength.exp().tolist()
    parts = tastes.of_user.T, tastes.of_film.T  # [e, e], a row for each product
    sizes = [torch.std(tastes.film @ part.T, dim=0) for part in parts]
    of_user, of_film = (part * (SIZE / size)[:, None] for part, size in zip(parts, sizes))
    weights, shift = count_weights(features, shifts(COUNTS / (COUNTS + films)))
    for quarter, (outer, inner) in enumerate([(1, 1), (-1, 1), (1, -1), (-1, -1)]):
        rows = slice(quarter * width, (quarter + 1) * width)
        layer.weight[rows] = 0
        layer.weight[rows, :width] = outer * of_user
        layer.weight[rows, item : item + width] = outer * inner * of_film
        layer.weight[rows, counts_of(model)] = weights
        layer.bias[rows] = shift
        # 4 swish''(0) = 2
        model.output.weight[0, rows] = inner * factor * sizes[0] * sizes[1] / SIZE**2 / 2


def add_bias(model, width):
    layer, node = model.tower[0], 4 * width
    layer.weight[node] = 0
    layer.weight[node, model.user_width + width] = 1 / (4 * BIAS_SCALE)
    layer.bias[node] = LINEAR
    model.output.weight[0, node] = 4
    model.output.bias -= 4 * LINEAR


def add_genres(model, features, column):
    """column: of the first genre in a film's embedding."""
    layer, first = model.tower[0], 4 * (column - 1) + 1
    weights, shift = count_weights(features, -3 * np.clip(1 - np.log(COUNTS) / np.log(4), 0, 1))
    for genre in range(len(features.genres)):
        node = first + genre
        layer.weight[node] = 0
        layer.weight[node, column + genre] = SHARE_WEIGHT
        layer.weight[node, model.user_width + column + genre] = CLOSED
        layer.weight[node, counts_of(model)] = weights
        layer.bias[node] = shift - SHARE_WEIGHT * USUAL_SHARE - CLOSED
        model.output.weight[0, node] = GENRE_WEIGHT


def counts_of(model):
    """The columns of the feature `count` among those of the first layer."""
    width = model.film.weight.shape[1]
    return slice(width, width + (model.user_width - width) // 2)


def count_weights(features, values):
    """(weights [inputs] of the feature `count`, a constant) that give these values for COUNTS."""
    inputs = features.continuous("count", COUNTS).numpy()
    columns = np.column_stack([inputs, np.ones(len(COUNTS))])
    *weights, constant = np.linalg.lstsq(columns, values, rcond=None)[0]
    return torch.tensor(weights, dtype=torch.float32), float(constant)
