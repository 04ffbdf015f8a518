"""State dicts, arrays and modules of the kinds that public code saves, and what PyTorch computes.

    python3 cases.py OUT

Writes a file for each kind, and OUT/cases.json: { kind: { "file", "items", "pairs" or
"histories", "scores" } } as tests/frameworks/mutants.py has them. A kind that pocketrec has not
is without scores.
"""

import json
import os
import sys

import mutant_graphs as graphs
import numpy as np
import onnx
import torch
from mutant_onnx import Onnx
from onnx.reference import ReferenceEvaluator
from safetensors_writer import write_safetensors
from torch import nn
from torch.nn import functional

USERS, ITEMS, WIDTH = 47, 41, 4
PAIRS = [(user, 10 * user % ITEMS) for user in range(USERS)]
HISTORIES = [
    ([1, 5, 9, 20], [5, 3, 4, 1]),
    ([0, 7, 40], [2, 2, 5]),
    ([3, 4, 8, 30, 31], [4, 1, 5, 5, 2]),
]


def table(rows, width=WIDTH):
    return 0.9 * torch.randn(rows, width)


def dense(name, inputs, outputs):
    return {
        f"{name}.weight": torch.randn(outputs, inputs) * 1.6 / inputs**0.5,
        f"{name}.bias": 0.4 * torch.randn(outputs),
    }


def linear(t, name, x):
    return functional.linear(x, t[f"{name}.weight"], t[f"{name}.bias"])


def norm(name, width):
    return {f"{name}.weight": 1 + 0.3 * torch.randn(width), f"{name}.bias": torch.randn(width)}


def tables(user="user_embedding.weight", item="item_embedding.weight", width=WIDTH):
    return {user: table(USERS, width), item: table(ITEMS, width)}


def flat(values):
    return values.reshape(-1)


def dot(user, item, user_bias=None, item_bias=None, mean=None):
    """A dot product of two tables, with biases and a mean of these names."""

    def scores(t, u, i):
        y = (t[user][u] * t[item][i]).sum(1)
        if user_bias:
            y = y + flat(t[user_bias])[u] + flat(t[item_bias])[i]
        return y + t[mean] if mean else y

    return scores


def mlp(layers, user="user_embedding.weight", item="item_embedding.weight"):
    """A tower of these layers with relu between, the user's half first."""

    def scores(t, u, i):
        x = torch.cat([t[user][u], t[item][i]], 1)
        for name in layers[:-1]:
            x = torch.relu(linear(t, name, x))
        return linear(t, layers[-1], x).squeeze(1)

    return scores


def with_biases(scores):
    def more(t, u, i):
        return scores(t, u, i) + t["user_bias.weight"][u, 0] + t["item_bias.weight"][i, 0]

    return more


def layer_norm(t, name, x):
    return functional.layer_norm(x, x.shape[1:], t[f"{name}.weight"], t[f"{name}.bias"])


def gmf_layer_norm(t, u, i):
    x = t["user_embedding.weight"][u] * t["item_embedding.weight"][i]
    return linear(t, "affine_output", layer_norm(t, "norm", x)).squeeze(1)


def mlp_layer_norm(t, u, i):
    x = torch.cat([t["user_embedding.weight"][u], t["item_embedding.weight"][i]], 1)
    x = torch.relu(layer_norm(t, "fc.1", linear(t, "fc.0", x)))
    return linear(t, "fc.3", x).squeeze(1)


def tower_of(*widths, names):
    layers = {}
    for name, inputs, outputs in zip(names, widths, widths[1:]):
        layers |= dense(name, inputs, outputs)
    return layers


def plain_mlp(prefix=""):
    own = {**tables(), **tower_of(2 * WIDTH, 9, 1, names=["fc.0", "fc.2"])}
    return {f"{prefix}{name}": value for name, value in own.items()}


def without_prefix(prefix, scores):
    def stripped(t, *inputs):
        return scores({name[len(prefix) :]: value for name, value in t.items()}, *inputs)

    return stripped


def autoencoder(encoder, decoder, activation, mean=None, normalize=False):
    def scores(t, x):
        if normalize:
            x = functional.normalize(x)
        for name in encoder:
            x = activation(linear(t, name, x))
        if mean:
            x = linear(t, mean[0], x)[:, : mean[1]]
        for name in decoder[:-1]:
            x = activation(linear(t, name, x))
        return linear(t, decoder[-1], x)

    return scores


