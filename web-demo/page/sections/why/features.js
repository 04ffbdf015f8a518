/**
 * The ranker without some of its inputs: the columns of the first layer that read them are zero, so
 * that they reach nothing. Everything else stays as it was trained.
 */
import { readSafetensors } from "../../../../js/file/safetensors.js";

const BYTES = { F32: 4, F16: 2 };

/**
 * @typedef {object} Columns of the tower's input
 * @property {string} name of the feature
 * @property {"user" | "item"} side
 * @property {number} first
 * @property {number} count
 */

/**
 * The inputs in the order of the tower's columns.
 *
 * @param {Uint8Array} bytes of the ranker's file
 * @returns {Columns[]}
 */
export function columnsOf(bytes) {
  const { tensors, metadata } = readSafetensors(bytes);
  const { features } = JSON.parse(metadata.pocketrec);
  let first = 0;
  return features.map(({ name, side = "user", kind, table = name, inputs = ["value"] }) => {
    const isTable = kind === "categorical";
    const count = isTable ? tensors.get(`${table}.embedding`).shape[1] : inputs.length;
    first += count;
    return { name, side, first: first - count, count };
  });
}

/**
 * @param {Uint8Array} bytes of the ranker's file
 * @param {readonly string[]} names of the features that are left out
 * @returns {Uint8Array} a file as the other, with other numbers
 */
export function without(bytes, names) {
  const copy = bytes.slice();
  const weight = readSafetensors(copy).tensors.get("tower.0.weight");
  const [rows, width] = weight.shape;
  const size = BYTES[weight.dtype];
  for (const { name, first, count } of columnsOf(bytes))
    for (let row = 0; names.includes(name) && row < rows; row += 1) {
      const start = (row * width + first) * size;
      weight.bytes.fill(0, start, start + count * size);
    }
  return copy;
}
