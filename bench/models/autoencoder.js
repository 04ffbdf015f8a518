// A random U-AutoRec (Sedhain et al., 2015): sigmoid encoder, linear decoder, a rated history.
import { normal, sampleRows } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";
import { randomTensors } from "./tensors.js";

export const HIDDEN = 500;
const HISTORY = 165;

/**
 * @param {number} items
 * @param {number} [length] of the history
 * @returns {{ tensors: object, rated: Uint32Array, values: Float32Array }} `rated` and `values`:
 *   the history's rows and ratings
 */
export function randomAutoRec(items, length = HISTORY) {
  const tensor = randomTensors(normal(1));
  const rated = sampleRows(length, items, 7);
  return {
    tensors: {
      "encoder.0.weight": tensor([HIDDEN, items], 0.03),
      "encoder.0.bias": tensor([HIDDEN], 0.1),
      "decoder.0.weight": tensor([items, HIDDEN], 0.05),
      "decoder.0.bias": tensor([items], 0.1),
    },
    rated,
    values: Float32Array.from(rated, (_, i) => 1 + (i % 5)),
  };
}

export function autoRecFile(tensors) {
  return writeSafetensors(tensors, {
    pocketrec: JSON.stringify({ format: 1, kind: "autorec-user" }),
  });
}

/** The history as `model.user` takes it. */
export function historyOf({ rated, values }) {
  return Array.from(rated, (item, i) => ({ item, rating: values[i] }));
}

/** Raw scores of some rows in float64. */
export function referenceScores({ tensors, rated, values }, itemRows) {
  const {
    "encoder.0.weight": encoder,
    "encoder.0.bias": bias,
    "decoder.0.weight": decoder,
    "decoder.0.bias": itemBias,
  } = tensors;
  const items = encoder.shape[1];
  const hidden = Array.from(bias.data, (start, k) => {
    let sum = start;
    for (const [i, row] of rated.entries()) sum += values[i] * encoder.data[k * items + row];
    return 1 / (1 + Math.exp(-sum));
  });
  return Float64Array.from(itemRows, (item) => {
    let sum = itemBias.data[item];
    for (const [k, value] of hidden.entries()) sum += value * decoder.data[item * HIDDEN + k];
    return sum;
  });
}
