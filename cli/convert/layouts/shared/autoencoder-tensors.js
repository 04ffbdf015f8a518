import { putDense } from "./candidate-tower.js";

/**
 * Tensors of an autoencoder from its chain of dense layers.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./batch-norm.js").Dense} Dense
 */

/**
 * @param {Dense[]} layers from the items to the items
 * @param {number} [encoderCount] layers of the encoder; default: it ends at the narrowest layer
 * @returns {Map<string, ForeignTensor>} "encoder.K.weight", "decoder.K.weight" and the biases
 */
export function autoencoderTensors(layers, encoderCount = countToNarrowest(layers)) {
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  layers.forEach((layer, k) => {
    const isEncoder = k < encoderCount;
    putDense(tensors, isEncoder ? `encoder.${k}` : `decoder.${k - encoderCount}`, layer);
  });
  return tensors;
}

/**
 * How many layers lie up to the first of the narrowest hidden layers.
 * @param {Dense[]} layers
 */
export function countToNarrowest(layers) {
  const widths = layers.slice(0, -1).map(({ weight }) => weight.shape[0]);
  return widths.indexOf(Math.min(...widths)) + 1;
}
