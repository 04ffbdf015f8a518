import { PocketrecError } from "../../../js/common/errors.js";

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
 * The error function (Abramowitz and Stegun 7.1.26), within 2e-7.
 * @param {number} x
 */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const factors = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const sum = factors.reduceRight((total, factor) => (total + factor) * t, 0);
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

/**
 * Activations that the kernels lack: --expect tells whether a model has one.
 * @type {Record<string, (x: number) => number>}
 */
export const FOREIGN_ACTIVATIONS = {
  "leaky ReLU of slope 0.01": (x) => Math.max(x, 0.01 * x),
  "leaky ReLU of slope 0.1": (x) => Math.max(x, 0.1 * x),
  "leaky ReLU of slope 0.2": (x) => Math.max(x, 0.2 * x),
  "leaky ReLU of slope 0.3": (x) => Math.max(x, 0.3 * x),
  GELU: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  "GELU by tanh": (x) => (x / 2) * (1 + Math.tanh(0.7978845608 * (x + 0.044715 * x ** 3))),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  swish: (x) => x / (1 + Math.exp(-x)),
  mish: (x) => x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  softsign: (x) => x / (1 + Math.abs(x)),
  hardtanh: (x) => Math.min(Math.max(x, -1), 1),
  hardsigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  hardswish: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
};

/** Those of them that differ from a supported one beyond some value alone. */
export const BOUNDED_ACTIVATIONS = ["hardtanh", "relu6"];

/** @type {typeof ACTIVATIONS} */
const FUNCTIONS = { ...FOREIGN_ACTIVATIONS, gelu: FOREIGN_ACTIVATIONS.GELU, ...ACTIVATIONS };

/**
 * The function of an activation's name.
 * @param {string} name
 */
export const activationNamed = (name) => FUNCTIONS[name];

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
    activationNamed(activation)(dot(weight, o, x) + (bias?.values[o] ?? 0)),
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
export const rowOf = ({ shape: [, width = 1], values }, row) => [
  ...values.subarray(row * width, (row + 1) * width),
];

/**
 * The activation behind layer k: one for all, or a list.
 *
 * @param {Readonly<import("../../../js/file/metadata.js").Info>} info
 * @param {number} k
 */
export const activationAt = ({ activation }, k) =>
  typeof activation === "string" ? activation : activation[k];
