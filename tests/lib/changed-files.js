// Weights files with single things changed, and tensors to change them with.
import { fileOf } from "./weights.js";

/**
 * A file with some tensors changed (null: removed) and some of the description.
 *
 * @param {{ tensors: Record<string, object>, info: object }} weights
 * @param {Record<string, object | null>} [tensors]
 * @param {object} [info]
 * @returns {ArrayBuffer}
 */
export function changedFile(weights, tensors = {}, info = {}) {
  const all = Object.entries({ ...weights.tensors, ...tensors }).filter(([, tensor]) => tensor);
  return fileOf({ tensors: Object.fromEntries(all), info: { ...weights.info, ...info } });
}

const product = (shape) => shape.reduce((a, b) => a * b, 1);

export const filled = (value, ...shape) => ({
  shape,
  data: new Float32Array(product(shape)).fill(value),
});
export const zeros = (...shape) => filled(0, ...shape);
export const floats = (...values) => ({ shape: [values.length], data: Float32Array.from(values) });
export const int8 = (...shape) => ({ dtype: "I8", shape, data: new Int8Array(product(shape)) });
export const int32 = (...data) => ({
  dtype: "I32",
  shape: [data.length],
  data: Int32Array.from(data),
});
export const int32Table = (...shape) => ({
  dtype: "I32",
  shape,
  data: new Int32Array(product(shape)),
});

/** Ids in 64 bits. */
export const ids = (...list) => ({
  dtype: "I64",
  shape: [list.length],
  data: BigInt64Array.from(list, BigInt),
});

/** Ids as text, a line each. */
export const lines = (text, data = new TextEncoder().encode(text)) => ({
  dtype: "U8",
  shape: [data.length],
  data,
});

/** A tensor with one number changed. */
export const withValue = (tensor, at, value) => ({
  ...tensor,
  data: tensor.data.map((old, i) => (i === at ? value : old)),
});
