// Random item-to-item models of every layout, and what they say in float64.
import { ACTIVATIONS, stored } from "./autoencoder.js";
import { normal, uniform } from "./random.js";

/**
 * A matrix of items by items, (row: item of the history, column: scored item). Some rows are empty.
 *
 * @param {number} items
 * @param {number} seed
 * @param {number} [density] the share of numbers that are not 0
 */
export function randomMatrix(items, seed, density = 0.3) {
  const next = normal(seed);
  const chance = uniform(seed + 1);
  const isEmpty = Array.from({ length: items }, (_, row) => row % 11 === 10);
  const data = Float32Array.from({ length: items * items }, (_, at) =>
    chance() < density && !isEmpty[Math.floor(at / items)] ? next() : 0,
  );
  return { shape: [items, items], data };
}

/** A dense file in a dtype, and its numbers: { file, exact }. */
export function denseFile(weight, dtype = "F32") {
  if (dtype === "F32") return { file: { weight }, exact: weight };
  const { file, exact } = stored({ weight: withoutEmpty(weight) }, dtype, ["weight"]);
  return { file, exact: exact.weight };
}

/** `stored` divides by the largest number of a row. */
function withoutEmpty({ shape: [items], data }) {
  const filled = data.slice();
  for (let row = 0; row < items; row++)
    if (!data.subarray(row * items, (row + 1) * items).some(Boolean)) filled[row * items + row] = 1;
  return { shape: [items, items], data: filled };
}

/** The sparse file of a dense one: the numbers that are not 0, of any dtype. */
export function sparseFile({ weight, "weight.scale": scale }) {
  const [items] = weight.shape;
  const offsets = [0];
  const columns = [];
  const values = [];
  for (let row = 0; row < items; row++) {
    for (let column = 0; column < items; column++) {
      const value = weight.data[row * items + column];
      if (value === 0) continue;
      values.push(value);
      columns.push(column);
    }
    offsets.push(values.length);
  }
  const vector = (dtype, data) => ({ dtype, shape: [data.length], data });
  const type = /** @type {any} */ (weight.data.constructor);
  return {
    "weight.offsets": vector("I32", Int32Array.from(offsets)),
    "weight.columns": vector("I32", Int32Array.from(columns)),
    "weight.values": vector(weight.dtype ?? "F32", type.from(values)),
    ...(scale ? { "weight.values.scale": scale } : {}),
  };
}

/** A low-rank model: its tensors, and its matrix. `hasOutput`, `hasDiagonal`: what the file has. */
export function lowRank(items, width, seed, { hasOutput = false, hasDiagonal = true } = {}) {
  const next = normal(seed);
  const table = (rows, columns) => ({
    shape: columns ? [rows, columns] : [rows],
    data: Float32Array.from({ length: rows * (columns || 1) }, () => next() / Math.sqrt(width)),
  });
  return {
    "item.input": table(items, width),
    ...(hasOutput ? { "item.output": table(items, width) } : {}),
    ...(hasDiagonal ? { diagonal: table(items) } : {}),
  };
}

/** The matrix of low-rank tensors. */
export function productOf({ "item.input": input, "item.output": output = input, diagonal }) {
  const [items, width] = input.shape;
  const data = Float64Array.from({ length: items * items }, (_, at) => {
    const [row, column] = [Math.floor(at / items), at % items];
    let sum = row === column && diagonal ? -diagonal.data[row] : 0;
    for (let k = 0; k < width; k++)
      sum += input.data[row * width + k] * output.data[column * width + k];
    return sum;
  });
  return { shape: [items, items], data };
}

const inputOf = ({ input = {}, rating: scale = {} }, rating) => {
  const { values = "binary", scale: factor = 1, shift = 0 } = input;
  if (values === "rating") return Math.fround(factor * (rating - shift));
  return rating === undefined || rating >= (scale.positive ?? -Infinity) ? factor : 0;
};

/** What each interaction adds to the raw score of an item. */
export const referenceAddends = ({ shape: [items], data }, info, history, item) =>
  history.map((past) => inputOf(info, past.rating) * data[past.item * items + item]);

/** The raw score of every item. */
export const referenceRaw = (matrix, info, history) =>
  Array.from({ length: matrix.shape[0] }, (_, item) =>
    referenceAddends(matrix, info, history, item).reduce((sum, value) => sum + value, 0),
  );

/** The score of every item. */
export function referenceScores(matrix, info, history) {
  const { output = "identity", clip, rating = {}, input = {} } = info;
  return referenceRaw(matrix, info, history).map((raw) => {
    const score = ACTIVATIONS[output](raw);
    const scaled =
      input.values === "rating" ? score / (input.scale ?? 1) + (input.shift ?? 0) : score;
    return clip ? Math.min(Math.max(scaled, rating.minimum), rating.maximum) : scaled;
  });
}