def attention():
    own = {"item_emb.weight": table(ITEMS), "pos_emb.weight": table(20)}
    own |= {"attention_layers.0.in_proj_weight": table(3 * WIDTH)}
    own |= {"attention_layers.0.in_proj_bias": torch.randn(3 * WIDTH)}
    own |= dense("attention_layers.0.out_proj", WIDTH, WIDTH)
    own |= norm("attention_layernorms.0", WIDTH) | norm("last_layernorm", WIDTH)
    for k in (1, 2):
        own[f"forward_layers.0.conv{k}.weight"] = torch.randn(WIDTH, WIDTH, 1)
        own[f"forward_layers.0.conv{k}.bias"] = torch.randn(WIDTH)
    return own


def biases(user, item, shape=(1,)):
    return {user: 0.4 * torch.randn(USERS, *shape), item: 0.4 * torch.randn(ITEMS, *shape)}


MEAN = torch.tensor(3.4)


def pairs_cases():
    """{kind: (tensors, scores or None)}; a name that ends in .npz is of arrays."""
    cases = {
        "als.npz": (tables("user_factors", "item_factors"), dot("user_factors", "item_factors")),
        "bpr.npz": (
            {"user_factors": table(USERS, 9), "item_factors": table(ITEMS, 9)},
            dot("user_factors", "item_factors"),
        ),
        "lightfm.npz": (
            {**tables("user_embeddings", "item_embeddings"),
             **biases("user_biases", "item_biases", ())},
            dot("user_embeddings", "item_embeddings", "user_biases", "item_biases"),
        ),
        "factors with a mean.npz": (
            {**tables("user_factors", "item_factors"), **biases("user_bias", "item_bias", ()),
             "global_bias": MEAN},
            dot("user_factors", "item_factors", "user_bias", "item_bias", "global_bias"),
        ),
        "svd.npz": (
            {**tables("pu", "qi"), **biases("bu", "bi", ()), "mu": MEAN},
            dot("pu", "qi", "bu", "bi", "mu"),
        ),
        "U and V": (tables("U.weight", "V.weight"), dot("U.weight", "V.weight")),
        "user_biases": (
            {**tables("user_embeddings.weight", "item_embeddings.weight"),
             **biases("user_biases.weight", "item_biases.weight")},
            dot("user_embeddings.weight", "item_embeddings.weight", "user_biases.weight",
                "item_biases.weight"),
        ),
        "u_weight": (
            {**tables("u_weight.weight", "i_weight.weight"),
             **biases("u_bias.weight", "i_bias.weight")},
            dot("u_weight.weight", "i_weight.weight", "u_bias.weight", "i_bias.weight"),
        ),
        "global_bias": (
            {**tables("user_emb.weight", "item_emb.weight"),
             **biases("user_bias.weight", "item_bias.weight"), "global_bias": MEAN.reshape(1)},
            dot("user_emb.weight", "item_emb.weight", "user_bias.weight", "item_bias.weight",
                "global_bias"),
        ),
        "embeds": (
            {"embeds.0.weight": table(USERS), "embeds.1.weight": table(ITEMS),
             **tower_of(2 * WIDTH, 9, 1, names=["layers.0.0", "layers.1.0"])},
            mlp(["layers.0.0", "layers.1.0"], "embeds.0.weight", "embeds.1.weight"),
        ),
        "a last layer as wide as the embedding": (
            {**tables(), **tower_of(2 * WIDTH, 9, WIDTH, 1, names=["fc1", "fc2", "output"])},
            mlp(["fc1", "fc2", "output"]),
        ),
        "an auxiliary layer": (
            {
                **tables(),
                **tower_of(2 * WIDTH, 9, 5, 1, names=["fc1", "fc2", "output"]),
                **dense("auxiliary", 5, 3),
            },
            mlp(["fc1", "fc2", "output"]),
        ),
        "a tower and biases": (
            {**tables(), **biases("user_bias.weight", "item_bias.weight"),
             **tower_of(2 * WIDTH, 9, 5, 1, names=["fc1", "fc2", "output"])},
            with_biases(mlp(["fc1", "fc2", "output"])),
        ),
        "a tower with layer normalisation": (
            {**tables(), **tower_of(2 * WIDTH, 9, names=["fc.0"]), **norm("fc.1", 9),
             **tower_of(9, 1, names=["fc.3"])},
            mlp_layer_norm,
        ),
        "a product with layer normalisation": (
            {**tables(), **norm("norm", WIDTH), **dense("affine_output", WIDTH, 1)},
            gmf_layer_norm,
        ),
        "a third table": (
            {**tables(), "genre_embedding.weight": table(19),
             **tower_of(3 * WIDTH, 2 * WIDTH, 5, 1, names=["fc1", "fc2", "fc3"])}, None),
        "projected content": (
            {**tables(), **dense("content_proj", 18, WIDTH),
             **tower_of(3 * WIDTH, WIDTH, 1, names=["fc_layers.0", "fc_layers.2"])}, None),
        "genres behind a layer": (
            {**tables(), **dense("genre_fc", 19, WIDTH),
             **tower_of(3 * WIDTH, 2 * WIDTH, 5, 1, names=["fc1", "fc2", "fc3"])}, None),
        "times": (
            {**tables("user_embeddings.weight", "item_embeddings.weight"),
             "time_embeddings.weight": table(12), "time_decay": torch.ones(1),
             **biases("user_bias.weight", "item_bias.weight"),
             **tower_of(3 * WIDTH, 2 * WIDTH, WIDTH, 1,
                        names=["fc_layers.0", "fc_layers.3", "fc_layers.6"])}, None),
        "features of the user": (
            {**tables(), "gender_embedding.weight": table(2, 2),
             "occupation_embedding.weight": table(21, 2),
             **tower_of(2 * WIDTH + 4, 9, 1, names=["fc1", "fc2"])}, None),
        "features of both sides": (
            {**tables("user_emb.weight", "item_emb.weight"), "item_genre_emb.weight": table(18),
             "user_gender_emb.weight": table(2),
             **tower_of(4 * WIDTH, 9, 1, names=["fc1", "fc2"])}, None),
        "features that are added": (
            {**tables("user_emb.weight", "item_emb.weight"), "item_genre_emb.weight": table(18),
             "user_gender_emb.weight": table(2),
             **tower_of(2 * WIDTH, 9, 1, names=["fc1", "fc2"])}, None),
        "LightGCN": (tables("embedding_user.weight", "embedding_item.weight"), None),
        "LightGCN of one table": (
            {"alpha": torch.ones(4), "embedding.weight": table(USERS + ITEMS)}, None),
        "five stars of a product": ({**tables(), **dense("fc", WIDTH, 5)}, None),
        "five stars of a tower": (
            {**tables(), **tower_of(2 * WIDTH, 9, 5, names=["fc1", "fc2"])}, None),
        "EASE": ({"B": torch.randn(ITEMS, ITEMS)}, None),
        "SASRec": (attention(), None),
        "a tower a side": (
            {**tables(), **tower_of(WIDTH, 9, 4, names=["user_tower.0", "user_tower.2"]),
             **tower_of(WIDTH, 9, 4, names=["item_tower.0", "item_tower.2"])}, None),
    }  # fmt: skip
    for prefix in ("module.", "model.", "_orig_mod."):
        scores = without_prefix(prefix, mlp(["fc.0", "fc.2"]))
        cases[f"prefix {prefix[:-1]}"] = (plain_mlp(prefix), scores)
    return cases


