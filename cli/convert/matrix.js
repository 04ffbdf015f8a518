/**
 * Operations on tables and weights [rows, width].
 *
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 */

/**
 * @param {ForeignTensor} tensor [rows, width]
 * @returns {ForeignTensor} [width, rows]
 */
export function transposed({ shape: [rows, width], values }) {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < width; k++) result[k * rows + row] = values[row * width + k];
  return { shape: [width, rows], values: result };
}

/**
 * Moves the columns from `first` on before the others.
 *
 * @param {ForeignTensor} weight [rows, width]
 * @param {number} first
 * @returns {ForeignTensor} [rows, width]
 */
export function rotated({ shape: [rows, width], values }, first) {
  return {
    shape: [rows, width],
    values: values.map((_, at) => values[at - (at % width) + (((at % width) + first) % width)]),
  };
}

/**
 * Tables of as many rows side by side.
 *
 * @param {{ shape: number[], values: Float32Array | Float64Array }[]} tables [rows, width]
 * @returns {ForeignTensor} [rows, sum of the widths]
 */
export function besideEachOther(tables) {
  const [{ shape, values: only }] = tables;
  if (tables.length === 1 && only instanceof Float32Array) return { shape, values: only };
  const [rows] = shape;
  const width = tables.reduce((sum, table) => sum + table.shape[1], 0);
  const values = new Float32Array(rows * width);
  let start = 0;
  for (const table of tables) {
    const [, columns] = table.shape;
    for (let row = 0; row < rows; row++) {
      const own = table.values.subarray(row * columns, (row + 1) * columns);
      values.set(own, row * width + start);
    }
    start += columns;
  }
  return { shape: [rows, width], values };
}

/**
 * A table with one more column.
 *
 * @param {ForeignTensor} table [rows, width]
 * @param {(row: number) => number} valueOf the new column's values
 * @returns {ForeignTensor} [rows, width + 1]
 */
export const widened = (table, valueOf) =>
  besideEachOther([table, columnOf(table.shape[0], valueOf)]);

/**
 * @param {number} rows
 * @param {(row: number) => number} valueOf
 * @returns {ForeignTensor} [rows, 1]
 */
export const columnOf = (rows, valueOf) => ({
  shape: [rows, 1],
  values: Float32Array.from({ length: rows }, (_, row) => valueOf(row)),
});

/**
 * The mean row, in double precision.
 *
 * @param {ForeignTensor} table [rows, width]
 * @returns {Float64Array} [width]
 */
export function meanRow({ shape: [rows, width], values }) {
  const mean = new Float64Array(width);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < width; k++) mean[k] += values[row * width + k] / rows;
  return mean;
}

/**
 * A vector as a float32 tensor.
 *
 * @param {ArrayLike<number>} values
 * @returns {ForeignTensor}
 */
export const vectorTensor = (values) => ({
  shape: [values.length],
  values: Float32Array.from(values),
});
