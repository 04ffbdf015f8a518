import { PocketrecError } from "../common/errors.js";

/**
 * Matrices and layers in double precision, written to be read.
 *
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
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
 * @param {ForeignTensor} tensor [rows, width]
 * @param {number} row
 * @param {ArrayLike<number>} x
 */
export function dot({ shape: [, width], values }, row, x) {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += values[row * width + k] * x[k];
  return sum;
}

/**
 * @param {Tensors} tensors
 * @param {string} name
 * @param {number[]} x
 * @param {string} activation
 */
export function layer(tensors, name, x, activation) {
  const weight = need(tensors, `${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  return Array.from({ length: weight.shape[0] }, (_, o) =>
    ACTIVATIONS[activation](dot(weight, o, x) + (bias?.values[o] ?? 0)),
  );
}

/**
 * @param {Tensors} tensors
 * @param {string} name
 */
export function need(tensors, name) {
  const tensor = tensors.get(name);
  if (!tensor) throw new PocketrecError("missing-tensor", name, "a tensor of the model", "none");
  return tensor;
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} row
 */
export const rowOf = ({ shape: [, width], values }, row) => [
  ...values.subarray(row * width, (row + 1) * width),
];

/** @param {ForeignTensor} tensor @returns {ForeignTensor} */
export function turned({ shape: [rows, width], values }) {
  const other = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < width; k++) other[k * rows + row] = values[row * width + k];
  return { shape: [width, rows], values: other };
}

/**
 * The columns from `first` on before the others.
 *
 * @param {ForeignTensor} weight
 * @param {number} first
 * @returns {ForeignTensor}
 */
export function rotated({ shape: [rows, width], values }, first) {
  return {
    shape: [rows, width],
    values: values.map((_, at) => values[at - (at % width) + (((at % width) + first) % width)]),
  };
}

/**
 * A table with one more column.
 *
 * @param {ForeignTensor} table
 * @param {(row: number) => number} valueOf what stands in it
 * @returns {ForeignTensor}
 */
export function widened({ shape: [rows, width], values }, valueOf) {
  const wider = new Float32Array(rows * (width + 1));
  for (let row = 0; row < rows; row++) {
    wider.set(values.subarray(row * width, (row + 1) * width), row * (width + 1));
    wider[row * (width + 1) + width] = valueOf(row);
  }
  return { shape: [rows, width + 1], values: wider };
}
