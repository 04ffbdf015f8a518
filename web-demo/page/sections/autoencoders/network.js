/**
 * An autoencoder of one hidden layer, with every number in between (docs/format.md):
 *
 *     x = the history, of length 1     z = f(b + node + W x)     raw = b' + W' z
 *
 * W is (width, films), W' (films, width), row-major; films are rows.
 */
import { ACTIVATIONS, activationAt, dot, rowOf } from "../../../../cli/convert/forward/dense.js";

/**
 * @typedef {import("../../models/insides.js").Insides} Insides
 *
 * @typedef {object} Input an interaction as the network reads it
 * @property {number} item
 * @property {number} row
 * @property {number} given the rating as a number of the network, before the division
 * @property {number} x
 *
 * @typedef {object} Encoding
 * @property {Input[]} inputs the latest last
 * @property {number} length what the inputs were divided by
 * @property {number[][]} terms x_i * W[:, i] of each input
 * @property {ArrayLike<number>} bias
 * @property {number[] | null} node of CDAE, scaled
 * @property {number[]} sums before the activation
 * @property {number[]} code
 */

/**
 * @param {Insides} insides
 * @param {{ item: number, rating: number }[]} history
 * @param {number} [share] CDAE: how much of the average node counts
 * @returns {Encoding}
 */
export function encode({ info, tensors, rowOf: find }, history, share = 1) {
  const { shape, values } = tensors.get("encoder.0.weight");
  const [width, films] = shape;
  const bias = tensors.get("encoder.0.bias").values;
  const mean = tensors.get("user_mean")?.values;
  const node = mean ? Array.from(mean, (value) => share * value) : null;
  const { inputs, length } = read(info, history, find);
  const terms = inputs.map(({ row, x }) =>
    Array.from({ length: width }, (_, k) => x * values[k * films + row]),
  );
  const sums = Array.from({ length: width }, (_, k) =>
    terms.reduce((sum, term) => sum + term[k], bias[k] + (node?.[k] ?? 0)),
  );
  const code = sums.map(ACTIVATIONS[activationAt(info, 0)]);
  return { inputs, length, terms, bias, node, sums, code };
}

/** Films that the model does not know are left out. */
function read({ input, rating }, history, find) {
  const given = history
    .map(({ item, rating: stars }) => ({ item, row: find(item), given: asInput(stars) }))
    .filter(({ row }) => row !== undefined);
  const length = input.normalize === "l2" ? Math.hypot(...given.map((one) => one.given)) || 1 : 1;
  return { length, inputs: given.map((one) => ({ ...one, x: one.given / length })) };

  function asInput(stars) {
    const value =
      input.values === "rating" ? stars - input.shift : Number(stars >= rating.positive);
    return input.scale * value;
  }
}

/**
 * The raw score of every film.
 * @param {Insides} insides
 * @param {ArrayLike<number>} code
 */
export function decode({ tensors }, code) {
  const weight = tensors.get("decoder.0.weight");
  const bias = tensors.get("decoder.0.bias").values;
  return Float64Array.from(bias, (value, row) => value + dot(weight, row, code));
}

/**
 * The terms z_k * W'[film, k] of a film's raw score, and its bias.
 * @param {Insides} insides
 * @param {ArrayLike<number>} code
 * @param {number} row
 */
export function termsOf({ tensors }, code, row) {
  const weights = rowOf(tensors.get("decoder.0.weight"), row);
  const bias = tensors.get("decoder.0.bias").values[row];
  return { bias, weights, terms: weights.map((weight, k) => weight * code[k]) };
}

/**
 * The films with the largest and the smallest weight of a number of the code: what it speaks for,
 * and against.
 *
 * @param {Insides} insides
 * @param {number} k
 * @param {number} count of each
 */
export function spokenFor({ tensors, items }, k, count) {
  const { shape, values } = tensors.get("decoder.0.weight");
  const weights = items.map((item, row) => ({ item, score: values[row * shape[1] + k] }));
  weights.sort((a, b) => b.score - a.score);
  return { above: weights.slice(0, count), below: weights.slice(-count).reverse() };
}

/** @param {Insides} insides @param {number} row @returns {number[]} W[:, row] */
export function encoderColumn({ tensors }, row) {
  const { shape, values } = tensors.get("encoder.0.weight");
  return Array.from({ length: shape[0] }, (_, k) => values[k * shape[1] + row]);
}

/**
 * The indices of the strongest numbers.
 * @param {ArrayLike<number>} values
 * @param {number} count
 */
export const strongest = (values, count) =>
  Array.from(values, (_, index) => index)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, count);