def histories_cases():
    heads = autoencoder(["encoder.0"], ["decoder.0", "decoder.2"], torch.tanh,
                        mean=("fc_mu", 5), normalize=True)  # fmt: skip
    numbered = autoencoder(["fc1"], ["fc3", "fc4"], torch.tanh, mean=("fc21", 5), normalize=True)
    joined = autoencoder(["q_layers.0"], ["p_layers.0", "p_layers.1"], torch.tanh,
                         mean=("q_layers.1", 5), normalize=True)  # fmt: skip
    narrow, wide = (
        {**dense("autorec.encoder", ITEMS, width), **dense("autorec.decoder", width, ITEMS)}
        for width in (20, 2 * ITEMS)
    )
    autorec = autoencoder(["autorec.encoder"], ["autorec.decoder"], torch.sigmoid)
    return {
        "a narrow AutoRec": (narrow, autorec, "rating"),
        "a wide AutoRec": (wide, autorec, "rating"),
        "fc21 and fc22": (
            {**tower_of(ITEMS, 12, 5, names=["fc1", "fc21"]), **dense("fc22", 12, 5),
             **tower_of(5, 12, ITEMS, names=["fc3", "fc4"])}, numbered, "binary"),
        "fc_mu and fc_logvar": (
            {**tower_of(ITEMS, 12, 5, names=["encoder.0", "fc_mu"]), **dense("fc_logvar", 12, 5),
             **tower_of(5, 12, ITEMS, names=["decoder.0", "decoder.2"])}, heads, "binary"),
        "q_layers and p_layers": (
            {**tower_of(ITEMS, 12, 10, names=["q_layers.0", "q_layers.1"]),
             **tower_of(5, 12, ITEMS, names=["p_layers.0", "p_layers.1"])}, joined, "binary"),
        "a bag of items": (
            {"item_bag.weight": table(ITEMS),
             **tower_of(WIDTH, 9, ITEMS, names=["fc1", "fc2"])}, bag, "binary"),
    }  # fmt: skip


