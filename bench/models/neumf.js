// Random GMF and NeuMF models of published sizes: tensors as trained, and as a pocketrec file.
import { normal } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";
import { columns, randomTensors } from "./tensors.js";

export const EMBEDDING_DEVIATION = 0.3;
const BIAS_DEVIATION = 0.1;

/**
 * A NeuMF as a training framework stores it: { name: { shape, data } } in PyTorch's orientation.
 *
 * @param {object} sizes
 * @param {number} sizes.gmf width of the GMF vectors
 * @param {number[]} [sizes.tower] widths from the concatenated embeddings to the last layer, such
 *   as [64, 32, 16, 8]; without it the model is a GMF
 */
export function randomModel({ users, items, gmf, tower, seed = 1 }) {
  const tensor = randomTensors(normal(seed));
  const tensors = {
    "gmf.user": tensor([users, gmf], EMBEDDING_DEVIATION),
    "gmf.item": tensor([items, gmf], EMBEDDING_DEVIATION),
  };
  if (tower) {
    tensors["mlp.user"] = tensor([users, tower[0] / 2], EMBEDDING_DEVIATION);
    tensors["mlp.item"] = tensor([items, tower[0] / 2], EMBEDDING_DEVIATION);
    for (let layer = 0; layer + 1 < tower.length; layer++) {
      const [inputs, outputs] = tower.slice(layer, layer + 2);
      tensors[`mlp.layers.${layer}.weight`] = tensor([outputs, inputs], Math.sqrt(2 / inputs));
      tensors[`mlp.layers.${layer}.bias`] = tensor([outputs], BIAS_DEVIATION);
    }
  }
  const features = gmf + (tower?.at(-1) ?? 0);
  tensors["output.weight"] = tensor([1, features], Math.sqrt(2 / features));
  tensors["output.bias"] = tensor([1], BIAS_DEVIATION);
  return tensors;
}

/** The number of layers of the tower. */
export function depth(tensors) {
  return Object.keys(tensors).filter((name) => /^mlp\.layers\.\d+\.weight$/.test(name)).length;
}

/** [items, d1]: the items' embeddings times the item half of the first layer, without the bias. */
export function itemHidden(tensors) {
  const {
    shape: [items, width],
    data: embedding,
  } = tensors["mlp.item"];
  const [outputs, inputs] = tensors["mlp.layers.0.weight"].shape;
  const half = columns(tensors["mlp.layers.0.weight"], inputs - width, inputs).data;
  const hidden = new Float32Array(items * outputs);
  for (let item = 0; item < items; item++) {
    for (let row = 0; row < outputs; row++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += half[row * width + k] * embedding[item * width + k];
      hidden[item * outputs + row] = sum;
    }
  }
  return { shape: [items, outputs], data: hidden };
}

/** The model as a folded pocketrec file: `mlp.item_hidden` instead of `mlp.item`. */
export function pocketrecFile(tensors, { extra = {}, metadata = {} } = {}) {
  const { "mlp.item": item, ...rest } = tensors;
  const folded = { ...rest, ...extra };
  if (item) {
    const weight = tensors["mlp.layers.0.weight"];
    folded["mlp.item_hidden"] = itemHidden(tensors);
    folded["mlp.layers.0.weight"] = columns(weight, 0, weight.shape[1] - item.shape[1]);
  }
  const description = { format: 1, kind: item ? "neumf" : "gmf", ...metadata };
  return writeSafetensors(folded, { pocketrec: JSON.stringify(description) });
}
