"""One factorisation with its item ids in the file, in the forms that training scripts save them.

python3 tests/frameworks/carried_ids.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

USERS, ITEMS = 12, 10
folder = Path(sys.argv[1])
torch.manual_seed(3)
weights = {
    "user_factors.weight": torch.randn(USERS, 4),
    "item_factors.weight": torch.randn(ITEMS, 4),
}
names = [f"film {row}" for row in range(ITEMS)]
numbers = [2**40 + 7 * row for row in range(ITEMS)]
users = {f"u{row}": row for row in range(USERS)}
by_name = {name: row for row, name in enumerate(names)}
late = {**weights, "item_factors.weight": torch.randn(ITEMS + 1, 4)}
arrays = {name.split(".")[0]: tensor.numpy() for name, tensor in weights.items()}

files = {
    "item2id": {"model": weights, "item2id": by_name, "user2id": users},
    "idx2item": {"state_dict": weights, "idx2item": dict(enumerate(names)), "epoch": 3},
    "items": {"state_dict": weights, "items": names},
    "maps.item.raw2inner": {"state_dict": weights, "maps": {"item": {"raw2inner": by_name}}},
    "item_ids": {**weights, "item_ids": torch.tensor(numbers), "user_ids": torch.arange(USERS)},
    "iid_map": {
        "state_dict": late,
        "iid_map": {number: row + 1 for row, number in enumerate(numbers)},
    },
    "item_index": {
        "state_dict": weights,
        "item_index": {name: row + 5 for name, row in by_name.items()},
    },
    "npz texts": {**arrays, "item_ids": np.array(names), "user_ids": np.array(list(users))},
    "npz bytes": {**arrays, "item_ids": np.array(names, dtype="S")},
    "npz numbers": {**arrays, "item_ids": np.array(numbers), "user_ids": np.arange(USERS)},
}
for name, content in files.items():
    if name.startswith("npz"):
        np.savez(folder / name, **content)
    else:
        torch.save(content, folder / name)
(folder / "ids.json").write_text(json.dumps({"names": names, "numbers": numbers}))
