import { PocketrecError } from "../../../../js/common/errors.js";
import { emptyBlueprint } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { sparseRows } from "../../read/sparse.js";
import { assumed } from "../shared/assume.js";

/**
 * Item to item models of a whole matrix, dense or sparse.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../read/sparse.js").SparseRows} SparseRows
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/**
 * @param {string} layout
 * @param {ForeignTensor | SparseRows} matrix rows of the history, columns of the scored items
 * @returns {Blueprint}
 */
export function matrixBlueprint(layout, matrix) {
  const blueprint = emptyBlueprint(layout, "item-item");
  if (isSparseRows(matrix)) putSparse(blueprint, matrix);
  else putDense(blueprint, matrix);
  return blueprint;
}

/** A dense matrix of so many items is a large download. */
const MANY = 1000;

/**
 * @param {Blueprint} blueprint changed
 * @param {ForeignTensor} matrix
 */
function putDense({ tensors, notes }, matrix) {
  tensors.set("weight", matrix);
  const [items] = matrix.shape;
  if (items < MANY) return;
  const size = `${Math.round((4 * items * items) / 1e6)} MB`;
  notes.push(
    `the matrix is dense, ${size}: --prune 100 keeps the 100 strongest numbers of each row, ` +
      "pocketrec-cli quantize all of them in a quarter of the bytes",
  );
}

/**
 * The same for a matrix of which the file does not say whether the history's items are its rows or
 * its columns. A symmetric one need not.
 *
 * @param {string} layout
 * @param {ForeignTensor | SparseRows} matrix
 * @param {"rows" | "columns"} usual
 * @param {LayoutOptions} options
 */
export function openMatrixBlueprint(layout, matrix, usual, { historyAxis, inputValues }) {
  const axis = historyAxis ?? usual;
  const blueprint = matrixBlueprint(layout, axis === "rows" ? matrix : turned(matrix));
  if (historyAxis === undefined && !isSymmetric(matrix))
    blueprint.assumptions.push(assumed("direction", axis, ["rows", "columns"], "--history-axis"));
  openInput(blueprint, inputValues);
  return blueprint;
}

/**
 * Refuses columns for the history's items of a model whose code has rows.
 *
 * @param {LayoutOptions} options
 * @throws {PocketrecError} "bad-argument"
 */
export function assertRows({ historyAxis }) {
  if (historyAxis !== "columns") return;
  const expected = "rows, as the code of such a file has it";
  throw new PocketrecError("bad-argument", "--history-axis", expected, historyAxis);
}

/**
 * Whether the history is read as ratings.
 *
 * @param {Blueprint} blueprint changed
 * @param {LayoutOptions["inputValues"]} stated
 */
export function openInput({ description, assumptions }, stated) {
  if (stated === undefined)
    assumptions.push(assumed("input", "binary", ["binary", "rating"], "--input-values"));
  if (stated === "rating") description.input = { values: "rating" };
}

/** @param {ForeignTensor | SparseRows} matrix @returns {matrix is SparseRows} */
const isSparseRows = (matrix) => "offsets" in matrix;

/**
 * @param {Blueprint} blueprint changed
 * @param {SparseRows} matrix
 */
function putSparse(blueprint, { offsets, columns, values }) {
  blueprint.tensors.set("weight.values", { shape: [values.length], values });
  const kept = new Map(blueprint.kept);
  blueprint.kept = kept;
  for (const [name, numbers] of Object.entries({ offsets, columns })) {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    kept.set(`weight.${name}`, {
      name: `weight.${name}`,
      dtype: "I32",
      shape: [numbers.length],
      bytes,
    });
  }
}

/**
 * @param {ForeignTensor | SparseRows} matrix
 * @returns {ForeignTensor | SparseRows}
 */
function turned(matrix) {
  if (!isSparseRows(matrix)) return transposed(matrix);
  const { shape, offsets, columns, values } = matrix;
  const parts = { values, indices: columns, pointers: offsets };
  return sparseRows({ name: "file", format: "csc", shape: [...shape].reverse(), ...parts });
}

/** @param {ForeignTensor | SparseRows} matrix */
function isSymmetric(matrix) {
  if (isSparseRows(matrix)) {
    const other = /** @type {SparseRows} */ (turned(matrix));
    return (
      matrix.columns.every((column, k) => column === other.columns[k]) &&
      matrix.values.every((value, k) => value === other.values[k])
    );
  }
  const { shape, values } = matrix;
  const [items] = shape;
  for (let row = 0; row < items; row++)
    for (let column = 0; column < row; column++)
      if (values[row * items + column] !== values[column * items + row]) return false;
  return true;
}
