"""Scores that a framework computes with a model that it trained, as JSON beside the model's file.

    model    title
    files    one name, or two that become one model
    kind     as docs/format.md names it
    convert  options of `pocketrec convert`
    users    rows of the users' axis
    items    rows of the items' axis, without padding
    padding  padding rows of the items' axis
    tokens   the data set's ids of the items, or absent
    holds_ids  whether the file holds them
    stored   records of trained users
    new      records of users that are known by their history alone

A user's record:

    user     row
    history  rows
    ratings  as the model reads them
    items    rows
    raw      raw scores of these items (before the output function)
    scores   scores of these items
    top      { items: rows, raw: raw scores }, the best of the catalogue

Rows are the framework's, the padding included. A property that a model does not have is absent.
"""

import json
import os

import numpy as np

SCORED, TOP = 40, 10


def user_record(raw, output=None, *, user=None, history=(), ratings=None, padding=0, generator):
    """The record of a user. raw: the raw score of each row of the items' axis."""
    raw = np.asarray(raw, dtype=np.float64)
    items = generator.permutation(np.arange(padding, len(raw)))[:SCORED]
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
    holds_ids=False,
    stored=(),
    new=(),
):
    """Writes FILE.json beside FILE, or FILE+FILE.json beside two files."""
    record = {
        "model": model,
        "files": files,
        "kind": kind,
        "convert": list(convert),
        "users": users,
        "items": items,
        "padding": padding,
        "stored": list(stored),
        "new": list(new),
    }
    if tokens is not None:
        record |= {"tokens": list(tokens), "holds_ids": holds_ids}
    with open(os.path.join(folder, f"{'+'.join(files)}.json"), "w", encoding="utf-8") as stream:
        json.dump(record, stream)
