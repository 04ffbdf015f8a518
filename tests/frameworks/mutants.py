"""Random small models of every kind of file, and what their framework says of them.

    python3 mutants.py OUT COUNT SEED

Writes the files and OUT/mutants.json, a list of

    { "file": name, "family": how it was written, "madeOf": what is in it, for display,
      "supported": whether it is made only of what pocketrec supports and the file or its
        examples can tell,
      "tells": "graph" | "classes" | "nothing": what the file says beside names and shapes,
      "unseen": whether forward() of PyTorch computes more than tensors and classes show,
      "shown": whether the file shows something that is not computed, so that it must be refused,
      "isTold": whether that is everything, once the user's half and the GMF's block come first,
      "options": what its author would state on the command line,
      "pairs": [[user, item]], or "histories": [{ "items": [], "ratings": [] or null }],
      "scores": of each pair, or of every item for each history }

Frameworks: PyTorch of its own modules, onnx.reference of graphs made by hand, and for Keras its
arithmetic in numpy, which mutant_keras.py's files gave in Keras itself.
"""

import json
import os
import random
import sys
import warnings

import mutant_graphs as graphs
import numpy as np
import onnx
import torch
from mutant_keras import Keras
from mutant_onnx import Onnx
from mutant_torch import Histories, Pairs, random_weights
from onnx.reference import ReferenceEvaluator
from safetensors_writer import write_safetensors

FAMILIES = {
    "state dict, safetensors": 0.2,
    "state dict, .pth": 0.13,
    "whole module": 0.17,
    "torch.onnx": 0.15,
    "onnx.helper": 0.15,
    "Keras .h5": 0.1,
    "Keras .keras": 0.1,
}

PLAIN = ["relu", "sigmoid", "tanh", "elu", "selu"]
UNKNOWN_TORCH = ["leaky_relu", "gelu", "softplus", "hardtanh"]
UNKNOWN_ONNX = ["softplus", "softsign", "leaky_relu"]
UNKNOWN_KERAS = ["softplus", "softsign", "silu"]

TABLE_NAMES = {
    "tables": {"gmf.user": "embed_user_GMF", "gmf.item": "embed_item_GMF",
               "mlp.user": "embed_user_MLP", "mlp.item": "embed_item_MLP",
               "tower": "MLP_layers", "out": "predict_layer"},
    "embeddings": {"gmf.user": "user_embedding_gmf", "gmf.item": "item_embedding_gmf",
                   "mlp.user": "user_embedding_mlp", "mlp.item": "item_embedding_mlp",
                   "tower": "fc_layers", "out": "output"},
    "films": {"gmf.user": "mf_user", "gmf.item": "mf_movie", "mlp.user": "mlp_user",
              "mlp.item": "mlp_movie", "tower": "layers", "out": "head"},
    "odd": {"gmf.user": "emb_a", "gmf.item": "emb_b", "mlp.user": "emb_c", "mlp.item": "emb_d",
            "tower": "body", "out": "z"},
}  # fmt: skip
LETTERS = {"gmf.user": "pu", "gmf.item": "qi", "bias.user": "bu", "bias.item": "bi", "mean": "mu"}
BIAS_NAMES = {"bias.user": "user_bias", "bias.item": "item_bias", "mean": "global_bias"}
PREFIXES = ["", "", "", "module.", "model.", "_orig_mod."]
CHAIN_NAMES = [("encoder", "decoder", "fc_logvar"), ("q_layers", "p_layers", "q_logvar")]
USERS_MAX, PAIRS, HISTORIES = 30, 24, 3


def chance(share):
    return random.random() < share


def layers_of(count, family):
    unknown = UNKNOWN_KERAS if family.startswith("Keras") else UNKNOWN_TORCH
    if family == "onnx.helper":
        unknown = UNKNOWN_ONNX
    same = random.choice(PLAIN)
    mixed = chance(0.3)
    norm = random.choice([None] * 6 + ["bn-before", "bn-after", "ln"])
    odd = chance(0.08)
    layers = []
    for _ in range(count):
        activation = random.choice([*PLAIN, "identity"]) if mixed else same
        layers.append({"width": random.choice([5, 6, 7, 9]), "activation": activation,
                       "norm": norm, "bias": chance(0.9), "merged": chance(0.5)})  # fmt: skip
    if odd and layers:
        random.choice(layers)["activation"] = random.choice(unknown)
    return layers


