import { PocketrecError } from "../../common/errors.js";

/**
 * Dense layers in double precision.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {Map<string, ForeignTensor>} Tensors
 */

/** @type {Record<string, (x: number) => number>} */
export const ACTIVATIONS = {
  identity: (x) => x,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  swish: (x) => x / (1 + Math.exp(-x)),
};

/**
 * The inner product of one row of a weight and x.
 *
 * @param {ForeignTensor} weight [rows, width]
 * @param {number} row
 * @param {ArrayLike<number>} x [width]
 */
export function dot({ shape: [, width], values }, row, x) {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += values[row * width + k] * x[k];
  return sum;
}

/**
 * activation(W x + b)
 *
 * @param {Tensors} tensors
 * @param {string} name of the layer: `${name}.weight` [out, in], optionally `${name}.bias` [out]
 * @param {number[]} x
 * @param {string} activation
 */
export function denseLayer(tensors, name, x, activation) {
  const weight = requireTensor(tensors, `${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  return Array.from({ length: weight.shape[0] }, (_, o) =>
    ACTIVATIONS[activation](dot(weight, o, x) + (bias?.values[o] ?? 0)),
  );
}

/**
 * @param {Tensors} tensors
 * @param {string} name
 * @throws {PocketrecError} "missing-tensor"
 */
export function requireTensor(tensors, name) {
  const tensor = tensors.get(name);
  if (!tensor) throw new PocketrecError("missing-tensor", name, "a tensor of the model", "none");
  return tensor;
}

/**
 * @param {ForeignTensor} table
 * @param {number} row
 */
export const rowOf = ({ shape: [, width], values }, row) => [
  ...values.subarray(row * width, (row + 1) * width),
];

/**
 * The activation behind layer k: one for all, or a list.
 *
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @param {number} k
 */
export const activationAt = ({ activation }, k) =>
  typeof activation === "string" ? activation : activation[k];
