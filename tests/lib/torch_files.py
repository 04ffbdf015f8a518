"""Writes files of torch.save and numpy to a folder, and prints their tensors as JSON."""

import collections
import json
import pickle
import sys

import numpy as np

folder = sys.argv[1]
expected = {}


def expect(name, arrays):
    expected[name] = {
        key: {
            "shape": list(np.shape(value)),
            "values": np.asarray(value).astype(np.float32).ravel().tolist(),
        }
        for key, value in arrays.items()
    }


def write_numpy():
    arrays = {}
    for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
        for order in "<>":
            array = np.arange(6).reshape(2, 3).astype(order + code)
            for layout in "CF":
                name = f"{code}{'le' if order == '<' else 'be'}{layout}"
                arrays[name] = np.asarray(array, order=layout)
                np.save(f"{folder}/{name}.npy", arrays[name])
    expect("numpy", arrays)
    np.savez(f"{folder}/stored.npz", **arrays)
    np.savez_compressed(f"{folder}/deflated.npz", **arrays)
    np.save(f"{folder}/object.npy", np.array([{}], dtype=object))
    content = {
        "w": np.arange(6, dtype="f4").reshape(2, 3).T,
        "m": np.matrix([[1.0, 2.0]]),
        "big": np.arange(3, dtype=">i4"),
    }
    expect("pickled", content)
    for protocol in [0, 1, 2, 3, 4, 5]:
        with open(f"{folder}/numpy{protocol}.pkl", "wb") as file:
            pickle.dump(
                {**content, "rate": np.float32(0.5), "names": np.array(["a"])}, file, protocol
            )


def write_torch(torch):
    nn = torch.nn

    def save(name, value, tensors):
        torch.save(value, f"{folder}/{name}.pt")
        torch.save(value, f"{folder}/{name}.legacy.pt", _use_new_zipfile_serialization=False)
        expect(
            name,
            {key: tensor.detach().to(torch.float32).numpy() for key, tensor in tensors.items()},
        )

    types = "float32 float64 float16 bfloat16 int8 uint8 int16 int32 int64 bool".split()
    state = {name: torch.arange(6).reshape(2, 3).to(getattr(torch, name)) for name in types}
    save("types", collections.OrderedDict(state), state)
    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    views = {
        "base": base,
        "transposed": base.t(),
        "part": base[1:, 1::2],
        "wide": base[:, :1].expand(3, 5),
        "one": base[2, 3],
    }
    save("views", views, views)

    class Tagged(torch.Tensor):
        pass

    Tagged.__qualname__ = "Tagged"
    globals()["Tagged"] = Tagged
    parameter = nn.Parameter(torch.ones(2))
    parameter.note = "an attribute"
    kinds = {
        "tagged": torch.arange(3.0).as_subclass(Tagged),
        "parameter": parameter,
        "empty": torch.zeros(0, 3),
        "shared": base,
    }
    kinds.update(again=base, scalar=torch.tensor(2.0), steps=base[0, ::2], size=base.flatten()[3:5])
    for protocol in [2, 3, 4, 5]:
        torch.save(kinds, f"{folder}/kinds{protocol}.pt", pickle_protocol=protocol)
    expect("kinds", {key: tensor.detach().numpy() for key, tensor in kinds.items()})

    class NCF(nn.Module):
        def __init__(self):
            super().__init__()
            self.dropout = 0.25
            self.sizes = [8, 4]
            self.activation = torch.relu
            self.stages = range(3)
            self.embed = nn.Embedding(5, 4)
            self.layers = nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 3), nn.ReLU())
            self.tied = self.embed
            self.register_buffer("seen", torch.ones(2), persistent=False)
            self.i_embedding = torch.arange(3.0)

    NCF.__qualname__ = "NCF"
    globals()["NCF"] = NCF
    model = NCF()
    own = {**dict(model.state_dict()), "seen": model.seen, "i_embedding": model.i_embedding}
    save("module", model, own)
    save("parallel", nn.DataParallel(model), own)
    save("parallel_state", nn.DataParallel(model).state_dict(), model.state_dict())
    script = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    torch.jit.trace(script, torch.ones(1, 4)).save(f"{folder}/script.pt")
    expect("script", {key: tensor.detach().numpy() for key, tensor in script.state_dict().items()})
    optimizer = torch.optim.Adam(model.parameters())
    model.embed(torch.tensor([0])).sum().backward()
    optimizer.step()
    save(
        "checkpoint",
        {
            "config": {
                "final_config_dict": {"model": "NeuMF", "mlp_hidden_size": [8, 4]},
                "device": torch.device("cpu"),
            },
            "epoch": 3,
            "state_dict": model.state_dict(),
            "other_parameter": {"i_embedding": model.i_embedding, "nothing": None},
            "optimizer": optimizer.state_dict(),
        },
        {**model.state_dict(), "other_parameter.i_embedding": model.i_embedding},
    )
    torch.save({"w": torch.eye(2).to_sparse()}, f"{folder}/sparse.bad.pt")
    torch.save(
        {"w": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)},
        f"{folder}/quantized.bad.pt",
    )


write_numpy()
if "torch" in sys.argv[2:]:
    import torch as torch_module

    write_torch(torch_module)
print(json.dumps(expected))