def pairs_spec(family):
    """A model of a user and an item."""
    model = random.choice(["dot", "dot", "gmf", "mlp", "mlp", "mlp", "neumf", "neumf", "neumf"])
    users, items = random.randint(12, USERS_MAX), random.randint(31, 50)
    if chance(0.08):
        users = items
    spec = {"model": model, "users": users, "items": items, "tables": {}, "layers": [],
            "shared": model == "neumf" and chance(0.15), "extra": None, "extra_width": 0,
            "input_width": 0,
            "concat": random.choice(["user-item", "user-item", "item-user"]),
            "join": random.choice(["gmf-mlp", "gmf-mlp", "mlp-gmf"]),
            "trick": None, "mean": False, "out_bias": chance(0.9), "dropout": chance(0.4),
            "modules": chance(0.6), "whole_output": False,
            "output": random.choice(["identity", "sigmoid"])}  # fmt: skip
    g = random.choice([3, 4, 5])
    if model in ("dot", "gmf", "neumf"):
        spec["tables"] |= {"gmf.user": (users, g), "gmf.item": (items, g)}
    if model in ("mlp", "neumf"):
        d, e = g, g
        if not spec["shared"]:
            d, e = random.choice([(4, 4), (3, 3), (3, 6), (6, 4), (8, 8)])
            spec["tables"] |= {"mlp.user": (users, d), "mlp.item": (items, e)}
        spec["layers"] = layers_of(random.randint(1, 3), family)
        if chance(0.12):
            spec["extra"] = random.choice(["table", "content", "product", "difference"])
            if spec["extra"] == "difference" and family.startswith(("onnx", "Keras")):
                spec["extra"] = "product"
            if spec["extra"] in ("product", "difference"):
                d = e
                for side in ("user", "item"):
                    if not spec["shared"]:
                        spec["tables"][f"mlp.{side}"] = (spec[f"{side}s"], e)
            is_raw = spec["extra"] == "content" and family.startswith(("onnx", "Keras"))
            spec["extra_width"] = 6 if is_raw else e
            spec["extra_place"] = random.choice([0, 1, 2])
            if spec["extra"] == "table":
                spec["tables"]["extra"] = (7, e)
        spec["input_width"] = d + e + spec["extra_width"]
        if spec["extra"] is None and spec["layers"] and chance(0.1):
            spec["trick"] = "residual"
            spec["layers"].append(dict(spec["layers"][-1]))
    if model == "dot" and chance(0.12):
        spec["trick"] = "cosine"
    if model in ("gmf", "mlp") and family.startswith(("state", "whole")) and chance(0.1):
        spec["trick"] = "auxiliary"
    if model in ("dot", "gmf") and chance(0.5):
        spec["tables"] |= {"bias.user": (users, 1), "bias.item": (items, 1)}
        spec["mean"] = model == "dot" and chance(0.5)
    if chance(0.12):
        spec["output"] = random.choice(["scaled", "clip", "relu", "times"])
    widths = {"gmf": g, "mlp": spec["layers"][-1]["width"] if spec["layers"] else 0}
    spec["head_of"] = {"gmf": ["gmf"], "mlp": ["mlp"], "neumf": ["gmf", "mlp"], "dot": []}[model]
    spec["head"] = sum(widths[name] for name in spec["head_of"])
    name_pairs(spec, family)
    return spec


# What a module of PyTorch may have beside its layers, and what a state dict may hold.
HIDDEN_BY_WEIGHTS = ["pruned", "second model", "hook", "number"]
HIDDEN_BY_MODULES = ["own activation", "two activations", "hook", "pruned", "number"]
SHOWN_BY_WEIGHTS = ["pruned", "second model"]
SHOWN_BY_MODULES = ["own activation", "two activations", "hook", "pruned"]


