// A dot product with item biases, as BPR and iALS have it: items of 64 factors.
import { normal, sampleRows } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";
import { ITEMS } from "./sizes.js";
import { randomTensors } from "./tensors.js";

const WIDTH = 64;

export function randomDot(items = ITEMS) {
  const tensor = randomTensors(normal(1));
  return {
    tensors: {
      "item.vector": tensor([items, WIDTH], 0.3),
      "item.bias": tensor([items], 0.1),
    },
    user: tensor([1, WIDTH], 0.3).data,
  };
}

export const dotFile = ({ tensors }, metadata = {}) =>
  writeSafetensors(tensors, { pocketrec: JSON.stringify({ format: 1, kind: "dot", ...metadata }) });

/** iALS, whose new users are a ridge regression: a file and a history. */
export function ridgeCase(length) {
  const {
    tensors: { "item.bias": _, ...tensors },
  } = randomDot();
  const fold_in = { loss: "confidence", unobserved: 0.1, regularization: 0.003 };
  return { file: dotFile({ tensors }, { fold_in }), history: [...sampleRows(length, ITEMS, 5)] };
}

export const candidatesOf = (count) => sampleRows(count, ITEMS, count);

/** Raw scores of some rows in float64. */
export function referenceScores({ tensors, user }, itemRows) {
  const { "item.vector": vectors, "item.bias": bias } = tensors;
  return Float64Array.from(itemRows, (item) => {
    let sum = bias.data[item];
    for (let k = 0; k < WIDTH; k++) sum += user[k] * vectors.data[item * WIDTH + k];
    return sum;
  });
}
