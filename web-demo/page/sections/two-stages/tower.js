/**
 * The two towers from inside, in double precision: features -> columns -> layers -> one number.
 * A test compares every result with the package: tests/72-two-stages.test.js.
 */
import {
  activationAt,
  activationNamed,
  denseLayer,
  rowOf,
} from "../../../../cli/convert/forward/dense.js";
import { readIntegers } from "../../../../cli/convert/dtypes.js";

/**
 * @typedef {Pick<import("../../models/insides.js").Insides, "info" | "tensors" | "kept">} File
 *
 * @typedef {object} Group the columns of a feature
 * @property {string} name
 * @property {number[]} values what the tower sees
 * @property {number[][]} vectors the rows whose mean the values are; none of a number
 *
 * @typedef {object} Tower
 * @property {Group[]} groups
 * @property {number[][]} layers layers[0] is the input, the last is the output
 */

/**
 * @param {File} file
 * @param {Record<string, number | number[]>} given values of the features by name: numbers, or rows
 *   of a table
 * @returns {Tower}
 */
export function runTower(file, given) {
  const groups = file.info.features.map((feature) => groupOf(file, feature, given[feature.name]));
  const layers = [groups.flatMap(({ values }) => values)];
  for (let k = 0; file.tensors.has(`tower.${k}.weight`); k += 1)
    layers.push(denseLayer(file.tensors, `tower.${k}`, layers[k], activationAt(file.info, k)));
  return { groups, layers };
}

function groupOf({ tensors }, feature, given = feature.default) {
  const { name, kind, table = name, several, most = 50, inputs = ["value"] } = feature;
  if (kind === "continuous") {
    const share = quantileOf(tensors.get(`${name}.quantiles`)?.values, given);
    return { name, values: inputs.map((input) => SHAPES[input](share)), vectors: [] };
  }
  const embedding = tensors.get(`${table}.embedding`);
  const rows = several ? given.slice(-most) : [given];
  const vectors = rows.map((row) => rowOf(embedding, row));
  return { name, values: meanOf(vectors, embedding.shape[1]), vectors };
}

const SHAPES = { value: (v) => v, square: (v) => v * v, root: (v) => Math.sqrt(Math.max(v, 0)) };

/**
 * The mean of vectors; zeros without any.
 * @param {number[][]} vectors
 * @param {number} width
 */
export const meanOf = (vectors, width) =>
  Array.from(
    { length: width },
    (_, k) => vectors.reduce((sum, vector) => sum + vector[k], 0) / (vectors.length || 1),
  );

/**
 * The share of the training values below a value, as docs/format.md defines it.
 * @param {ArrayLike<number> | undefined} quantiles
 * @param {number} value
 */
export function quantileOf(quantiles, value) {
  if (!quantiles) return value;
  const upper = Array.from(quantiles).findIndex((quantile) => quantile >= value);
  if (upper <= 0) return upper < 0 ? 1 : 0;
  const [low, high] = [quantiles[upper - 1], quantiles[upper]];
  return (upper - 1 + (value - low) / (high - low)) / (quantiles.length - 1);
}

/**
 * The words that a table has a row for.
 * @param {File} file
 * @param {string} table
 * @returns {string[]}
 */
export const vocabularyOf = ({ kept }, table) =>
  new TextDecoder()
    .decode(kept.get(`${table}.vocabulary`).bytes)
    .split("\n")
    .map((line) => JSON.parse(line));

/**
 * The values of an item's features, from the file of a ranker.
 * @param {File} file
 * @param {number} row
 */
export function itemValues({ info, tensors, kept }, row) {
  const features = info.features.filter(({ side }) => side === "item");
  return Object.fromEntries(
    features.map(({ name, kind, several, ids }) => {
      if (ids === "items") return [name, row];
      if (kind === "continuous") return [name, tensors.get(`${name}.values`).values[row]];
      const values = readIntegers(kept.get(`${name}.values`));
      if (!several) return [name, values[row]];
      const offsets = readIntegers(kept.get(`${name}.offsets`));
      return [name, Array.from(values.slice(offsets[row], offsets[row + 1]))];
    }),
  );
}

/**
 * One neuron as a sum: its inputs, weights and their products, the bias, and what the activation
 * makes of it.
 *
 * @param {File} file
 * @param {Tower} tower
 * @param {number} layer from 1
 * @param {number} index
 */
export function neuronOf({ info, tensors }, { layers }, layer, index) {
  const inputs = layers[layer - 1];
  const weights = rowOf(tensors.get(`tower.${layer - 1}.weight`), index);
  const products = weights.map((weight, k) => weight * inputs[k]);
  const bias = tensors.get(`tower.${layer - 1}.bias`)?.values[index] ?? 0;
  const sum = products.reduce((total, product) => total + product, bias);
  const value = activationNamed(activationAt(info, layer - 1))(sum);
  return { inputs, weights, products, bias, sum, value };
}

/**
 * The neurons of the next layer that one feeds most.
 *
 * @param {File} file
 * @param {Tower} tower
 * @param {number} layer of the one
 * @param {number} index
 * @param {number} count
 */
export function feeds({ tensors }, { layers }, layer, index, count) {
  const weight = tensors.get(`tower.${layer}.weight`);
  if (!weight || layers[layer][index] === 0) return [];
  const [outputs, width] = weight.shape;
  return strongest(
    Array.from({ length: outputs }, (_, o) => weight.values[o * width + index]),
    count,
  );
}

/**
 * The indices of the largest magnitudes, without zeros.
 * @param {number[]} values
 * @param {number} count
 */
export const strongest = (values, count) =>
  [...values.keys()]
    .filter((k) => values[k] !== 0)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, count);
