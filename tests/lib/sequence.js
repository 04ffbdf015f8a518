// Random models of ordered histories, and what they say in float64.
import { rawScores } from "../../cli/convert/forward/forward.js";
import { normal } from "./random.js";

/**
 * Random tensors by name, so large that attention is far from even.
 * @param {number} seed
 */
function maker(seed) {
  const next = normal(seed);
  const tensors = {};
  const put = (name, deviation, ...shape) => {
    const length = shape.reduce((a, b) => a * b);
    tensors[name] = { shape, data: Float32Array.from({ length }, () => deviation * next()) };
  };
  const layer = (name, outputs, inputs, bias = true) => {
    put(`${name}.weight`, 1.3 / Math.sqrt(inputs), outputs, inputs);
    if (bias) put(`${name}.bias`, 0.3, outputs);
  };
  const norm = (name, width) => {
    put(`${name}.weight`, 1, width);
    put(`${name}.bias`, 0.5, width);
  };
  return { tensors, put, layer, norm };
}

/**
 * @param {{ items?: number, width?: number, feed?: number, window?: number, blocks?: number,
 *   projection?: boolean, embeddingNorm?: boolean, lastNorm?: boolean, untied?: boolean,
 *   itemBias?: boolean, pad?: boolean, bias?: boolean, seed?: number, info?: object }} shape
 */
export function randomSasrec({
  items = 60,
  width = 12,
  feed = 20,
  window = 9,
  blocks = 2,
  projection = true,
  embeddingNorm = false,
  lastNorm = false,
  untied = false,
  itemBias = false,
  pad = false,
  bias = true,
  seed = 1,
  info = {},
} = {}) {
  const { tensors, put, layer, norm } = maker(seed);
  put("item.embedding", 0.7, items, width);
  put("position.embedding", 0.7, window, width);
  if (pad) put("padding.embedding", 0.7, width);
  if (embeddingNorm) norm("embedding.norm", width);
  for (let k = 0; k < blocks; k++) {
    for (const name of ["query", "key", "value"]) layer(`blocks.${k}.${name}`, width, width, bias);
    if (projection) layer(`blocks.${k}.attention`, width, width, bias);
    norm(`blocks.${k}.attention.norm`, width);
    layer(`blocks.${k}.feed.0`, feed, width, bias);
    layer(`blocks.${k}.feed.1`, width, feed, bias);
    norm(`blocks.${k}.feed.norm`, width);
  }
  if (lastNorm) norm("norm", width);
  if (untied) put("item.output", 0.7, items, width);
  if (itemBias) put("item.bias", 0.7, items);
  return { tensors, info: { format: 1, kind: "sasrec", ...info } };
}

/**
 * @param {{ items?: number, width?: number, hidden?: number, layers?: number, output?: number,
 *   untied?: boolean, itemBias?: boolean, bias?: boolean, seed?: number, info?: object }} shape
 *   output: the width of the layer behind the units; 0: none
 */
export function randomGru({
  items = 60,
  width = 10,
  hidden = 14,
  layers = 1,
  output = 10,
  untied = false,
  itemBias = false,
  bias = true,
  seed = 1,
  info = {},
} = {}) {
  const { tensors, put, layer } = maker(seed);
  put("item.embedding", 0.7, items, width);
  for (let k = 0; k < layers; k++) {
    layer(`gru.${k}.input`, 3 * hidden, k ? hidden : width, bias);
    layer(`gru.${k}.hidden`, 3 * hidden, hidden, bias);
  }
  if (output) layer("output", output, hidden);
  if (untied) put("item.output", 0.7, items, output || hidden);
  if (itemBias) put("item.bias", 0.7, items);
  return { tensors, info: { format: 1, kind: "gru4rec", ...info } };
}

/**
 * Raw scores of all items in float64.
 *
 * @param {{ tensors: Record<string, { shape: number[], data: Float32Array }>, info: any }} weights
 * @param {number[]} history rows
 */
export function referenceRaw({ tensors, info }, history) {
  const foreign = new Map(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { shape, values: Float64Array.from(data) },
    ]),
  );
  const norm = { order: "after", epsilon: 1e-5, ...info.norm };
  const described = { activation: "relu", rating: {}, ...info, norm };
  const items = Array.from({ length: tensors["item.embedding"].shape[0] }, (_, row) => row);
  return rawScores(foreign, described, { history }, items);
}
