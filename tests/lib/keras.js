// Writes Keras files: HDF5 by h5wasm, archives by hand.

import { randomBytes } from "node:crypto";

import h5wasm from "h5wasm";

import { normal } from "./random.js";

/**
 * An HDF5 file.
 * @param {Record<string, { shape: number[], values: ArrayLike<number>, dtype?: string, more?:
 *   object }>} datasets by path
 * @param {Record<string, Record<string, string | string[]>>} attributes by the path of their group
 * @param {(file: any) => void} [more] changes the open file
 */
export async function writeHdf5(datasets, attributes = {}, more = () => {}) {
  const { FS } = await h5wasm.ready;
  const path = `/${randomBytes(8).toString("hex")}.h5`;
  const file = new h5wasm.File(path, "w");
  for (const [name, { shape, values, dtype = "<f", more: options }] of Object.entries(datasets)) {
    const at = name.lastIndexOf("/");
    groupOf(file, name.slice(0, Math.max(at, 0))).create_dataset({
      name: name.slice(at + 1),
      data: values,
      shape,
      dtype,
      ...options,
    });
  }
  for (const [name, entries] of Object.entries(attributes)) {
    for (const [key, value] of Object.entries(entries))
      writeAttribute(groupOf(file, name), key, value);
  }
  more(file);
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}

function groupOf(file, path) {
  let group = file;
  for (const name of path.split("/").filter(Boolean))
    group = group.get(name) ?? group.create_group(name);
  return group;
}

/** Entries of a list have one length, as in numpy; a text has any length. */
function writeAttribute(group, key, value) {
  if (typeof value === "string") group.create_attribute(key, value, [], "S");
  else
    group.create_attribute(
      key,
      value,
      [value.length],
      `A${Math.max(1, ...value.map((text) => Buffer.byteLength(text)))}`,
    );
}

/** Random weights of a shape. */
export function weights(shape, seed) {
  const next = normal(seed);
  return {
    shape,
    values: Float32Array.from(
      { length: shape.reduce((product, n) => product * n, 1) },
      () => next() * 0.5,
    ),
  };
}

/**
 * `model.save` of Keras 2: the weights by layer, below model_weights, and the configuration.
 * @param {object} model { class_name, config }
 * @param {Record<string, { shape: number[], values: Float32Array }>} tensors "dense_1/kernel"
 */
export function saveModel(model, tensors) {
  const datasets = Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const layer = name.slice(0, name.lastIndexOf("/"));
      return [`model_weights/${layer}/${name}:0`, tensor];
    }),
  );
  const layers = [
    ...new Set(Object.keys(tensors).map((name) => name.slice(0, name.lastIndexOf("/")))),
  ];
  datasets["optimizer_weights/Adam/iter:0"] = { shape: [1], values: Int32Array.of(7), dtype: "<i" };
  return writeHdf5(datasets, {
    "": { model_config: JSON.stringify(model), keras_version: "2.4.0", backend: "tensorflow" },
    model_weights: { layer_names: layers, keras_version: "2.4.0" },
  });
}

/** A layer of a functional model, in the notation of Keras 2. */
export function layer(class_name, name, inputs, config = {}) {
  const inbound_nodes = inputs.length ? [inputs.map((input) => [input, 0, 0, {}])] : [];
  return { class_name, name, config: { name, trainable: true, ...config }, inbound_nodes };
}

/** A functional model of such layers. */
export function functional(layers, outputs) {
  const inputs = layers
    .filter(({ class_name }) => class_name === "InputLayer")
    .map(({ name }) => [name, 0, 0]);
  return {
    class_name: "Functional",
    config: {
      name: "model",
      layers,
      input_layers: inputs,
      output_layers: outputs.map((name) => [name, 0, 0]),
    },
  };
}

/** The layers of a Keras chain in float64: W is (in, out). */
export function dense(x, kernel, bias, activation = (v) => v) {
  const [inputs, outputs] = kernel.shape;
  const sums = Array.from({ length: outputs }, (_, o) => {
    let sum = bias ? bias.values[o] : 0;
    for (let i = 0; i < inputs; i++) sum += x[i] * kernel.values[i * outputs + o];
    return sum;
  });
  return sums.map((v) => activation(v));
}

/** A row of a table, as numbers. */
export function row({ shape: [, width], values }, r) {
  return Array.from(values.subarray(r * width, (r + 1) * width));
}

/** Batch normalisation in float64. */
export function batchNorm(x, [gamma, beta, mean, variance], epsilon = 1e-3) {
  return x.map(
    (v, i) =>
      (gamma.values[i] * (v - mean.values[i])) / Math.sqrt(variance.values[i] + epsilon) +
      beta.values[i],
  );
}
