import { dot, requireTensor, rowOf } from "./dense.js";

/**
 * Item to item: raw_j = sum over the history of x_i W[i, j].
 *
 * @typedef {import("../../../js/file/metadata.js").Info} Info
 * @typedef {import("./dense.js").Tensors} Tensors
 * @typedef {import("./forward.js").UserInput} UserInput
 */

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 * @param {number[]} items rows
 */
export function itemItemScores(tensors, info, { history = [], ratings }, items) {
  const x = inputsOf(info, history, ratings);
  if (tensors.has("weight.offsets")) return sparseScores(tensors, history, x, items);
  if (tensors.has("item.input")) return lowRankScores(tensors, history, x, items);
  const { shape, values } = requireTensor(tensors, "weight");
  const [, width] = shape;
  return items.map((item) =>
    history.reduce((sum, row, i) => sum + x[i] * values[row * width + item], 0),
  );
}

/**
 * @param {Readonly<Info>} info
 * @param {number[]} history
 * @param {number[]} [ratings]
 */
export function inputsOf({ input, rating }, history, ratings) {
  const { positive = -Infinity } = rating;
  const isPositive = (/** @type {number} */ i) => (ratings?.[i] ?? positive) >= positive;
  const x = history.map((_, i) =>
    input.values === "rating"
      ? input.scale * ((ratings?.[i] ?? 0) - input.shift)
      : input.scale * Number(isPositive(i)),
  );
  const length = input.normalize === "l2" ? Math.hypot(...x) || 1 : 1;
  return x.map((value) => value / length);
}

/**
 * @param {Tensors} tensors
 * @param {number[]} history
 * @param {number[]} x
 * @param {number[]} items
 */
function sparseScores(tensors, history, x, items) {
  const [offsets, columns, values] = ["offsets", "columns", "values"].map(
    (part) => requireTensor(tensors, `weight.${part}`).values,
  );
  /** @type {Map<number, number>} */
  const sums = new Map();
  history.forEach((row, i) => {
    for (let k = offsets[row]; k < offsets[row + 1]; k++)
      sums.set(columns[k], (sums.get(columns[k]) ?? 0) + x[i] * values[k]);
  });
  return items.map((item) => sums.get(item) ?? 0);
}

/**
 * W = input output' - diag(diagonal)
 *
 * @param {Tensors} tensors
 * @param {number[]} history
 * @param {number[]} x
 * @param {number[]} items
 */
function lowRankScores(tensors, history, x, items) {
  const input = requireTensor(tensors, "item.input");
  const output = tensors.get("item.output") ?? input;
  const diagonal = tensors.get("diagonal")?.values;
  const vector = new Float64Array(input.shape[1]);
  history.forEach((row, i) => rowOf(input, row).forEach((value, k) => (vector[k] += x[i] * value)));
  return items.map((item) => {
    const own = history.reduce((sum, row, i) => sum + (row === item ? x[i] : 0), 0);
    return dot(output, item, vector) - own * (diagonal?.[item] ?? 0);
  });
}
