/**
 * Automatic differentiation in reverse mode, on matrices of float64: enough for four recommenders.
 *
 * Each operation computes its result and remembers how to pass a gradient back to what it was made
 * of. `backward(loss)` runs these steps from the loss to the parameters: the chain rule.
 */

/** A matrix (rows, columns), row-major, and the gradient of the loss by each of its values. */
export class Tensor {
  /**
   * @param {number} rows
   * @param {number} columns
   * @param {Float64Array} [values] zeros by default
   * @param {Tensor[]} [inputs] what it was computed from
   * @param {() => void} [back] adds to the inputs' gradients, from this one's
   */
  constructor(rows, columns, values = new Float64Array(rows * columns), inputs = [], back) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
    this.gradient = new Float64Array(rows * columns);
    this.inputs = inputs;
    this.back = back;
  }
}

/**
 * Sets the gradient of every tensor that `loss` was computed from. A parameter's gradient adds up
 * over all its uses; it starts from zero at each call.
 *
 * @param {Tensor} loss (1, 1)
 */
export function backward(loss) {
  const order = [];
  const seen = new Set();
  const visit = (tensor) => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    tensor.gradient.fill(0);
    tensor.inputs.forEach(visit);
    order.push(tensor);
  };
  visit(loss);
  loss.gradient[0] = 1;
  for (const tensor of order.reverse()) tensor.back?.();
}

/** Makes a tensor whose `back` gets the tensor itself. */
function made(rows, columns, inputs, compute, back) {
  const result = new Tensor(rows, columns, undefined, inputs);
  compute(result.values);
  result.back = () => back(result);
  return result;
}

/** A (n, k) times B (k, m). Gradients: of A = G B', of B = A' G. */
export function matmul(a, b) {
  const [n, k, m] = [a.rows, a.columns, b.columns];
  const [x, y] = [a.values, b.values];
  return made(
    n,
    m,
    [a, b],
    (values) => {
      for (let i = 0; i < n; i++)
        for (let f = 0; f < k; f++)
          for (let j = 0; j < m; j++) values[i * m + j] += x[i * k + f] * y[f * m + j];
    },
    ({ gradient: up }) => {
      const [toA, toB] = [a.gradient, b.gradient];
      for (let i = 0; i < n; i++)
        for (let f = 0; f < k; f++)
          for (let j = 0; j < m; j++) {
            toA[i * k + f] += up[i * m + j] * y[f * m + j];
            toB[f * m + j] += up[i * m + j] * x[i * k + f];
          }
    },
  );
}

/** A + B. A row B (1, m) is added to each row of A, and collects their gradients. */
export function add(a, b) {
  const width = b.values.length;
  return made(
    a.rows,
    a.columns,
    [a, b],
    (values) => values.forEach((_, at) => (values[at] = a.values[at] + b.values[at % width])),
    ({ gradient }) =>
      gradient.forEach((slope, at) => {
        a.gradient[at] += slope;
        b.gradient[at % width] += slope;
      }),
  );
}

/** A * B, value by value. A row B (1, m) multiplies each row of A, as in `add`. */
export function multiply(a, b) {
  const width = b.values.length;
  return made(
    a.rows,
    a.columns,
    [a, b],
    (values) => values.forEach((_, at) => (values[at] = a.values[at] * b.values[at % width])),
    ({ gradient }) =>
      gradient.forEach((slope, at) => {
        a.gradient[at] += slope * b.values[at % width];
        b.gradient[at % width] += slope * a.values[at];
      }),
  );
}

/** The sum of each row: (n, m) -> (n, 1). With `multiply` it is a dot product. */
export function rowSums(a) {
  const rowOf = (at) => Math.floor(at / a.columns);
  return made(
    a.rows,
    1,
    [a],
    (values) => a.values.forEach((value, at) => (values[rowOf(at)] += value)),
    ({ gradient }) => a.gradient.forEach((_, at) => (a.gradient[at] += gradient[rowOf(at)])),
  );
}

/** [A | B]: rows side by side. */
export function concat(a, b) {
  const columns = a.columns + b.columns;
  const source = (at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return column < a.columns
      ? [a, row * a.columns + column]
      : [b, row * b.columns + column - a.columns];
  };
  return made(
    a.rows,
    columns,
    [a, b],
    (values) =>
      values.forEach((_, at) => {
        const [from, index] = source(at);
        values[at] = from.values[index];
      }),
    ({ gradient }) =>
      gradient.forEach((slope, at) => {
        const [from, index] = source(at);
        from.gradient[index] += slope;
      }),
  );
}

/** Rows of a table, an embedding look-up: only the rows looked up get a gradient. */
export function gather(table, rows) {
  const { columns } = table;
  const source = (at) => rows[Math.floor(at / columns)] * columns + (at % columns);
  return made(
    rows.length,
    columns,
    [table],
    (values) => values.forEach((_, at) => (values[at] = table.values[source(at)])),
    ({ gradient }) => gradient.forEach((slope, at) => (table.gradient[source(at)] += slope)),
  );
}

/** A function of each value. `slope` gives its derivative from the function's value. */
const activation = (apply, slope) => (a) =>
  made(
    a.rows,
    a.columns,
    [a],
    (values) => values.forEach((_, at) => (values[at] = apply(a.values[at]))),
    ({ values, gradient }) =>
      gradient.forEach((up, at) => (a.gradient[at] += up * slope(values[at]))),
  );

export const relu = activation(
  (x) => Math.max(0, x),
  (y) => Number(y > 0),
);

export const sigmoid = activation(
  (x) => 1 / (1 + Math.exp(-x)),
  (y) => y * (1 - y),
);

/** The mean of the squared differences from `targets`: (1, 1). */
export function meanSquaredError(a, targets) {
  const count = targets.length;
  return made(
    1,
    1,
    [a],
    (values) => a.values.forEach((value, at) => (values[0] += (value - targets[at]) ** 2 / count)),
    ({ gradient }) =>
      a.values.forEach(
        (value, at) => (a.gradient[at] += (gradient[0] * 2 * (value - targets[at])) / count),
      ),
  );
}

/** weight * the sum of the squares of all values: (1, 1), the L2 penalty. */
export function penalty(a, weight) {
  return made(
    1,
    1,
    [a],
    (values) => a.values.forEach((value) => (values[0] += weight * value * value)),
    ({ gradient }) =>
      a.values.forEach((value, at) => (a.gradient[at] += gradient[0] * 2 * weight * value)),
  );
}
