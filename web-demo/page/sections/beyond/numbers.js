/**
 * The numbers inside the three models for one visitor. Without imports of the page:
 * tests/72-beyond.test.js compares each sum with the package's score.
 */
import { attentionVector } from "../../../../cli/convert/forward/sequence.js";

/** @typedef {import("../../models/insides.js").Insides} Insides */

/**
 * The ids of the films that a model of binary inputs reads, in order.
 *
 * @param {Insides} insides
 * @param {import("../../state/visitor.js").Rating[]} ratings
 */
export const likedOf = ({ info, rowOf }, ratings) =>
  ratings
    .filter(([id, stars]) => stars >= info.rating.positive && rowOf(id) !== undefined)
    .map(([id]) => id);

/**
 * EASE: its matrix B, of which the largest numbers are kept.
 *
 * @param {Insides} insides of kind item-item, sparse
 */
export function easeMatrix({ tensors, kept, rowOf }) {
  const integers = (name) => new Int32Array(kept.get(name).bytes.slice().buffer);
  return {
    offsets: integers("weight.offsets"),
    columns: integers("weight.columns"),
    values: tensors.get("weight.values").values,
    rowOf,
  };
}

/**
 * What each film of the history adds to the score of another.
 *
 * @param {ReturnType<typeof easeMatrix>} matrix
 * @param {number[]} history ids
 * @param {number} film
 * @returns {number[]} B[i, j] by film i of the history
 */
export function easeWeights({ offsets, columns, values, rowOf }, history, film) {
  const column = rowOf(film);
  return history.map((id) => {
    const row = rowOf(id);
    const at = columns.subarray(offsets[row], offsets[row + 1]).indexOf(column);
    return at < 0 ? 0 : values[offsets[row] + at];
  });
}

/**
 * iALS: the products whose sum is the score, and the sum of the vectors of the history, which the
 * ridge regression begins with.
 *
 * @param {Insides} insides of kind dot
 * @param {number[]} history ids
 * @param {ArrayLike<number>} user its vector p
 * @param {number} film
 */
export function ialsNumbers({ info, tensors, rowOf }, history, user, film) {
  const table = tensors.get("item.vector");
  const [films, width] = table.shape;
  const vectorOf = (id) => table.values.subarray(rowOf(id) * width, (rowOf(id) + 1) * width);
  const vector = vectorOf(film);
  const { regularization, unobserved, exponent, confidence, target } = info.fold_in;
  const weight = (confidence.offset + confidence.scale) * target;
  const sum = new Float64Array(width);
  for (const id of history) for (let k = 0; k < width; k += 1) sum[k] += weight * vectorOf(id)[k];
  return {
    vector,
    products: Array.from(vector, (value, k) => value * user[k]),
    sum,
    penalty: regularization * (history.length + unobserved * films) ** exponent,
  };
}

/**
 * SASRec: the shares of attention of each block and head, and the user vector.
 *
 * @param {Insides} insides
 * @param {number[]} history ids, the latest last
 * @returns {{ vector: number[], window: number[], shares: Float64Array[][] }} window: the films
 *   that count; shares: by block and head [t, s], 0 for s > t
 */
export function attentionOf({ info, tensors, rowOf }, history) {
  const [length] = tensors.get("position.embedding").shape;
  const window = history.slice(-length);
  const count = window.length;
  const shares = [];
  const vector = attentionVector(tensors, info, window.map(rowOf), (softmax) => {
    shares[softmax.block] ??= [];
    const map = (shares[softmax.block][softmax.head] ??= new Float64Array(count * count));
    map.set(softmax.shares, softmax.t * count);
  });
  return { vector, window, shares };
}

/**
 * The raw score of a film for SASRec's user vector.
 *
 * @param {Insides} insides
 * @param {number[]} vector
 * @param {number} film
 */
export function sasrecScore({ tensors, rowOf }, vector, film) {
  const table = tensors.get("item.output") ?? tensors.get("item.embedding");
  const row = rowOf(film);
  const bias = tensors.get("item.bias")?.values[row] ?? 0;
  return vector.reduce(
    (sum, value, k) => sum + value * table.values[row * vector.length + k],
    bias,
  );
}
