import { encode, decode } from "../convert/dtypes.js";

/**
 * @typedef {import("../../js/file/safetensors.js").Tensor} Tensor
 * @typedef {import("./weights.js").Weights} Weights
 * @typedef {import("./weights.js").SparseWeights} SparseWeights
 * @typedef {"f32" | "f16" | "i8"} Precision
 */

/**
 * The tensors of an item-to-item model (docs/format.md).
 *
 * @param {Weights} weights
 * @param {Precision} precision
 * @returns {Tensor[]}
 */
export function tensorsOf(weights, precision) {
  const { items, values } = weights;
  if (!("columns" in weights))
    return encode("weight", { shape: [items, items], values }, precision);
  const { offsets, columns } = weights;
  return [
    integers("weight.offsets", offsets),
    integers("weight.columns", columns),
    ...(precision === "i8"
      ? rowsInBytes(weights)
      : encode("weight.values", { shape: [values.length], values }, precision)),
  ];
}

/**
 * @param {string} name
 * @param {Int32Array} values
 * @returns {Tensor}
 */
export const integers = (name, values) => ({
  name,
  dtype: "I32",
  shape: [values.length],
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/**
 * int8 with one scale per row: the row's largest size is 127 steps.
 *
 * @param {SparseWeights} weights
 * @returns {Tensor[]}
 */
function rowsInBytes({ items, offsets, values }) {
  const steps = new Int8Array(values.length);
  const scale = new Float32Array(items);
  for (let row = 0; row < items; row++) {
    const [start, end] = [offsets[row], offsets[row + 1]];
    for (let at = start; at < end; at++) scale[row] = Math.max(scale[row], Math.abs(values[at]));
    scale[row] /= 127;
    for (let at = start; at < end; at++)
      steps[at] = scale[row] ? Math.round(values[at] / scale[row]) : 0;
  }
  const bytesOf = (/** @type {Int8Array | Float32Array} */ { buffer }) => new Uint8Array(buffer);
  const [name, shape] = ["weight.values", [steps.length]];
  return [
    { name, dtype: "I8", shape, bytes: bytesOf(steps) },
    { name: `${name}.scale`, dtype: "F32", shape: [items], bytes: bytesOf(scale) },
  ];
}

/**
 * The weights as the tensors hold them.
 *
 * @template {Weights} Kept
 * @param {Kept} weights
 * @param {Tensor[]} tensors
 * @returns {Kept}
 */
export function storedWeights(weights, tensors) {
  const find = (/** @type {string} */ end) => tensors.find(({ name }) => name.endsWith(end));
  const [tensor, scale] = [find("weight") ?? find("values"), find("scale")];
  if (!tensor || tensor.dtype === "F32") return weights;
  if (!scale) return { ...weights, values: decode(tensor) };
  const scales = decode(scale);
  if (!("columns" in weights)) return { ...weights, values: decode(tensor, scales) };
  const values = decode(tensor);
  for (let row = 0; row < weights.items; row++)
    for (let at = weights.offsets[row]; at < weights.offsets[row + 1]; at++)
      values[at] *= scales[row];
  return { ...weights, values };
}
