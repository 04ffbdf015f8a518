// Small valid files of each framework.
import { readFileSync } from "node:fs";

import { autoencoder, neumf } from "../../lib/onnx-models.js";
import { writeOnnx } from "../../lib/onnx.js";
import { dict, pickle, tensor } from "../../lib/pickle-writer.js";
import { legacyTorch, npy } from "../../lib/torch-writer.js";
import { functional, layer, saveModel, weights, writeHdf5 } from "../../lib/keras.js";
import { randomAutoencoder } from "../../lib/autoencoder.js";
import { randomWeights } from "../../lib/weights.js";
import { writeSafetensors } from "../../lib/safetensors.js";
import { torchZip, zip, zipOf } from "../../lib/zip-writer.js";

const SHAPE = { users: 3, items: 8, gmf: 3, user: 4, item: 4, widths: [5, 3] };

/** A NeuMF and an autoencoder under the names of a common PyTorch project. */
function stateDicts() {
  const { tensors } = randomWeights(SHAPE);
  const ncf = {
    "embed_user_GMF.weight": tensors["gmf.user"],
    "embed_item_GMF.weight": tensors["gmf.item"],
    "embed_user_MLP.weight": tensors["mlp.user"],
    "embed_item_MLP.weight": tensors["mlp.item"],
    "MLP_layers.1.weight": tensors["mlp.layers.0.weight"],
    "MLP_layers.1.bias": tensors["mlp.layers.0.bias"],
    "MLP_layers.4.weight": tensors["mlp.layers.1.weight"],
    "MLP_layers.4.bias": tensors["mlp.layers.1.bias"],
    "predict_layer.weight": tensors["output.weight"],
    "predict_layer.bias": tensors["output.bias"],
  };
  const encoder = randomAutoencoder({ items: 8, encoder: [4] }).tensors;
  const dae = Object.fromEntries(
    Object.entries(encoder).map(([name, value]) => [name.replace(/\.0\./, ".0."), value]),
  );
  return [ncf, dae];
}

const stridesOf = (shape) => shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, 1));

function torchOf(state) {
  const storages = {};
  const entries = Object.entries(state).map(([name, { shape, data }], key) => {
    storages[key] = data;
    const more = { key: String(key), count: data.length, shape, strides: stridesOf(shape) };
    return [name, tensor(more)];
  });
  return torchZip(pickle(...dict(Object.fromEntries(entries))), storages);
}

function legacyOf(state) {
  const storages = Object.entries(state).map(([, { data }], key) => ({
    key: String(key),
    values: data,
  }));
  const entries = Object.entries(state).map(([name, { shape, data }], key) => [
    name,
    tensor({ key: String(key), count: data.length, shape, strides: stridesOf(shape) }),
  ]);
  return legacyTorch(dict(Object.fromEntries(entries)), storages);
}

export const torchSeeds = () => [...stateDicts().map(torchOf), legacyOf(stateDicts()[0])];

const npyOf = ({ shape, data }) =>
  npy(
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }\n`,
    new Uint8Array(data.buffer),
  );

const archiveOf = (state) =>
  zip(Object.entries(state).map(([name, one]) => ({ name: `${name}.npy`, data: npyOf(one) })));

const floats = (...shape) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, k) => Math.sin(k + 1)),
});

/** A matrix of scipy.sparse.save_npz. */
function sparseSeed() {
  const integers = (...values) =>
    npy(
      `{'descr': '<i4', 'fortran_order': False, 'shape': (${values.length},), }\n`,
      new Uint8Array(Int32Array.from(values).buffer),
    );
  return zipOf({
    "indices.npy": integers(1, 3, 0, 2, 3, 1),
    "indptr.npy": integers(0, 2, 3, 5, 6),
    "format.npy": npy(
      "{'descr': '|S3', 'fortran_order': False, 'shape': (), }\n",
      Buffer.from("csr"),
    ),
    "shape.npy": integers(4, 4),
    "data.npy": npyOf(floats(6)),
  });
}

export const numpySeeds = () => [...stateDicts().map(archiveOf), sparseSeed(), npyOf(floats(5, 5))];

/** Small models of tests/frameworks/sequence_models.py. */
function sequences() {
  const models = JSON.parse(
    readFileSync(new URL("../../fixtures/sequences.json", import.meta.url), "utf8"),
  );
  return ["first", "gru-tied"].map((name) =>
    Object.fromEntries(
      Object.entries(models[name].tensors).map(([key, { shape, data }]) => [
        key,
        { shape, data: Float32Array.from(data) },
      ]),
    ),
  );
}

export const safetensorsSeeds = () =>
  [...stateDicts(), ...sequences()].map((state) => new Uint8Array(writeSafetensors(state)));

export const onnxSeeds = () => [
  writeOnnx(neumf({ style: "as torch writes it" })),
  writeOnnx(neumf({ style: "as Keras writes it", mlp: false })),
  writeOnnx(autoencoder({ widths: [8, 3, 8], activations: ["Sigmoid", ""] })),
];

/** A GMF of Keras as a functional model, and weights alone; the same as a .keras archive. */
export async function kerasSeeds() {
  const layers = [
    layer("InputLayer", "user", []),
    layer("InputLayer", "item", []),
    layer("Embedding", "users", ["user"], { input_dim: 4, output_dim: 3 }),
    layer("Embedding", "items", ["item"], { input_dim: 8, output_dim: 3 }),
    layer("Flatten", "u", ["users"]),
    layer("Flatten", "i", ["items"]),
    layer("Multiply", "product", ["u", "i"]),
    layer("Dense", "out", ["product"], { units: 1, activation: "sigmoid", use_bias: true }),
  ];
  const tensors = {
    "users/embeddings": weights([4, 3], 1),
    "items/embeddings": weights([8, 3], 2),
    "out/kernel": weights([3, 1], 3),
    "out/bias": weights([1], 4),
  };
  const model = functional(layers, ["out"]);
  const encoder = {
    "dense/dense/kernel:0": weights([8, 3], 1),
    "dense/dense/bias:0": weights([3], 2),
    "dense_1/dense_1/kernel:0": weights([3, 8], 3),
    "dense_1/dense_1/bias:0": weights([8], 4),
  };
  return [
    await saveModel(model, tensors),
    await writeHdf5(encoder, { "": { layer_names: ["dense", "dense_1"], backend: "tensorflow" } }),
    zipOf({
      "config.json": Buffer.from(JSON.stringify(model)),
      "metadata.json": Buffer.from("{}"),
      "model.weights.h5": await writeHdf5({
        "layers/embedding/vars/0": tensors["users/embeddings"],
        "layers/embedding_1/vars/0": tensors["items/embeddings"],
        "layers/dense/vars/0": tensors["out/kernel"],
        "layers/dense/vars/1": tensors["out/bias"],
      }),
    }),
  ];
}