def bag(t, x):
    """A tower over the mean of the history's rows."""
    x = x @ t["item_bag.weight"] / x.sum(1, keepdim=True)
    return linear(t, "fc2", torch.relu(linear(t, "fc1", x)))


def graphs_cases():
    """{kind: a graph's spec}, as mutant_graphs.py has them."""

    def layer(activation, norm=None, width=6):
        return {"width": width, "activation": activation, "norm": norm, "bias": True,
                "merged": True}  # fmt: skip

    def spec(model, layers=(), biases=False, **more):
        shape = {"user": (USERS, WIDTH), "item": (ITEMS, WIDTH)}
        block = "gmf" if model == "dot" else "mlp"
        own = {f"{block}.{side}": shape[side] for side in shape}
        if biases:
            own |= {"bias.user": (USERS, 1), "bias.item": (ITEMS, 1)}
        names = {role: f"{role.split('.')[-1]}_emb.weight" for role in own}
        names |= {"bias.user": "bu", "bias.item": "bi", "tower": "fc", "out": "out"}
        return {"model": model, "tables": own, "layers": list(layers), "names": names,
                "inputs": {"user": "user", "item": "item"}, "input_order": ["user", "item"],
                "concat": "user-item", "join": "gmf-mlp", "shared": False, "extra": None,
                "trick": None, "mean": False, "out_bias": True, "output": "identity",
                "input_width": 2 * WIDTH, "head_of": [block],
                "head": layers[-1]["width"] if layers else 0, **more}  # fmt: skip

    tanh = [layer("tanh"), layer("tanh")]
    chain = {"model": "autorec-user", "items": ITEMS, "layers": [layer("relu")],
             "names": ["encoder"], "inputs": {"history": "x"}, "output": "identity"}  # fmt: skip
    return {
        "graph, user first": spec("mlp", [layer("relu")], output="sigmoid"),
        "graph, item first and tanh": spec("mlp", tanh, concat="item-user", output="sigmoid"),
        "graph, linear last layer": spec("mlp", [layer("relu"), layer("identity", width=5)]),
        "graph, layer normalisation": spec("mlp", [layer("relu", "ln")]),
        "graph, dot product": spec("dot"),
        "graph, dot product with biases and a mean": spec("dot", biases=True, mean=True),
        "graph, cosine": spec("dot", trick="cosine"),
        "graph, clip": spec("dot", output="clip"),
        "graph, scaled sigmoid": spec("dot", output="scaled"),
        "graph, relu and no output function": chain,
    }


def graph_record(folder, kind, spec):
    generator = np.random.default_rng(7)
    weights = graphs.random_weights(spec, generator)
    program = graphs.pairs if "tables" in spec else graphs.histories
    writer = Onnx("plain", gemm=True)
    model = writer.model(program(writer, spec, weights))
    file = f"{kind.replace(',', '').replace(' ', '_')}.onnx"
    onnx.save(model, os.path.join(folder, file))
    record = {"file": file, "items": ITEMS}
    if "tables" in spec:
        record["pairs"] = PAIRS
        user, item = np.array(PAIRS).T.copy()
        given = {"user": user, "item": item}
    else:
        record["histories"] = [{"items": rows, "ratings": own} for rows, own in HISTORIES]
        x = np.zeros((len(HISTORIES), ITEMS), np.float32)
        for row, (rows, ratings) in zip(x, HISTORIES):
            row[rows] = ratings
        given = {"x": x}
    scores = ReferenceEvaluator(model).run(None, given)[0]
    return {**record, "scores": scores.astype(float).ravel().tolist()}


