"""Writes the demo's list of films: one entry a row of the model, in the order of the rows.

python3 training/catalogue.py --data data/ml-latest-small --output web-demo/models/catalogue.json
"""

import argparse
import json
import os
import re

import data
import numpy as np

ARTICLES = "The|A|An|Le|La|Les|L'|Il|Lo|El|Los|Las|Der|Die|Das|Det|Un|Une"


def article_first(name):
    """ "Matrix, The" to "The Matrix"."""
    return re.sub(rf"^(.*), ({ARTICLES})$", r"\2 \1", name).replace("L' ", "L'")


def tidy(title):
    """ "Hate (Haine, La) (1995)" to ("Hate (La Haine)", 1995): the year apart, articles before their names."""
    match = re.fullmatch(r"(.*?)\s*\((\d{4})\)\s*", title)
    name, year = (match[1], int(match[2])) if match else (title.strip(), None)
    main, *others = re.split(r"\s*\(([^()]*)\)", name)  # name, other name, what follows it, ...
    text = article_first(main) + "".join(
        f" ({article_first(part)})" if place % 2 == 0 else part for place, part in enumerate(others)
    )
    return text, year


def catalogue(folder):
    """[{row, id, title, year, genres, popularity}]: popularity is the number of ratings in the data set."""
    interactions = data.load_small(folder)
    films = {
        int(film["movieId"]): film for film in data.read_csv(os.path.join(folder, "movies.csv"))
    }
    ratings = np.bincount(interactions.item, minlength=interactions.items)
    entries = []
    for row, identity in enumerate(interactions.item_ids.tolist()):
        title, year = tidy(films[identity]["title"])
        genres = [
            genre for genre in films[identity]["genres"].split("|") if genre != "(no genres listed)"
        ]
        entries.append(
            dict(
                row=row,
                id=identity,
                title=title,
                year=year,
                genres=genres,
                popularity=int(ratings[row]),
            )
        )
    return entries


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        default="data/ml-latest-small",
        help="where the data set is (%(default)s)",
    )
    parser.add_argument(
        "--output", metavar="FILE", default="web-demo/models/catalogue.json", help="(%(default)s)"
    )
    arguments = parser.parse_args()
    lines = [json.dumps(entry, ensure_ascii=False) for entry in catalogue(arguments.data)]
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
