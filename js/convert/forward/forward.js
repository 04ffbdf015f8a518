import { towerScores } from "./tower.js";
import { ACTIVATIONS, dot, layer, need, rowOf, turned } from "../matrix.js";

/**
 * What a blueprint says, by the equations of docs/format.md in double precision: plainly, over the
 * unfolded tensors, to be held against what the kernels make of the file that was written.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../file/metadata.js").Info} Info
 * @typedef {Map<string, ForeignTensor>} Tensors
 * @typedef {{ vector?: number[], history?: number[], ratings?: number[], user?: Record<string, any>
 *   }} Person
 */

/**
 * The raw scores of some items.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {Person} person
 * @param {number[]} items
 * @returns {number[]}
 */
export function rawScores(tensors, info, person, items) {
  if (person.vector) return ncfScores(tensors, info, person.vector, items);
  if (info.kind === "autorec-item")
    throw new Error("an item-based AutoRec has no forward pass of its own");
  if (info.kind === "candidates" || info.kind === "ranker")
    return towerScores(tensors, info, person, items);
  const z = encoded(tensors, info, person);
  const last = lastLayer(tensors, info);
  return items.map((item) => dot(last.weight, item, z) + (last.bias?.values[item] ?? 0));
}

/**
 * Scores as the app sees them, of one person's raw scores of the whole catalogue or of some items.
 *
 * @param {Readonly<Info>} info
 * @param {number[]} raw
 * @param {number[]} all the raw scores of the whole catalogue, for a softmax
 */
export function outputs({ output, input, clip, rating }, raw, all) {
  if (output === "softmax") {
    const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = all.reduce((total, value) => total + Math.exp(value - most), 0);
    return raw.map((value) => Math.exp(value - most) / sum);
  }
  return raw.map((value) => {
    const score = output === "exp" ? Math.exp(value) : ACTIVATIONS[output](value);
    const scaled = input.values === "rating" ? score / input.scale + input.shift : score;
    return clip
      ? Math.min(Math.max(scaled, rating.minimum ?? -Infinity), rating.maximum ?? Infinity)
      : scaled;
  });
}

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {number[]} vector [gmf | mlp]
 * @param {number[]} items
 */
function ncfScores(tensors, { activation }, vector, items) {
  const gmf = tensors.get("gmf.item");
  const mlp = tensors.get("mlp.item");
  const g = gmf?.shape[1] ?? 0;
  const output = need(tensors, "output.weight");
  const bias = tensors.get("output.bias")?.values[0] ?? 0;
  const itemBias = tensors.get("item.bias");
  const folded = tensors.get("mlp.item_hidden");
  const act = ACTIVATIONS[String(activation)];
  const tail = vector.slice(g);
  return items.map((item) => {
    const product = gmf ? rowOf(gmf, item).map((value, k) => value * vector[k]) : [];
    let z = mlp ? [...tail, ...rowOf(mlp, item)] : [];
    let k = 0;
    if (folded) {
      const first = layer(tensors, `mlp.layers.${k++}`, tail, "identity");
      const hidden = rowOf(folded, item);
      z = first.map((value, o) => act(value + hidden[o]));
    }
    for (; tensors.has(`mlp.layers.${k}.weight`); k++)
      z = layer(tensors, `mlp.layers.${k}`, z, String(activation));
    return dot(output, 0, [...product, ...z]) + bias + (itemBias?.values[item] ?? 0);
  });
}

/**
 * The names of the layers, and the one of the item table.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 */
function layersOf(tensors, { tied }) {
  const named = (/** @type {string} */ part) => {
    const names = [];
    while (tensors.has(`${part}.${names.length}.weight`)) names.push(`${part}.${names.length}`);
    return names;
  };
  const encoder = named("encoder");
  const decoder = named("decoder");
  return tied
    ? { encoder, decoder, last: `decoder.${decoder.length}` }
    : { encoder, decoder: decoder.slice(0, -1), last: decoder.at(-1) ?? "" };
}

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 */
function lastLayer(tensors, info) {
  const { last } = layersOf(tensors, info);
  const bias = tensors.get(`${last}.bias`);
  return {
    weight: info.tied ? turned(need(tensors, "encoder.0.weight")) : need(tensors, `${last}.weight`),
    bias,
  };
}

/**
 * The last hidden layer of an autoencoder.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {Person} person
 */
function encoded(tensors, info, { history = [], ratings }) {
  const { scale, shift, values, normalize } = info.input;
  const first = need(tensors, "encoder.0.weight");
  const [width, items] = first.shape;
  const x = history.map((_, i) => scale * (values === "rating" ? (ratings?.[i] ?? 0) - shift : 1));
  const length = normalize === "l2" ? Math.hypot(...x) || 1 : 1;
  const { encoder, decoder } = layersOf(tensors, info);
  const act = (/** @type {number} */ k) =>
    typeof info.activation === "string" ? info.activation : info.activation[k];
  const node = info.kind === "cdae" ? tensors.get("user_mean") : undefined;
  const bias = tensors.get("encoder.0.bias");
  const sums = Array.from({ length: width }, (_, o) =>
    history.reduce((sum, item, i) => sum + (x[i] / length) * first.values[o * items + item], 0),
  );
  let z = normed(
    tensors,
    info,
    "encoder.0",
    sums.map((sum, o) =>
      ACTIVATIONS[act(0)](sum + (bias?.values[o] ?? 0) + (node?.values[o] ?? 0)),
    ),
  );
  const before = [z];
  for (const [k, name] of [...encoder, ...decoder].entries()) {
    if (k === 0) continue;
    const weight = need(tensors, `${name}.weight`);
    const skips = info.skip === "dense" && k < encoder.length - 1 ? before : [];
    const inner = tensors.get(`${name}.bias`);
    const added = Array.from(
      { length: weight.shape[0] },
      (_, o) =>
        dot(weight, o, z) +
        (inner?.values[o] ?? 0) +
        skips.reduce((sum, other) => sum + other[o], 0),
    );
    z = normed(tensors, info, name, added.map(ACTIVATIONS[act(k)]));
    before.push(z);
  }
  return info.binarize_hidden ? z.map((value) => (value > 0.5 ? 1 : 0)) : z;
}

/**
 * Layer normalisation, where the layer has one.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {string} name
 * @param {number[]} z
 */
function normed(tensors, info, name, z) {
  const gain = tensors.get(`${name}.norm.weight`);
  const bias = tensors.get(`${name}.norm.bias`);
  if (!gain) return z;
  const mean = z.reduce((a, b) => a + b, 0) / z.length;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  return z.map(
    (value, k) =>
      ((value - mean) / Math.sqrt(variance + info.norm.epsilon)) * gain.values[k] +
      (bias?.values[k] ?? 0),
  );
}
