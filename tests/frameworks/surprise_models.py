"""Trains models of scikit-surprise on a few ratings, and records the scores that it computes.

    python3 surprise_models.py tests/fixtures/surprise

The package has no wheels, so that the tests do not install it: its files are kept.
"""

import os
import pickle
import sys

import numpy as np
import pandas
import records
from surprise import SVD, Dataset, Reader, dump

USERS, ITEMS, SEED, SHARE = 12, 17, 3, 0.5
SCALE = (1, 5)
COMMON = {"n_factors": 3, "random_state": SEED, "lr_all": 0.02}


def ratings():
    """Raw ids are texts that are numbers."""
    generator = np.random.default_rng(SEED)
    taste = generator.normal(size=(USERS, 2)) @ generator.normal(size=(2, ITEMS))
    stars = np.clip(np.rint(3.3 + taste), *SCALE)
    users, items = np.nonzero(generator.random((USERS, ITEMS)) < SHARE)
    rows = [(str(100 + u), str(20 + 3 * i), stars[u, i]) for u, i in zip(users, items)]
    frame = pandas.DataFrame(rows, columns=["user", "item", "rating"])
    return Dataset.load_from_df(frame, Reader(rating_scale=SCALE)).build_full_trainset()


def predictions(algorithm, trainset, user, *, clip):
    name = trainset.to_raw_uid(user)
    names = [trainset.to_raw_iid(item) for item in range(trainset.n_items)]
    return [algorithm.predict(name, item, clip=clip).est for item in names]


def stored_users(algorithm, trainset):
    generator = np.random.default_rng(SEED)
    for user in range(0, trainset.n_users, 3):
        raw, scores = (predictions(algorithm, trainset, user, clip=clip) for clip in (False, True))
        yield records.user_record(raw, scores, user=user, generator=generator)


def save(folder, name, algorithm, *, whole=False):
    trainset = ratings()
    algorithm.fit(trainset)
    path = os.path.join(folder, name)
    if whole:
        with open(path, "wb") as stream:
            pickle.dump(algorithm, stream)
    else:
        dump.dump(path, algo=algorithm)
    records.write(
        folder,
        [name],
        model=f"scikit-surprise {name}",
        kind="dot",
        users=trainset.n_users,
        items=trainset.n_items,
        tokens=[trainset.to_raw_iid(item) for item in range(trainset.n_items)],
        holds_ids=True,
        stored=list(stored_users(algorithm, trainset)),
    )


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    save(folder, "SVD.dump", SVD(**COMMON, reg_bu=0.05))
    save(folder, "SVD.pickle", SVD(**COMMON), whole=True)
    save(folder, "SVD-unbiased.pickle", SVD(**COMMON, n_epochs=60, biased=False), whole=True)


if __name__ == "__main__":
    main()