def hide(spec, family, number):
    """With numbers of its own, so that the other mutants stay what they are."""
    own = random.Random(1000 + number)
    is_weights = family.startswith("state dict")
    if not (is_weights or family == "whole module") or "tables" not in spec:
        return
    if spec["trick"] or spec["extra"] or own.random() > 0.4:
        return
    hidden = own.choice(HIDDEN_BY_WEIGHTS if is_weights else HIDDEN_BY_MODULES)
    if "activation" in hidden and not (spec["layers"] and spec["modules"]):
        hidden = "hook"
    spec["hidden"] = hidden


def is_shown(spec, family):
    hidden = spec.get("hidden")
    return hidden in (SHOWN_BY_WEIGHTS if "state" in family else SHOWN_BY_MODULES)


def is_unseen(spec):
    """Whether forward() does what neither tensors nor classes show."""
    has_output = spec["output"] in ("scaled", "clip", "relu", "times")
    return bool(spec.get("hidden") or spec.get("trick") or spec.get("extra") or has_output)


def name_pairs(spec, family):
    style = random.choice(["tables", "embeddings", "films", "odd" if chance(0.3) else "tables"])
    names = {**TABLE_NAMES[style], **BIAS_NAMES, "extra": "genre_embedding"}
    if len([role for role in spec["tables"] if role.endswith(".user")]) < 2 and style != "odd":
        # One pair of tables has plain names.
        item = "movie" if style == "films" else "item"
        plain = {"user": "user_embedding", "item": f"{item}_embedding"}
        names |= {f"{b}.{side}": plain[side] for b in ("gmf", "mlp") for side in plain}
    if style == "odd":
        names |= {"bias.user": "bias_a", "bias.item": "bias_b"}
    if spec["model"] == "dot" and "state dict" in family and style != "odd" and chance(0.4):
        style, names = "letters", {**names, **LETTERS}
    spec["style"], spec["names"] = style, names
    inputs = {"user": "user", "item": "item"}
    if style == "films":
        inputs = {"user": "user_id", "item": "movie_id"}
    if style == "odd":
        inputs = {"user": "x", "item": "y"}
    spec["inputs"] = inputs
    spec["input_order"] = random.choice([["user", "item"], ["user", "item"], ["item", "user"]])
    spec["whole_output"] = family == "whole module" and spec["output"] == "sigmoid"
    spec["whole_output"] = spec["whole_output"] and spec["model"] not in ("dot",)
    if "bias.user" in spec["tables"]:
        spec["whole_output"] = False


def histories_spec(family):
    """A model from the items to the items."""
    items = random.randint(31, 50)
    kind = random.choice(["autorec-user", "autorec-user", "autoencoder", "mult-dae"])
    depth = random.choice([1, 1, 3]) if not family.startswith("Keras") else 1
    spec = {"model": kind, "items": items, "layers": layers_of(depth, family),
            "variational": None, "normalize": kind == "mult-dae", "modules": chance(0.6),
            "output": "sigmoid" if kind == "autoencoder" and chance(0.6) else "identity",
            "names": random.choice(CHAIN_NAMES), "inputs": {"history": "history"}}  # fmt: skip
    is_torch = "state dict" in family or family in ("whole module", "torch.onnx")
    for k, layer in enumerate(spec["layers"]):
        layer["bias"] = True
        if is_torch or layer["norm"] != "ln":
            layer["norm"] = None
        if depth == 3:
            layer["width"] = [12, 5, 12][k]
    if kind == "mult-dae" and depth == 3 and is_torch and chance(0.6):
        spec["variational"] = random.choice(["joined", "heads"])
        spec["layers"][1]["activation"] = "identity"
    if kind == "autorec-user" and depth == 1 and chance(0.25):
        spec["layers"][0]["width"] = items + random.randint(0, 20)
    if family.startswith(("onnx.helper", "Keras")):
        spec["normalize"] = False
        spec["model"] = "autoencoder" if kind == "mult-dae" else kind
    return spec


