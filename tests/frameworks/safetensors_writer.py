"""A safetensors file without the safetensors package."""

import json
import struct

import numpy as np


def write_safetensors(path, tensors):
    """tensors: {name: array of float32 or int64}."""
    header, offset = {}, 0
    for name, values in tensors.items():
        kind = {np.dtype(np.float32): "F32", np.dtype(np.int64): "I64"}[values.dtype]
        end = offset + values.nbytes
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values).tobytes())
