/**
 * The numbers on the way from a user and a film to a score, in double precision, by the equations
 * of docs/format.md. Scores come from the package; a test compares these with them.
 *
 * @typedef {import("../../models/read-insides.js").Insides} Insides
 */
import {
  activationAt,
  activationNamed,
  requireTensor,
  rowOf,
} from "../../../../cli/convert/forward/dense.js";

/**
 * @typedef {object} Gmf
 * @property {number[]} user [g]
 * @property {number[]} film [g]
 * @property {number[]} products user times film [g]
 * @property {number[]} weights h [g]
 * @property {number[]} terms h times the products [g]
 * @property {number} bias of the model and of the film
 * @property {number} logit the sum of the terms and the bias
 */

/**
 * @param {Insides} insides of a gmf
 * @param {ArrayLike<number>} vector the user's
 * @param {number} item its id
 * @returns {Gmf}
 */
export function gmfOf({ tensors, rowOf: rowOfItem }, vector, item) {
  const row = rowOfItem(item);
  const user = Array.from(vector);
  const film = rowOf(requireTensor(tensors, "gmf.item"), row);
  const products = user.map((value, k) => value * film[k]);
  const weights = rowOf(requireTensor(tensors, "output.weight"), 0);
  return { user, film, products, weights, ...summed(tensors, row, weights, products) };
}

/**
 * A layer of the tower. Neuron j: activation(sum over i of weights[j][i] inputs[i] + own[j]).
 *
 * @typedef {object} Layer
 * @property {number[]} inputs [in]
 * @property {number[][]} weights [out][in]
 * @property {number[]} film [out] what the film adds: its half of the first layer; else zeros
 * @property {number[]} bias [out]
 * @property {number[]} sums [out] before the activation
 * @property {number[]} outputs [out]
 *
 * @typedef {object} Mlp
 * @property {number[]} user [e]
 * @property {Layer[]} layers
 * @property {number[]} weights h [dL]
 * @property {number[]} terms h times the last layer's outputs [dL]
 * @property {number} bias
 * @property {number} logit
 */

/**
 * @param {Insides} insides of an mlp whose file holds the film's half of the first layer
 * @param {ArrayLike<number>} vector the user's
 * @param {number} item its id
 * @returns {Mlp}
 */
export function mlpOf({ tensors, info, rowOf: rowOfItem }, vector, item) {
  const row = rowOfItem(item);
  const user = Array.from(vector);
  const layers = [];
  let inputs = user;
  for (let k = 0; tensors.has(`mlp.layers.${k}.weight`); k += 1) {
    const film = k === 0 ? rowOf(requireTensor(tensors, "mlp.item_hidden"), row) : undefined;
    layers.push(layerOf(tensors, `mlp.layers.${k}`, inputs, activationAt(info, k), film));
    inputs = layers.at(-1).outputs;
  }
  const weights = rowOf(requireTensor(tensors, "output.weight"), 0);
  return { user, layers, weights, ...summed(tensors, row, weights, inputs) };
}

/** @returns {Layer} */
function layerOf(tensors, name, inputs, activation, film) {
  const matrix = requireTensor(tensors, `${name}.weight`);
  const weights = Array.from({ length: matrix.shape[0] }, (_, j) => rowOf(matrix, j));
  const bias = Array.from(requireTensor(tensors, `${name}.bias`).values);
  const own = film ?? bias.map(() => 0);
  const sums = weights.map((row, j) => sumOf(timesEach(row, inputs)) + own[j] + bias[j]);
  return { inputs, weights, film: own, bias, sums, outputs: sums.map(activationNamed(activation)) };
}

function summed(tensors, row, weights, values) {
  const terms = timesEach(weights, values);
  const bias =
    (tensors.get("output.bias")?.values[0] ?? 0) + (tensors.get("item.bias")?.values[row] ?? 0);
  return { terms, bias, logit: sumOf(terms) + bias };
}

export const timesEach = (some, others) => some.map((value, k) => value * others[k]);
export const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
export const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));

/** Indices of the values of the largest magnitude, the largest first. */
export function strongestOf(values, count) {
  const order = values.map((_, k) => k);
  return order.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, count);
}

/**
 * The films with which a dimension raises the logit of somebody with a positive number there, and
 * those with which it lowers it.
 *
 * @param {Insides} insides of a gmf
 * @param {number} k dimension
 * @param {number} count of each
 * @returns {{ most: number[], least: number[] }} ids, the strongest first
 */
export function filmsOf({ tensors, items }, k, count) {
  const { shape, values } = requireTensor(tensors, "gmf.item");
  const sign = Math.sign(requireTensor(tensors, "output.weight").values[k]) || 1;
  const at = (row) => sign * values[row * shape[1] + k];
  const rows = items.map((_, row) => row).sort((a, b) => at(b) - at(a));
  const ids = rows.map((row) => items[row]);
  return { most: ids.slice(0, count), least: ids.slice(-count).reverse() };
}
