import { PocketrecError } from "../../../../js/common/errors.js";
import { foldedChain } from "../shared/batch-norm.js";
import { layersOf } from "../shared/layers.js";
import { userFirst } from "./features.js";

/**
 * The tower of a DeepCTR model, its columns in the order of docs/format.md. A linear part passes
 * through it as two more units per layer, its positive and its negative part, which relu keeps.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../shared/batch-norm.js").Dense} Dense
 * @typedef {import("./layout.js").Block} Block
 *
 * @typedef {object} Column of a layer's input
 * @property {number} [from] its column in the file; undefined: new
 * @property {[number, number]} pass its weights to the two more units
 */

/**
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {Block[]} blocks in the order of the file's columns
 * @param {boolean} isWide whether there is a linear part
 */
export function putTower({ tensors, used }, checkpoint, blocks, isWide) {
  const chain = chainLayers(checkpoint);
  const { dense } = foldedChain(chain, { ...checkpoint, classes: new Map() });
  assertInputs(dense[0], blocks);
  dense.forEach((layer, k) => {
    const [rows, columns] = layer.weight.shape;
    const taken = k ? laterColumns(columns, isWide) : firstColumns(blocks, isWide);
    const constants = k ? new Float64Array(rows + 2) : userConstants(blocks, layer.weight);
    const { weight, bias } = widenedLayer(layer, taken, constants, isWide ? 2 : 0);
    tensors.set(`tower.${k}.weight`, weight).set(`tower.${k}.bias`, bias);
  });
  const output = /** @type {ForeignTensor} */ (checkpoint.tensors.get("dnn_linear.weight"));
  const values = Float32Array.of(...output.values, ...(isWide ? [1, -1] : []));
  tensors.set("output.weight", { shape: [1, values.length], values });
  const bias = checkpoint.tensors.get("out.bias");
  if (bias) tensors.set("output.bias", bias);
  const others = ["dnn_linear.weight", "out.bias", "linear_model.weight"];
  for (const name of [...others, ...chain.flatMap(({ names }) => names)])
    if (checkpoint.tensors.has(name)) used.add(name);
}

/**
 * The tower's layers in order, each batch normalisation behind its dense layer.
 * @param {Checkpoint} checkpoint
 */
function chainLayers(checkpoint) {
  const numberOf = (/** @type {string} */ path) => Number(path.match(/\d+$/));
  return layersOf(checkpoint)
    .filter(({ path }) => /^dnn\.(linears|bn)\.\d+$/.test(path))
    .sort((a, b) => numberOf(a.path) - numberOf(b.path) || (a.path < b.path ? 1 : -1));
}

/**
 * @param {Dense | undefined} first
 * @param {Block[]} blocks
 * @throws {PocketrecError} "bad-argument"
 */
function assertInputs(first, blocks) {
  const inputs = blocks.reduce((sum, { width }) => sum + width, 0);
  const columns = first?.weight.shape[1];
  if (columns === inputs) return;
  const expected = `features of ${columns} columns, as dnn.linears.0 has`;
  throw new PocketrecError("bad-argument", "--features", expected, `${inputs}`);
}

/**
 * A layer with its columns rearranged, and with more rows for the linear part.
 *
 * @param {Dense} layer [rows, columns]
 * @param {Column[]} taken its columns in the new order
 * @param {Float64Array} constants [rows + 2] added to the bias
 * @param {number} added more rows: 0 or 2
 * @returns {Required<Dense>} [rows + added, taken.length]
 */
function widenedLayer({ weight, bias }, taken, constants, added) {
  const [rows, columns] = weight.shape;
  const valueAt = (/** @type {number} */ row, /** @type {Column} */ { from, pass }) => {
    if (row >= rows) return pass[row - rows];
    return from === undefined ? 0 : weight.values[row * columns + from];
  };
  const values = new Float32Array((rows + added) * taken.length);
  for (let row = 0; row < rows + added; row++)
    taken.forEach((column, at) => (values[row * taken.length + at] = valueAt(row, column)));
  const biases = Float32Array.from(
    { length: rows + added },
    (_, row) => (bias?.values[row] ?? 0) + constants[row],
  );
  return {
    weight: { shape: [rows + added, taken.length], values },
    bias: { shape: [rows + added], values: biases },
  };
}

/**
 * What the mean rows of user tables add for every user: to the layer's outputs, then to both parts
 * of the linear one.
 *
 * @param {Block[]} blocks
 * @param {ForeignTensor} weight
 */
function userConstants(blocks, { shape: [rows, columns], values }) {
  const sums = new Float64Array(rows + 2);
  let start = 0;
  for (const { width, mean } of blocks) {
    if (mean) {
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < width; k++) sums[row] += values[row * columns + start + k] * mean[k];
      sums[rows] += mean[width];
      sums[rows + 1] -= mean[width];
    }
    start += width;
  }
  return sums;
}

/**
 * @param {Block[]} blocks
 * @param {boolean} isWide
 * @returns {Column[]}
 */
function firstColumns(blocks, isWide) {
  /** @type {Map<Block["feature"], Column[]>} */
  const columns = new Map();
  let start = 0;
  for (const { feature, width, linear = 0, mean } of blocks) {
    /** @type {Column[]} */
    const own = Array.from({ length: mean ? 0 : width }, (_, k) => ({
      from: start + k,
      pass: linear ? [linear, -linear] : [0, 0],
    }));
    // A table's linear weights are its last column.
    if (isWide && feature.kind !== "continuous" && !mean) own.push({ pass: [1, -1] });
    columns.set(feature, own);
    start += width;
  }
  const features = userFirst(blocks.map(({ feature }) => feature));
  return features.flatMap((feature) => columns.get(feature) ?? []);
}

/**
 * @param {number} columns
 * @param {boolean} isWide
 * @returns {Column[]}
 */
function laterColumns(columns, isWide) {
  /** @type {Column[]} */
  const own = Array.from({ length: columns }, (_, from) => ({ from, pass: [0, 0] }));
  return isWide ? [...own, { pass: [1, 0] }, { pass: [0, 1] }] : own;
}
