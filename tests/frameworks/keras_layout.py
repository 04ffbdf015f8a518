"""Writes weights in the layout of the NCF authors' Keras 1 code, and as Keras 2 saves them.

    python3 keras_layout.py OUT

h5py writes the groups. The weights are trained in PyTorch; the scores are the model's equations in
float64.
"""

import os
import sys

import h5py
import numpy as np
import records
import torch
import torch_networks as networks

from training import ITEMS, SEED, USERS, fit_pairs

LAYERS = 3
# Fused with the MLP to a NeuMF, the logits mix as ALPHA (GMF) and 1 - ALPHA (MLP).
ALPHA = 0.3
TABLES = {
    "GMF": {"user_embedding": "embed_user_GMF", "item_embedding": "embed_item_GMF"},
    "MLP": {"user_embedding": "embed_user_MLP", "item_embedding": "embed_item_MLP"},
    "NeuMF-end": {
        "mf_embedding_user": "embed_user_GMF",
        "mf_embedding_item": "embed_item_GMF",
        "mlp_embedding_user": "embed_user_MLP",
        "mlp_embedding_item": "embed_item_MLP",
    },
}
WITHOUT_WEIGHTS = ["user_input", "item_input", "flatten_1", "flatten_2", "merge_1"]


def layers_of(module):
    """{layer: weights} in Keras' orientation: a kernel is (in, out)."""
    state = {name: value.numpy() for name, value in module.state_dict().items()}
    layers = {layer: [state[f"{table}.weight"]] for layer, table in TABLES[module.model].items()}
    dense = (
        {}
        if module.model == "GMF"
        else {f"layer{k + 1}": f"MLP_layers.{3 * k + 1}" for k in range(LAYERS)}
    )
    for layer, name in {**dense, "prediction": "predict_layer"}.items():
        layers[layer] = [state[f"{name}.weight"].T, state[f"{name}.bias"]]
    return layers


def keras_1(file, layers):
    """`save_weights` of Keras 1: no group around the layers, `user_embedding/user_embedding_W`."""
    write_layers(
        file,
        layers,
        lambda layer, is_table: [f"{layer}_W"] if is_table else [f"{layer}_W", f"{layer}_b"],
    )


def keras_2(file, layers):
    """`save_weights` of Keras 2: `layer1/layer1/kernel:0`."""
    file.attrs["backend"], file.attrs["keras_version"] = (
        np.bytes_(b"tensorflow"),
        np.bytes_(b"2.4.0"),
    )
    write_layers(
        file,
        layers,
        lambda layer, is_table: (
            [f"{layer}/embeddings:0"] if is_table else [f"{layer}/kernel:0", f"{layer}/bias:0"]
        ),
    )


def keras_2_model(file, layers):
    """`save` of Keras 2: weights and optimiser are separate groups."""
    keras_2(file.create_group("model_weights"), layers)
    file.create_dataset("optimizer_weights/Adam/iterations:0", data=np.int64(60))


def write_layers(file, layers, names_of):
    all_layers = [*WITHOUT_WEIGHTS, *layers]
    file.attrs["layer_names"] = np.array([layer.encode() for layer in all_layers])
    for layer in all_layers:
        weights = layers.get(layer, [])
        names = names_of(layer, len(weights) == 1) if weights else []
        group = file.create_group(layer)
        group.attrs["weight_names"] = np.array([name.encode() for name in names])
        for name, weight in zip(names, weights):
            group.create_dataset(name, data=weight)


def raw_of(model, layers, user):
    """The raw score of each item for a user, in float64."""
    double = {
        layer: [weight.astype(np.float64) for weight in weights]
        for layer, weights in layers.items()
    }
    tables = {layer: double[layer][0] for layer in TABLES[model]}
    blocks = []
    if model != "MLP":
        users, items = [table for layer, table in tables.items() if not layer.startswith("mlp")]
        blocks.append(users[user] * items)
    if model != "GMF":
        users, items = [table for layer, table in tables.items() if not layer.startswith("mf")]
        z = np.hstack([np.tile(users[user], (ITEMS, 1)), items])
        for k in range(LAYERS):
            kernel, bias = double[f"layer{k + 1}"]
            z = np.maximum(z @ kernel + bias, 0)
        blocks.append(z)
    kernel, bias = double["prediction"]
    return (np.hstack(blocks) @ kernel + bias)[:, 0]


def mixed(trained, user):
    return ALPHA * raw_of("GMF", trained["GMF"], user) + (1 - ALPHA) * raw_of(
        "MLP", trained["MLP"], user
    )


def user_records(raw_of_user):
    generator = np.random.default_rng(SEED)
    for user in (0, 5, 23, USERS - 1):
        raw = raw_of_user(user)
        yield records.user_record(raw, 1 / (1 + np.exp(-raw)), user=user, generator=generator)


def write(folder, files, model, kind, raw_of_user, **more):
    records.write(
        folder,
        files,
        model=model,
        kind=kind,
        users=USERS,
        items=ITEMS,
        stored=user_records(raw_of_user),
        **more,
    )


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(SEED)
    trained = {
        model: layers_of(fit_pairs(networks.NeuralCF(USERS, ITEMS, 8, LAYERS, model)))
        for model in TABLES
    }
    for model, layers in trained.items():
        kind = model.split("-")[0]
        for save in (keras_1, keras_2, keras_2_model):
            file = f"{kind}.{save.__name__}.h5"
            with h5py.File(os.path.join(folder, file), "w") as stream:
                save(stream, layers)
            write(
                folder,
                [file],
                f"{kind} as {save.__name__}",
                kind.lower(),
                lambda user, model=model, layers=layers: raw_of(model, layers, user),
            )
    write(
        folder,
        ["GMF.keras_1.h5", "MLP.keras_1.h5"],
        "GMF and MLP as one NeuMF",
        "neumf",
        lambda user: mixed(trained, user),
        convert=["--alpha", f"{ALPHA}"],
    )


if __name__ == "__main__":
    main()
