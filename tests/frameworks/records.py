"""What a framework says of a model that it trained, written beside the model's file for the tests to ask pocketrec the same.

    { "model": title, "files": [name, and another where two become one model], "kind": docs/format.md's, "convert": [options],
      "users": rows of the users' axis, "items": rows of the items' axis without padding, "padding": rows that are no item,
      "tokens": what the data set calls the items, or absent,
      "stored": [people of the users' tables], "new": [people of whom nothing but their history goes in] }

    a person: { "user": row, "history": [rows], "ratings": [as the model read them], "items": [rows],
                "raw": [numbers before the output function], "scores": [what follows it],
                "top": { "items": [rows], "raw": [numbers] } }

Rows are counted as the framework counts them, the padding included. What a model does not have is absent.
"""

import json
import os

import numpy as np

ASKED, TOP = 40, 10


def person(raw, output=None, *, user=None, history=(), ratings=None, padding=0, generator):
    """One person's record. raw: [rows of the items' axis], what the framework says of every item."""
    raw = np.asarray(raw, dtype=np.float64)
    items = generator.permutation(np.arange(padding, len(raw)))[:ASKED]
    allowed = np.setdiff1d(np.arange(padding, len(raw)), history)
    top = allowed[np.argsort(-raw[allowed], kind="stable")][:TOP]
    record = {
        "items": items.tolist(),
        "raw": raw[items].tolist(),
        "top": {"items": top.tolist(), "raw": raw[top].tolist()},
    }
    if output is not None:
        record["scores"] = np.asarray(output, dtype=np.float64)[items].tolist()
    if user is not None:
        record["user"] = int(user)
    if len(history):
        record["history"] = np.asarray(history).tolist()
    if ratings is not None:
        record["ratings"] = np.asarray(ratings, dtype=np.float64).tolist()
    return record


def write(
    folder,
    files,
    *,
    model,
    kind,
    users,
    items,
    convert=(),
    padding=0,
    tokens=None,
    stored=(),
    new=(),
):
    """Writes FILE.json beside FILE; beside two, FILE+FILE.json."""
    record = {"model": model, "files": files, "kind": kind, "convert": list(convert), "users": users, "items": items,
              "padding": padding, "stored": list(stored), "new": list(new)}  # fmt: skip
    if tokens is not None:
        record["tokens"] = list(tokens)
    with open(os.path.join(folder, f"{'+'.join(files)}.json"), "w", encoding="utf-8") as stream:
        json.dump(record, stream)
