"""Writes the demo's list of films: one entry per row of the model, in the order of the rows.

python3 -m training.datasets.catalogue --data data/ml-latest-small
"""

import argparse
import json
import os
import re

import numpy as np

from training.datasets import movielens

ARTICLES = "The|A|An|Le|La|Les|L'|Il|Lo|El|Los|Las|Der|Die|Das|Det|Un|Une"


def article_first(name):
    """ "Matrix, The" to "The Matrix"."""
    return re.sub(rf"^(.*), ({ARTICLES})$", r"\2 \1", name).replace("L' ", "L'")


def tidy(title):
    """ "Hate (Haine, La) (1995)" to ("Hate (La Haine)", 1995): articles first, the year apart."""
    match = re.fullmatch(r"(.*?)\s*\((\d{4})\)\s*", title)
    name, year = (match[1], int(match[2])) if match else (title.strip(), None)
    main, *others = re.split(r"\s*\(([^()]*)\)", name)  # name, other name, text after it, ...
    parts = [
        f" ({article_first(part)})" if number % 2 == 0 else part
        for number, part in enumerate(others)
    ]
    return article_first(main) + "".join(parts), year


def catalogue(folder):
    """[{row, id, title, year, genres, popularity}]. popularity: the number of ratings."""
    interactions = movielens.load_small(folder)
    rows = movielens.read_csv(os.path.join(folder, "movies.csv"))
    films = {int(film["movieId"]): film for film in rows}
    ratings = np.bincount(interactions.item, minlength=interactions.items)
    entries = []
    for row, identity in enumerate(interactions.item_ids.tolist()):
        title, year = tidy(films[identity]["title"])
        genres = [
            genre for genre in films[identity]["genres"].split("|") if genre != "(no genres listed)"
        ]
        entry = {"row": row, "id": identity, "title": title, "year": year, "genres": genres}
        entries.append({**entry, "popularity": int(ratings[row])})
    return entries


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", metavar="FOLDER", default="data/ml-latest-small", help="(%(default)s)")
    add("--output", metavar="FILE", default="web-demo/models/catalogue.json", help="(%(default)s)")
    arguments = parser.parse_args()
    lines = [json.dumps(entry, ensure_ascii=False) for entry in catalogue(arguments.data)]
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
