import { PocketrecError, show } from "../../js/common/errors.js";
import { readIntegers } from "./dtypes.js";

/**
 * Keeps the strongest numbers of each row of an item-to-item matrix, as a sparse one.
 *
 * @typedef {import("./model-file.js").ModelFile} ModelFile
 * @typedef {object} Row numbers of a row of the matrix, and their columns
 * @property {ArrayLike<number>} columns rising
 * @property {Float32Array} values
 */

/**
 * @param {ModelFile} file of kind item-item, dense or sparse
 * @param {number} most numbers to keep of each row, those of the largest magnitude
 * @returns {ModelFile} sparse
 * @throws {PocketrecError} "bad-argument" for a file of another kind or of a low rank
 */
export function pruned(file, most) {
  const rows = rowsOf(file);
  if (!rows)
    throw new PocketrecError(
      "bad-argument",
      "prune",
      "a dense or sparse matrix of kind item-item",
      file.tensors.has("item.input") ? "one of low rank" : show(file.description.kind),
    );
  const offsets = [0];
  /** @type {number[]} */
  const columns = [];
  /** @type {number[]} */
  const values = [];
  for (const row of rows) {
    for (const k of strongest(row.values, most)) {
      columns.push(row.columns[k]);
      values.push(row.values[k]);
    }
    offsets.push(values.length);
  }
  if (!values.length)
    throw new PocketrecError("bad-argument", "prune", "numbers other than 0", "zeros alone");
  const tensors = new Map(file.tensors);
  tensors.delete("weight");
  tensors.set("weight.values", { shape: [values.length], values: Float32Array.from(values) });
  const kept = new Map(file.kept);
  for (const [name, list] of Object.entries({ offsets, columns }))
    kept.set(`weight.${name}`, integers(`weight.${name}`, list));
  return { ...file, tensors, kept };
}

/**
 * The rows of the matrix, one after another; undefined where there is none.
 *
 * @param {ModelFile} file
 * @returns {Iterable<Row> | undefined}
 */
function rowsOf({ description, tensors, kept }) {
  if (description.kind !== "item-item") return undefined;
  const dense = tensors.get("weight");
  if (dense) return denseRows(dense);
  const values = tensors.get("weight.values")?.values;
  const [offsets, columns] = ["offsets", "columns"].map((name) => kept.get(`weight.${name}`));
  if (!values || !offsets || !columns) return undefined;
  return sparseRows(readIntegers(offsets), readIntegers(columns), values);
}

/** @param {import("./checkpoint.js").ForeignTensor} tensor */
function* denseRows({ shape: [items], values }) {
  const columns = Array.from({ length: items }, (_, column) => column);
  for (let row = 0; row < items; row++)
    yield { columns, values: values.subarray(row * items, (row + 1) * items) };
}

/**
 * @param {Int32Array} offsets
 * @param {Int32Array} columns
 * @param {Float32Array} values
 */
function* sparseRows(offsets, columns, values) {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const [start, end] = [offsets[row], offsets[row + 1]];
    yield { columns: columns.subarray(start, end), values: values.subarray(start, end) };
  }
}

/**
 * The positions of the numbers with the largest magnitudes, rising; of equal ones the first.
 *
 * @param {Float32Array} values
 * @param {number} most
 */
function strongest(values, most) {
  const positions = Array.from(values.keys()).filter((k) => values[k] !== 0);
  if (positions.length <= most) return positions;
  const sizes = values.map(Math.abs).sort();
  const least = sizes[sizes.length - most];
  // As many of the numbers at the limit as there is room for.
  let room = most - sizes.reduce((count, size) => count + Number(size > least), 0);
  return positions.filter((k) => {
    const size = Math.abs(values[k]);
    return size > least || (size === least && room-- > 0);
  });
}

/**
 * @param {string} name
 * @param {number[]} list
 * @returns {import("../../js/file/safetensors.js").Tensor}
 */
function integers(name, list) {
  const { buffer } = Int32Array.from(list);
  return { name, dtype: "I32", shape: [list.length], bytes: new Uint8Array(buffer) };
}
