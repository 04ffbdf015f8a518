"""Writes item to item models as numpy, scipy and PyTorch save them, with the scores of a history.

    python3 sparse_files.py OUT

OUT/files.json: { name: { "file", "convert": options, "history": rows, "scores": of every item,
"padding": rows } }. W is not symmetric.
"""

import json
import os
import pickle
import sys

import numpy as np
import scipy.sparse as sp
import torch

ITEMS, USERS, HISTORY = 9, 5, [2, 7, 4]
random = np.random.default_rng(6)
W = np.where(random.random((ITEMS, ITEMS)) < 0.6, random.normal(size=(ITEMS, ITEMS)), 0)
np.fill_diagonal(W, 0)
W = W.astype(np.float32)
X = sp.csr_matrix((random.random((USERS, ITEMS)) < 0.4).astype(np.float32))
PADDED = np.pad(W[1:, 1:], ((1, 0), (1, 0)))

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
entries = {}


def add(name, write, convert=(), matrix=W, padding=0):
    path = os.path.join(folder, name)
    write(path)
    scores = matrix[HISTORY].astype(np.float64).sum(axis=0)
    entries[name] = {
        "file": name,
        "convert": list(convert),
        "history": HISTORY,
        "scores": scores.tolist(),
        "padding": padding,
    }


def dump(value, protocol=4):
    def write(path):
        with open(path, "wb") as stream:
            pickle.dump(value, stream, protocol)

    return write


def recbole(model, other, settings=()):
    config = {"model": model, **dict(settings)}
    checkpoint = {
        "config": {"final_config_dict": config},
        "epoch": 0,
        "cur_step": 0,
        "best_valid_score": 0.1,
        "state_dict": {"dummy_param" if model != "ItemKNN" else "fake_loss": torch.zeros(1)},
        "other_parameter": other,
    }
    return lambda path: torch.save(checkpoint, path)


ROWS, COLUMNS = ["--history-axis", "rows"], ["--history-axis", "columns"]
add("dense.npy", lambda path: np.save(path, W), ROWS)
add("dense64.npy", lambda path: np.save(path, np.asfortranarray(W.astype(np.float64))), ROWS)
add("turned.npy", lambda path: np.save(path, W.T), COLUMNS)
add("dense.npz", lambda path: np.savez(path, B=W), ROWS)
add("padded.npy", lambda path: np.save(path, PADDED), [*ROWS, "--padding", "1"], PADDED, 1)
for form in ("csr", "csc", "coo"):
    matrix = sp.csr_matrix(W).asformat(form)
    add(f"{form}.npz", lambda path, matrix=matrix: sp.save_npz(path, matrix), ROWS)
    add(f"{form}.pkl", dump(matrix), ROWS)
    turned = matrix.T
    add(f"{form}-turned.npz", lambda path, matrix=turned: sp.save_npz(path, matrix), COLUMNS)
twice = sp.coo_matrix((np.r_[1.0, 2.0, 4.0], (np.r_[2, 2, 7], np.r_[3, 3, 0])), shape=W.shape)
add("twice.npz", lambda path: sp.save_npz(path, twice), ROWS, twice.toarray())
wide = sp.csr_matrix(W)
wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
add("wide.pkl", dump(wide, 2), ROWS)
add("array.pkl", dump(sp.csr_array(W), 5), ROWS)
add("matrix.pkl", dump(np.asmatrix(W)), ROWS)
padded = sp.csr_matrix(PADDED)
add(
    "padded.npz",
    lambda path: sp.save_npz(path, padded),
    [*ROWS, "--padding", "1"],
    PADDED,
    padding=1,
)
neighbours = sp.csr_matrix(W)
add(
    "implicit.npz",
    lambda path: np.savez(
        path,
        K=np.int64(4),
        shape=neighbours.shape,
        data=neighbours.data.astype(np.float64),
        indptr=neighbours.indptr,
        indices=neighbours.indices,
    ),
)
users = {"interaction_matrix": X}
add(
    "EASE.pth",
    recbole("EASE", {**users, "item_similarity": np.asmatrix(PADDED)}),
    matrix=PADDED,
    padding=1,
)
add(
    "SLIMElastic.pth",
    recbole("SLIMElastic", {"interaction_matrix": X.tolil(), "item_similarity": padded.tocsc()}),
    matrix=PADDED,
    padding=1,
)
knn = {"w": padded.tocsc(), "pred_mat": (X @ padded).tolil()}
add(
    "ItemKNN.pth",
    recbole("ItemKNN", knn, [("knn_method", "item")]),
    matrix=PADDED,
    padding=1,
)
add(
    "users.pth",
    recbole("ItemKNN", {**knn, "w": sp.csc_matrix((USERS, USERS))}, [("knn_method", "user")]),
)
add("missing.pth", recbole("EASE", {}))
add("lil.pkl", dump(sp.lil_matrix(W)))
with open(os.path.join(folder, "files.json"), "w", encoding="utf-8") as stream:
    json.dump(entries, stream)