def is_supported(spec, family):
    """Whether pocketrec computes it, and the file or a few scores can tell what it is."""
    used = [layer["activation"] for layer in spec["layers"]]
    norms = {layer["norm"] for layer in spec["layers"]} - {None}
    graph = family in ("torch.onnx", "onnx.helper", "Keras .h5", "Keras .keras")
    if any(name not in [*PLAIN, "identity"] for name in used) or "ln" in norms:
        return False
    if spec.get("trick") or spec.get("extra") or spec.get("hidden"):
        return False
    if spec["model"] == "mlp" and set(used) == {"identity"}:
        return False  # A sum of two numbers ranks alike for every user.
    if spec["output"] in ("scaled", "relu", "times", "clip"):
        return False
    if "tables" not in spec:
        uniform = len(set(used)) == 1 and used[0] != "identity"
        return graph or (uniform and spec["variational"] is None)
    if spec["style"] == "odd" and (not graph or spec["input_order"][0] == "item"):
        return False
    if spec["shared"] and not graph:
        return False
    if graph:
        return True
    told = family == "whole module" and spec["modules"]
    if norms and not (told or (norms == {"bn-before"} and spec["modules"])):
        return False
    return told or (len(set(used)) <= 1 and "identity" not in used)


def is_told(spec, family):
    """Whether a module's classes say everything but the orders, which are the usual ones."""
    if family != "whole module" or "tables" not in spec or not is_supported(spec, family):
        return False
    is_usual = spec["concat"] == "user-item" and spec["join"] == "gmf-mlp" and not spec["shared"]
    return is_usual and spec["modules"] and spec["whole_output"]


def made_of(spec):
    parts = [spec["model"], *(f"{k}={spec[k]}" for k in ("concat", "join") if k in spec)]
    parts.append("+".join(f"{x['activation']}{'/' + x['norm'] if x['norm'] else ''}"
                          for x in spec["layers"]))  # fmt: skip
    more = ("trick", "extra", "hidden", "style", "variational")
    parts += [str(spec.get(k)) for k in more if spec.get(k)]
    parts += [k for k in ("shared", "modules", "mean", "normalize") if spec.get(k)]
    parts += ["biases"] if "bias.user" in spec.get("tables", {}) else []
    return ", ".join([part for part in parts if part] + [f"ends in {spec['output']}"])


def asked(spec):
    """The inputs that are scored."""
    if "tables" in spec:
        pairs = [(random.randrange(spec["users"]), random.randrange(spec["items"]))
                 for _ in range(PAIRS)]  # fmt: skip
        return {"pairs": pairs}
    has_ratings = spec["model"] == "autorec-user"
    histories = []
    for _ in range(HISTORIES):
        items = sorted(random.sample(range(spec["items"]), random.randint(4, 9)))
        ratings = [random.randint(1, 5) for _ in items] if has_ratings else None
        histories.append({"items": items, "ratings": ratings})
    return {"histories": histories}


def arrays(spec, inputs):
    """{input: array} of what is scored, with a value for an input that pocketrec has not."""
    if "pairs" in inputs:
        user, item = np.array(inputs["pairs"], dtype=np.int64).T.copy()
        names = spec["inputs"]
        content = np.random.default_rng(0).standard_normal((len(user), 6)).astype(np.float32)
        more = {"genre": item % 7, "content": content}
        return {names["user"]: user, names["item"]: item, **more}
    x = np.zeros((len(inputs["histories"]), spec["items"]), dtype=np.float32)
    for row, history in zip(x, inputs["histories"]):
        row[history["items"]] = history["ratings"] or 1
    return {spec["inputs"]["history"]: x}


def numbers(scores):
    return np.asarray(scores, dtype=np.float64).ravel().tolist()


def torch_module(spec, generator):
    module = (Pairs if "tables" in spec else Histories)(spec).eval()
    random_weights(module, generator)
    return module


def torch_inputs(spec, values):
    if "tables" not in spec:
        return [torch.from_numpy(values[spec["inputs"]["history"]])]
    names = [spec["inputs"]["user"], spec["inputs"]["item"]]
    if spec["extra"] in ("table", "content"):
        names.append({"table": "genre", "content": "content"}[spec["extra"]])
    return [torch.from_numpy(values[name]) for name in names]


