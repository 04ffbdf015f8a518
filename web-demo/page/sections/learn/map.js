/**
 * Embeddings as points of a plane: their two principal axes. Each call starts from the axes of the
 * call before, so that the map turns slowly while a model learns, and never flips.
 */

const ROUNDS = 4;

/**
 * @typedef {import("./autodiff.js").Tensor} Tensor
 *
 * @returns {(tables: Tensor[]) => Float64Array[]} the points of each table: (rows, 2)
 */
export function createMap() {
  let axes;
  return (tables) => {
    const { columns } = tables[0];
    const rows = tables.flatMap((table) => rowsOf(table));
    const mean = columnMeans(rows, columns);
    const centred = rows.map((row) => row.map((value, column) => value - mean[column]));
    axes ??= [unit(columns, 0), unit(columns, 1)];
    for (let round = 0; round < ROUNDS; round++)
      axes = orthonormal(axes.map((axis) => spread(centred, axis)));
    const points = centred.map((row) => axes.map((axis) => dot(row, axis)));
    return tables.map((table) => Float64Array.from(points.splice(0, table.rows).flat()));
  };
}

const rowsOf = ({ rows, columns, values }) =>
  Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns));

const columnMeans = (rows, columns) =>
  Array.from(
    { length: columns },
    (_, column) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length,
  );

const unit = (length, one) => Float64Array.from({ length }, (_, at) => Number(at === one));

const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);

/** X' X axis: a step of the power iteration. */
function spread(rows, axis) {
  const sum = new Float64Array(axis.length);
  for (const row of rows) {
    const along = dot(row, axis);
    row.forEach((value, at) => (sum[at] += along * value));
  }
  return sum;
}

/** Gram and Schmidt. A direction without any spread becomes zero. */
function orthonormal([first, second]) {
  const one = normalized(first);
  const along = dot(second, one);
  return [one, normalized(second.map((value, at) => value - along * one[at]))];
}

function normalized(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return length > 1e-12 ? vector.map((value) => value / length) : vector.fill(0);
}