class NeuMF(nn.Module):
    """A module that is saved whole: its Sequentials say more than its tensors."""

    def __init__(self, tower, output):
        super().__init__()
        for name in ("embed_user_GMF", "embed_user_MLP"):
            setattr(self, name, nn.Embedding(USERS, WIDTH))
        for name in ("embed_item_GMF", "embed_item_MLP"):
            setattr(self, name, nn.Embedding(ITEMS, WIDTH))
        self.MLP_layers = nn.Sequential(*tower)
        self.predict_layer = output

    def forward(self, user, item):
        gmf = self.embed_user_GMF(user) * self.embed_item_GMF(item)
        halves = [self.embed_user_MLP(user), self.embed_item_MLP(item)]
        mlp = self.MLP_layers(torch.cat(halves, 1))
        return self.predict_layer(torch.cat([gmf, mlp], 1)).squeeze(1)


def modules():
    def two(first, second):
        return [nn.Linear(2 * WIDTH, 9), first, nn.Linear(9, WIDTH), *second]

    head = (2 * WIDTH, 1)
    return {
        "whole, a linear last layer": NeuMF(two(nn.ReLU(), []), nn.Linear(*head)),
        "whole, sigmoid and relu": NeuMF(two(nn.Sigmoid(), [nn.ReLU()]), nn.Linear(*head)),
        "whole, a linear output": NeuMF(two(nn.ReLU(), [nn.ReLU()]),
                                        nn.Sequential(nn.Linear(*head))),
        "whole, a sigmoid output": NeuMF(two(nn.ReLU(), [nn.ReLU()]),
                                         nn.Sequential(nn.Linear(*head), nn.Sigmoid())),
        "whole, layer normalisation": NeuMF([nn.Linear(2 * WIDTH, WIDTH), nn.LayerNorm(WIDTH),
                                             nn.ReLU()], nn.Linear(*head)),
    }  # fmt: skip


def save(folder, kind, tensors):
    name = kind.replace(" ", "_")
    arrays = {key: value.numpy() for key, value in tensors.items()}
    if kind.endswith(".npz"):
        np.savez(os.path.join(folder, name), **arrays)
        return name
    write_safetensors(os.path.join(folder, f"{name}.safetensors"), arrays)
    return f"{name}.safetensors"


def double(tensors):
    return {name: value.double() for name, value in tensors.items()}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(3)
    user, item = (torch.tensor(column) for column in zip(*PAIRS))
    records = {}
    for kind, (tensors, scores) in pairs_cases().items():
        record = {"file": save(folder, kind, tensors), "items": ITEMS, "pairs": PAIRS}
        if scores:
            record["scores"] = scores(double(tensors), user, item).tolist()
        records[kind] = record
    for kind, (tensors, scores, values) in histories_cases().items():
        x = torch.zeros(len(HISTORIES), ITEMS, dtype=torch.float64)
        histories = []
        for row, (rows, ratings) in zip(x, HISTORIES):
            row[rows] = torch.tensor(ratings).double() if values == "rating" else 1.0
            histories.append({"items": rows, "ratings": ratings if values == "rating" else None})
        own = scores(double(tensors), x).reshape(-1).tolist()
        records[kind] = {"file": save(folder, kind, tensors), "items": ITEMS,
                         "histories": histories, "scores": own}  # fmt: skip
    for kind, module in modules().items():
        for name, tensor in module.state_dict().items():
            tensor.copy_(torch.randn(tensor.shape) * (0.5 if tensor.dim() > 1 else 0.3))
            if "LayerNorm" in kind or tensor.dim() == 1 and "weight" in name:
                tensor.add_(1.0)
        file = f"{kind.replace(',', '').replace(' ', '_')}.pt"
        torch.save(module.eval(), os.path.join(folder, file))
        with torch.no_grad():
            own = module.double()(user, item).tolist()
        records[kind] = {"file": file, "items": ITEMS, "pairs": PAIRS, "scores": own}
    for kind, spec in graphs_cases().items():
        records[kind] = graph_record(folder, kind, spec)
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as stream:
        json.dump(records, stream)


if __name__ == "__main__":
    main()
