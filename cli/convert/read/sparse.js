import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * Sparse matrices of scipy, in any of its formats that list their numbers.
 *
 * @typedef {object} SparseRows a matrix by rows (CSR)
 * @property {[rows: number, columns: number]} shape
 * @property {Int32Array} offsets [rows + 1] where each row begins
 * @property {Int32Array} columns rising within a row
 * @property {Float32Array} values
 *
 * @typedef {object} SparseMatrix one of a file, which is read when a layout takes it
 * @property {number[]} shape
 * @property {() => SparseRows} read
 *
 * @typedef {object} SparseParts as scipy stores them
 * @property {string} name for errors
 * @property {string} format "csr", "csc", "coo"
 * @property {number[]} shape
 * @property {ArrayLike<number>} values
 * @property {ArrayLike<number>} indices of csr and csc: the columns, or the rows
 * @property {ArrayLike<number>} pointers of csr and csc: where each row, or column, begins; of coo:
 *   the columns
 */

/** A matrix of coordinates alone may have this many rows more than its numbers justify. */
const ROWS_FREE = 65_536;
const ROWS_PER_VALUE = 64;

/**
 * Sums of the numbers at the same place, by rows.
 *
 * @param {SparseParts} parts
 * @returns {SparseRows}
 * @throws {PocketrecError} "bad-shape", "unsupported", "too-large"
 */
export function sparseRows(parts) {
  const { name, format, shape, values } = parts;
  const [rows, columns] = shape;
  assertFormat(name, format);
  const { rowOf, columnOf } = placesOf(parts);
  if (rowOf.length !== values.length || columnOf.length !== values.length) {
    const found = `${rowOf.length} and ${columnOf.length}`;
    throw new PocketrecError("bad-shape", name, `${values.length} rows and columns`, found);
  }
  assertBelow(name, rowOf, rows, "row");
  assertBelow(name, columnOf, columns, "column");
  const byColumn = sortedBy(columnOf, columns, undefined);
  const order = sortedBy(rowOf, rows, byColumn);
  return joined(parts, order, rowOf, columnOf);
}

/**
 * @param {string} name
 * @param {string} format
 */
function assertFormat(name, format) {
  if (["csr", "csc", "coo"].includes(format)) return;
  throw new PocketrecError("unsupported", name, "a matrix of csr, csc or coo", format, {
    hint: "Convert it before saving: matrix.tocsr().",
  });
}

/**
 * The row and the column of each number.
 *
 * @param {SparseParts} parts
 * @returns {{ rowOf: ArrayLike<number>, columnOf: ArrayLike<number> }}
 */
function placesOf({ name, format, shape: [rows, columns], values, indices, pointers }) {
  if (format === "coo") {
    const most = ROWS_FREE + ROWS_PER_VALUE * values.length;
    const largest = Math.max(rows, columns);
    if (largest > most)
      throw new PocketrecError("too-large", name, `at most ${most} rows`, `${largest}`);
    return { rowOf: indices, columnOf: pointers };
  }
  const lines = format === "csr" ? rows : columns;
  const lineOf = linesOf(name, pointers, lines, values.length);
  return format === "csr"
    ? { rowOf: lineOf, columnOf: indices }
    : { rowOf: indices, columnOf: lineOf };
}

/**
 * The line (row or column) of each number.
 *
 * @param {string} name
 * @param {ArrayLike<number>} pointers [lines + 1]
 * @param {number} lines
 * @param {number} count
 */
function linesOf(name, pointers, lines, count) {
  if (pointers.length !== lines + 1 || pointers[0] !== 0 || pointers[lines] !== count) {
    const expected = `${lines + 1} beginnings from 0 to ${count}`;
    const found = `${pointers.length} from ${pointers[0]} to ${pointers[pointers.length - 1]}`;
    throw new PocketrecError("bad-shape", name, expected, found);
  }
  const result = new Int32Array(count);
  for (let line = 0; line < lines; line++) {
    const [first, end] = [pointers[line], pointers[line + 1]];
    if (!Number.isInteger(end) || !(first <= end) || end > count)
      throw new PocketrecError("bad-shape", name, "beginnings that rise", `${first}, ${end}`);
    result.fill(line, first, end);
  }
  return result;
}

/**
 * @param {string} name
 * @param {ArrayLike<number>} numbers
 * @param {number} limit
 * @param {string} what
 */
function assertBelow(name, numbers, limit, what) {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (Number.isInteger(number) && number >= 0 && number < limit) continue;
    throw new PocketrecError("bad-shape", name, `each ${what} below ${limit}`, show(number));
  }
}

/**
 * Positions sorted by a key, those of the same key in the order before.
 *
 * @param {ArrayLike<number>} keys
 * @param {number} limit of the keys
 * @param {Int32Array} [before] positions
 */
function sortedBy(keys, limit, before) {
  const starts = new Int32Array(limit + 1);
  for (let i = 0; i < keys.length; i++) starts[keys[i] + 1]++;
  for (let key = 0; key < limit; key++) starts[key + 1] += starts[key];
  const result = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const position = before ? before[i] : i;
    result[starts[keys[position]]++] = position;
  }
  return result;
}

/**
 * @param {SparseParts} parts
 * @param {Int32Array} order positions by row, then by column
 * @param {ArrayLike<number>} rowOf
 * @param {ArrayLike<number>} columnOf
 * @returns {SparseRows}
 */
function joined({ shape, values }, order, rowOf, columnOf) {
  const [rows, width] = shape;
  const offsets = new Int32Array(rows + 1);
  const columns = new Int32Array(order.length);
  const sums = new Float64Array(order.length);
  let count = 0;
  let last = -1;
  for (const position of order) {
    const [row, column] = [rowOf[position], columnOf[position]];
    if (row !== last || column !== columns[count - 1]) {
      columns[count++] = column;
      offsets[row + 1]++;
      last = row;
    }
    sums[count - 1] += values[position];
  }
  for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
  return {
    shape: [rows, width],
    offsets,
    columns: columns.slice(0, count),
    values: Float32Array.from(sums.subarray(0, count)),
  };
}