def by_torch(spec, family, path, values, generator):
    module = torch_module(spec, generator)
    inputs = torch_inputs(spec, values)
    with torch.no_grad():
        scores = module(*inputs)
        scores_64 = module.double()(*(x.double() if x.is_floating_point() else x for x in inputs))
    module.float()
    assert torch.allclose(scores.double(), scores_64, atol=1e-3)
    if family == "torch.onnx":
        names = list(arrays_names(spec))
        axes = {name: {0: "batch"} for name in [*names, "score"]}
        torch.onnx.export(module, tuple(inputs), path, input_names=names,
                          output_names=["score"], dynamic_axes=axes)  # fmt: skip
        return numbers(scores_64)
    if family == "whole module":
        torch.save(module, path)
        return numbers(scores_64)
    state = module.state_dict()
    prefix = random.choice(PREFIXES)
    state = {f"{prefix}{name}": tensor for name, tensor in state.items()}
    if spec.get("hidden") == "second model":
        state |= {f"ema.{name}": tensor + 0.1 for name, tensor in state.items()}
    if path.endswith(".safetensors"):
        write_safetensors(path, {name: tensor.numpy() for name, tensor in state.items()})
    else:
        more = {"epoch": 7, "optimizer": {"state": {0: {"step": torch.tensor(9.0)}}}}
        torch.save({"state_dict": state, **more} if chance(0.3) else state, path)
    return numbers(scores_64)


def arrays_names(spec):
    if "tables" not in spec:
        return [spec["inputs"]["history"]]
    more = {"table": ["genre"], "content": ["content"]}.get(spec["extra"], [])
    return [spec["inputs"]["user"], spec["inputs"]["item"], *more]


def by_graph(spec, family, path, values, generator):
    weights = graphs.random_weights(spec, generator)
    program = graphs.pairs if "tables" in spec else graphs.histories
    expected = program(graphs.Numpy(values), spec, weights)
    if family == "onnx.helper":
        names = "numbered" if spec.get("style") == "odd" else "plain"
        writer = Onnx(names, gemm=chance(0.5))
        model = writer.model(program(writer, spec, weights))
        onnx.checker.check_model(model)
        onnx.save(model, path)
        given = {value.name: values[value.name] for value in model.graph.input}
        scores = ReferenceEvaluator(model).run(None, given)[0]
        assert np.allclose(scores, expected, atol=1e-3), path
        return numbers(expected)
    writer = Keras("numbered" if spec.get("style") == "odd" else "plain")
    output = program(writer, spec, weights)
    (writer.save_2 if path.endswith(".h5") else writer.save_3)(path, output)
    return numbers(expected)


ENDINGS = {"state dict, safetensors": "safetensors", "state dict, .pth": "pth",
           "whole module": "pt", "torch.onnx": "onnx", "onnx.helper": "onnx",
           "Keras .h5": "h5", "Keras .keras": "keras"}  # fmt: skip
TELLS = {"state dict, safetensors": "nothing", "state dict, .pth": "nothing",
         "whole module": "classes"}  # fmt: skip


def mutant(folder, number, family, seed):
    random.seed(seed + number)
    generator = torch.Generator().manual_seed(seed + number)
    is_graph = family == "onnx.helper" or family.startswith("Keras")
    spec = histories_spec(family) if chance(0.2) else pairs_spec(family)
    if family == "torch.onnx" and "tables" in spec:
        spec["input_order"] = ["user", "item"]
    hide(spec, family, number)
    inputs = asked(spec)
    values = arrays(spec, inputs)
    file = f"{number:03}.{ENDINGS[family]}"
    path = os.path.join(folder, file)
    if is_graph:
        scores = by_graph(spec, family, path, values, np.random.default_rng(seed + number))
    else:
        scores = by_torch(spec, family, path, values, generator)
    options = {} if "tables" in spec else {"kind": spec["model"]}
    return {"file": file, "family": family, "madeOf": made_of(spec), **inputs,
            "supported": is_supported(spec, family), "tells": TELLS.get(family, "graph"),
            "isTold": is_told(spec, family), "shown": is_shown(spec, family),
            "unseen": is_unseen(spec),
            "sidesOpen": spec.get("style") == "odd", "options": options,
            "items": spec["items"], "scores": scores}  # fmt: skip


def main():
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(folder, exist_ok=True)
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    families = [name for name, share in FAMILIES.items() for _ in range(round(share * count))]
    records = [mutant(folder, k, family, seed) for k, family in enumerate(families)]
    with open(os.path.join(folder, "mutants.json"), "w", encoding="utf-8") as stream:
        json.dump(records, stream)


if __name__ == "__main__":
    main()
