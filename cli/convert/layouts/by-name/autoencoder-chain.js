import { countToNarrowest } from "../shared/autoencoder-tensors.js";
import { foldedChain } from "../shared/batch-norm.js";
import { isNorm } from "../shared/layers.js";
import { assumeOrder, inStatedOrder } from "./layer-order.js";

/**
 * The dense layers of an autoencoder, in order.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @typedef {object} Chain
 * @property {(import("../shared/batch-norm.js").Dense & { path: string })[]} dense from the items
 *   to the items
 * @property {number} encoderCount how many of them are the encoder
 * @property {boolean} isVariational
 * @property {boolean} isJoined whether one layer held the mean and the variance
 * @property {string[]} notes
 * @property {import("../../assumptions.js").Assumption[]} assumptions of the order of the layers
 */

/**
 * @param {Layer[]} layers dense layers and batch normalisations
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @param {Layer} [meanHead] of a variational encoder
 * @returns {Chain | undefined} undefined: no autoencoder
 */
export function chainOf(layers, checkpoint, options, meanHead) {
  const sorted = inOrder(layers.filter((layer) => !isNorm(layer)));
  const items = inputsOf(sorted[0]);
  if (sorted.length < 2 || outputsOf(sorted[sorted.length - 1]) !== items) return undefined;
  const chain = inStatedOrder(layers.some(isNorm) ? layers : sorted, options);
  const { dense, pending, notes } = foldedChain(chain, checkpoint, options);
  let meanLayers = dense.findIndex(({ path }) => path === meanHead?.path) + 1;
  const isSplit = meanLayers > 0;
  for (let k = 1; k < dense.length; k++) {
    const outputs = outputsOf(dense[k - 1]);
    const inputs = inputsOf(dense[k]);
    if (outputs === 2 * inputs && !meanLayers) {
      // Mean and log variance in one layer: only the mean is kept.
      const { path, weight, bias } = dense[k - 1];
      const half = options.head === "second" ? lastRows : firstRows;
      dense[k - 1] = { path, weight: half(weight, inputs), bias: bias && half(bias, inputs) };
      meanLayers = k;
    } else if (outputs !== inputs) return undefined;
  }
  if (pending) return undefined;
  return {
    dense,
    encoderCount: meanLayers || countToNarrowest(dense),
    isVariational: meanLayers > 0,
    isJoined: meanLayers > 0 && !isSplit,
    notes,
    assumptions: assumeOrder(chain, options),
  };
}

/** @param {{ weight?: ForeignTensor }} [layer] */
const inputsOf = (layer) => layer?.weight?.shape[1] ?? 0;

/** @param {{ weight?: ForeignTensor }} [layer] */
const outputsOf = (layer) => layer?.weight?.shape[0] ?? 0;

/**
 * Layers in the order of the file, or, if they do not fit together (Keras numbers layers in the
 * order of their creation), by their sizes, if these allow one order only.
 *
 * @param {Layer[]} layers
 */
function inOrder(layers) {
  if (layers.every((layer, k) => k === 0 || inputsOf(layer) === outputsOf(layers[k - 1])))
    return layers;
  const remaining = [...layers];
  const chain = /** @type {Layer[]} */ ([]);
  let width = Math.max(...layers.map(inputsOf));
  while (remaining.length) {
    const [next, ...others] = remaining.filter((layer) => inputsOf(layer) === width);
    if (!next || others.length) return layers;
    chain.push(next);
    remaining.splice(remaining.indexOf(next), 1);
    width = outputsOf(next);
  }
  return chain;
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} rows
 * @returns {ForeignTensor}
 */
function firstRows({ shape, values }, rows) {
  return { shape: [rows, ...shape.slice(1)], values: values.slice(0, rows * (shape[1] ?? 1)) };
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} rows
 * @returns {ForeignTensor}
 */
function lastRows({ shape, values }, rows) {
  return { shape: [rows, ...shape.slice(1)], values: values.slice(-rows * (shape[1] ?? 1)) };
}
