"""I-AutoRec, shallow or deep, on ML-1M: Adam over batches of items that reads given ratings alone.

An item's input is its ratings as they are, 1 to 5, and 0 for users who gave none, as in the paper
(Sedhain et al., AutoRec, WWW 2015). Each layer is a sigmoid; the code is the last of them. Sigmoids
in a row lose most of their input's variance, and deep ones then hardly learn: each layer after the
first adds its product to RESIDUAL times (input - 1/2), which makes it start near the identity.

    z_1 = sigmoid(V'x + c_1)        z_k = sigmoid(RESIDUAL (z_k-1 - 1/2) + M_k' z_k-1 + c_k)
    rating of user u = w_u . z + b_u + shift          x: a random share of it is dropped

This is a dense layer of weight M_k + RESIDUAL I. Minimised is the summed squared error and l2 / 2
times the squared weights of V and W; of M_k: `l2_between`.
"""

import numpy as np
from tqdm import tqdm

from training.autoencoder.sparse_layers import (
    FIRST,
    SECOND,
    adam,
    encode,
    group,
    step_decoder,
    step_encoder,
)

RESIDUAL = np.float32(4)  # the inverse of the sigmoid's slope at 0
BIAS_PRIOR = 5  # a user's first bias: the mean of the residuals and of so many zeros


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def xavier(generator, inside, out):
    limit = np.sqrt(6 / (inside + out))
    return generator.uniform(-limit, limit, (inside, out)).astype(np.float32)


class Ratings:
    """Ratings in the order of users. matrix: items by users, inputs less `shift`."""

    def __init__(self, matrix, shift):
        user, item = matrix.seen.T.nonzero(as_tuple=True)
        self.items, self.users = matrix.seen.shape
        self.targets = matrix.inputs[item, user].numpy()  # [N]
        self.inputs = self.targets + np.float32(shift)  # [N]
        self.item, counts = item.numpy(), np.bincount(user.numpy(), minlength=self.users)
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        totals = np.bincount(user.numpy(), self.targets, self.users)
        self.bias = (totals / (counts + BIAS_PRIOR)).astype(np.float32)  # [U]


class Parameter:
    """An array, and Adam's two moments of it."""

    def __init__(self, values):
        self.values = values
        self.first, self.second = np.zeros_like(values), np.zeros_like(values)

    def state(self):
        return self.values, self.first, self.second

    def descend(self, slopes, step):
        arrays = self.values, slopes, self.first, self.second
        adam(*(array.reshape(-1) for array in arrays), step)


class ItemAutoRec:
    """hidden: widths of the encoder, all the same. I items, U users, H the width of a code."""

    def __init__(self, ratings, hidden, seed):
        self.generator = np.random.default_rng(seed)
        users, width = ratings.users, hidden[0]
        self.encoder = Parameter(xavier(self.generator, users, width))  # V [U, H]
        self.decoder = Parameter(xavier(self.generator, users, width))  # W [U, H]
        between = [xavier(self.generator, width, width) / 10 for _ in hidden[1:]]
        self.between = [Parameter(weight) for weight in between]  # M_k [H, H]
        self.biases = [Parameter(np.zeros(width, np.float32)) for _ in hidden]
        self.bias = ratings.bias.copy()  # [U]
        self.steps = 0

    def encode(self, starts, slots, inputs, count):
        """The outputs [count, H] of all hidden layers."""
        sums = np.tile(self.biases[0].values, (count, 1))
        encode(starts, slots, inputs, self.encoder.values, sums)
        layers = [sigmoid(sums)]
        for weight, bias in zip(self.between, self.biases[1:]):
            inside = layers[-1]
            residual = RESIDUAL * (inside - np.float32(0.5))
            layers.append(sigmoid(residual + inside @ weight.values + bias.values))
        return layers

    def codes(self, ratings):
        """[I, H], from all ratings."""
        every = np.zeros(ratings.items, np.int64), np.arange(ratings.items)
        starts, slots, inputs = group(ratings.starts, ratings.item, ratings.inputs, *every, 1)
        return self.encode(starts[0], slots, inputs, ratings.items)[-1]

    def step(self, starts, slots, inputs, targets, count, share, rate, settings):
        """One step on a batch; returns its summed squared error. share: of all items."""
        self.steps += 1
        corrected = rate, 1 / (1 - FIRST**self.steps), 1 / (1 - SECOND**self.steps)
        step = tuple(np.float32(value) for value in (settings["l2"] * share, *corrected))
        no_l2 = (np.float32(0), *step[1:])
        layers = self.encode(starts, slots, inputs, count)
        slopes = np.zeros_like(layers[-1])
        arrays = layers[-1], slopes, self.decoder.values, self.bias
        moments = self.decoder.first, self.decoder.second
        error = step_decoder(starts, slots, targets, *arrays, *moments, step)
        softer = (np.float32(settings["l2_between"] * share), *step[1:])
        for depth in range(len(layers) - 1, 0, -1):
            slopes *= layers[depth] * (1 - layers[depth])
            weight = self.between[depth - 1]
            below = slopes @ weight.values.T + RESIDUAL * slopes
            weight.descend(layers[depth - 1].T @ slopes, softer)
            self.biases[depth].descend(slopes.sum(axis=0), no_l2)
            slopes = below
        slopes *= layers[0] * (1 - layers[0])
        self.biases[0].descend(slopes.sum(axis=0), no_l2)
        step_encoder(starts, slots, inputs, slopes, *self.encoder.state(), step)
        return error


def train(matrix, settings, title, seed):
    """A trained ItemAutoRec: (codes [I, H], output rows [U, H], biases [U]). matrix: by item."""
    fixed = settings["activation"], settings["output"], settings["tied"]
    if fixed != ("sigmoid", "identity", False) or len(set(settings["hidden"])) > 1:
        raise SystemExit("sigmoid layers of one width and an identity output, not tied, alone")
    ratings = Ratings(matrix, settings["input"]["shift"])
    model = ItemAutoRec(ratings, settings["hidden"], seed)
    progress = tqdm(range(settings["epochs"]), desc=title, unit="epoch")
    for number in progress:
        error = sum(epoch(model, ratings, number, settings))
        progress.set_postfix(loss=f"{error / len(ratings.item):.4f}")
    return model.codes(ratings), model.decoder.values, model.bias


def epoch(model, ratings, number, settings):
    """One pass over the items in random batches; yields the summed squared error of each."""
    generator, items = model.generator, ratings.items
    batches = -(-items // settings["batch"])
    parts = np.array_split(generator.permutation(items), batches)
    batch_of, slot_of = np.empty(items, np.int64), np.empty(items, np.int64)
    for batch, part in enumerate(parts):
        batch_of[part], slot_of[part] = batch, np.arange(len(part))
    order = ratings.starts, ratings.item, ratings.inputs, batch_of, slot_of, batches
    starts, slots, given = group(*order)
    targets = given - np.float32(settings["input"]["shift"])
    kept = generator.random(len(given), dtype=np.float32) >= settings["corruption"]
    inputs = given * kept / np.float32(1 - settings["corruption"])
    for batch, part in enumerate(parts):
        done = (number + batch / batches) / settings["epochs"]
        rate = settings["learning_rate"] * (1 - done)
        passed = starts[batch], slots, inputs, targets
        yield model.step(*passed, len(part), len(part) / items, rate, settings)
