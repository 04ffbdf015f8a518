"""Candidates from Milvus: a collection of item vectors, and one search per user vector.

    python search.py FOLDER [--uri FILE_OR_URL] [--index HNSW]

FOLDER holds items.f32 and users.f32 (rows of float32) and shape.json. The script writes
answers.json to it.
"""

import argparse
import json
import time
from pathlib import Path

import numpy
from pymilvus import DataType, MilvusClient

BUILD = {"FLAT": {}, "HNSW": {"M": 32, "efConstruction": 200}, "IVF_FLAT": {"nlist": 128}}
SEARCH = {"FLAT": {}, "HNSW": {"ef": 200}, "IVF_FLAT": {"nprobe": 16}}
COLLECTION = "items"
BATCH = 5000


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--uri", help="a file (default: in FOLDER), or the address of a cluster")
    parser.add_argument("--index", choices=sorted(BUILD), default="HNSW")
    parser.add_argument("--top", type=int, default=100)
    arguments = parser.parse_args()
    folder, index = arguments.folder, arguments.index
    width = json.loads((folder / "shape.json").read_text())["width"]
    items, users = (
        numpy.fromfile(folder / f"{name}.f32", "<f4").reshape(-1, width)
        for name in ("items", "users")
    )
    client = MilvusClient(arguments.uri or str(folder / "milvus.db"))

    start = time.perf_counter()
    create(client, items, index)
    build = time.perf_counter() - start

    answers, times = [], []
    for user in users:
        start = time.perf_counter()
        [found] = client.search(
            COLLECTION,
            data=[user],
            limit=arguments.top,
            search_params={"metric_type": "IP", "params": SEARCH[index]},
        )
        times.append(1000 * (time.perf_counter() - start))
        answers.append([hit["item"] for hit in found])
    client.close()
    result = {"index": index, "build_s": build, "times_ms": times, "answers": answers}
    (folder / "answers.json").write_text(json.dumps(result))


def create(client, items, index):
    """A collection of vectors by row, loaded and indexed by inner product."""
    if client.has_collection(COLLECTION):
        client.drop_collection(COLLECTION)
    schema = client.create_schema(auto_id=False)
    schema.add_field("item", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=items.shape[1])
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type=index, metric_type="IP", params=BUILD[index])
    client.create_collection(COLLECTION, schema=schema, index_params=indexes)
    for first in range(0, len(items), BATCH):
        rows = enumerate(items[first : first + BATCH], first)
        client.insert(COLLECTION, [{"item": row, "vector": vector} for row, vector in rows])
    client.flush(COLLECTION)
    client.load_collection(COLLECTION)


if __name__ == "__main__":
    main()
