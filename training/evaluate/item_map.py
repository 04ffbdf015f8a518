"""Writes the demo's map of films: t-SNE of the DAE's output rows, in the order of its items.

    python3 -m training.evaluate.item_map --output web-demo/models/map.json

The file is { "method", "model", "x": [I], "y": [I] }: whole numbers of 0 to 1000, the same unit
for both. Films are near each other whose rows point the same way: the length of a row says mostly
how many have rated the film. Needs scikit-learn. One thread, a fixed seed: the same bytes on one
machine with one version of scikit-learn.
"""

import json

import numpy as np
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from training.common import arguments as command_line
from training.common import safetensors_file

LARGEST = 1000
NEAREST = 10
PERPLEXITY = 30
METHOD = f"t-SNE (van der Maaten and Hinton, 2008) of directions, perplexity {PERPLEXITY}"


def directions(path):
    """[I, H]: rows of the last layer of an autoencoder, each of length 1."""
    tensors, _ = safetensors_file.read(path)
    last = max(name for name in tensors if name.startswith("decoder.") and name.endswith(".weight"))
    rows = tensors[last].astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def project(vectors, seed):
    """[I, 2] whole numbers."""
    tsne = TSNE(init="pca", learning_rate="auto", perplexity=PERPLEXITY, random_state=seed)
    points = tsne.fit_transform(vectors).astype(np.float64)
    points -= points.min(axis=0)
    return np.round(points * LARGEST / points.max()).astype(int)


def nearest(points):
    """[I, NEAREST] rows, without the point itself."""
    near = NearestNeighbors(n_neighbors=NEAREST + 1).fit(points).kneighbors(points)[1]
    # Of points at one place each may come first.
    return np.array(
        [[row for row in rows if row != own][:NEAREST] for own, rows in enumerate(near)]
    )


def report(vectors, points):
    on_map, in_model = nearest(points), nearest(vectors)
    cosine = vectors @ vectors.T
    near = np.take_along_axis(cosine, on_map, axis=1).mean()
    kept = np.mean([np.isin(one, other).mean() for one, other in zip(in_model, on_map)])
    print(
        f"cosine of a film and its {NEAREST} nearest on the map {near:.3f}, of all pairs "
        f"{cosine.mean():.3f}; of the model's {NEAREST} nearest {kept:.0%} are among the map's"
    )


def main():
    parser = command_line.new_parser(__doc__)
    add = parser.add_argument
    add(
        "--weights", metavar="FILE", default="web-demo/models/dae.safetensors", help="(%(default)s)"
    )
    add("--output", metavar="FILE", default="web-demo/models/map.json", help="(%(default)s)")
    command_line.add_seed(parser)
    arguments = parser.parse_args()
    vectors = directions(arguments.weights)
    with threadpool_limits(1):
        points = project(vectors, arguments.seed)
        report(vectors, points)
    x, y = points.T.tolist()
    with open(arguments.output, "w", encoding="ascii") as file:
        json.dump({"method": METHOD, "model": "dae", "x": x, "y": y}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
