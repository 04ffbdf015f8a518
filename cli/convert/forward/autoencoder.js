import { transposed } from "../matrix.js";
import { activationAt, activationNamed, dot, requireTensor } from "./dense.js";

/**
 * Autoencoders: a decoder over the code of a history. Options of a kind: ratings as input, an input
 * of length 1, tied weights, a CDAE user node, layer normalisation, RecVAE's dense skips.
 *
 * @typedef {import("../../../js/file/metadata.js").Info} Info
 * @typedef {import("./dense.js").Tensors} Tensors
 * @typedef {import("./forward.js").UserInput} UserInput
 */

/**
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 * @param {number[]} items rows
 */
export function autoencoderScores(tensors, info, user, items) {
  const { hidden, last } = layerNames(tensors, info);
  const z = lastHidden(tensors, info, user, hidden);
  const weight = info.tied
    ? transposed(requireTensor(tensors, "encoder.0.weight"))
    : requireTensor(tensors, `${last}.weight`);
  const bias = tensors.get(`${last}.bias`);
  return items.map((item) => dot(weight, item, z) + (bias?.values[item] ?? 0));
}

/**
 * The names of the hidden layers, and of the one that scores the items.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 */
function layerNames(tensors, { tied }) {
  const namesOf = (/** @type {string} */ part) => {
    const names = [];
    while (tensors.has(`${part}.${names.length}.weight`)) names.push(`${part}.${names.length}`);
    return names;
  };
  const encoder = namesOf("encoder");
  const decoder = namesOf("decoder");
  const last = tied ? `decoder.${decoder.length}` : (decoder.pop() ?? "");
  return { hidden: { encoder, decoder }, last };
}

/**
 * The output of the last hidden layer.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 * @param {{ encoder: string[], decoder: string[] }} names
 */
function lastHidden(tensors, info, user, { encoder, decoder }) {
  let z = firstHidden(tensors, info, user);
  const outputs = [z];
  for (const [k, name] of [...encoder, ...decoder].entries()) {
    if (k === 0) continue;
    const weight = requireTensor(tensors, `${name}.weight`);
    const bias = tensors.get(`${name}.bias`);
    const skips = info.skip === "dense" && k < encoder.length - 1 ? outputs : [];
    const sums = Array.from(
      { length: weight.shape[0] },
      (_, o) =>
        dot(weight, o, z) +
        (bias?.values[o] ?? 0) +
        skips.reduce((sum, output) => sum + output[o], 0),
    );
    z = layerNormalised(tensors, info, name, sums.map(activationNamed(activationAt(info, k))));
    outputs.push(z);
  }
  return info.binarize_hidden ? z.map((value) => (value > 0.5 ? 1 : 0)) : z;
}

/**
 * The first layer: the sum of the columns of the history's items.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 */
function firstHidden(tensors, info, { history = [], ratings }) {
  const { scale, shift, values, normalize } = info.input;
  const { positive = -Infinity } = info.rating;
  const weight = requireTensor(tensors, "encoder.0.weight");
  const [width, items] = weight.shape;
  // Without ratings as input, one below the lowest positive rating is no interaction.
  const isPositive = (/** @type {number} */ i) => (ratings?.[i] ?? positive) >= positive;
  const x = history.map(
    (_, i) => scale * (values === "rating" ? (ratings?.[i] ?? 0) - shift : Number(isPositive(i))),
  );
  const length = normalize === "l2" ? Math.hypot(...x) || 1 : 1;
  const node = info.kind === "cdae" ? tensors.get("user_mean") : undefined;
  const bias = tensors.get("encoder.0.bias");
  const hidden = Array.from({ length: width }, (_, o) => {
    const sum = history.reduce(
      (total, item, i) => total + (x[i] / length) * weight.values[o * items + item],
      0,
    );
    return sum + (bias?.values[o] ?? 0) + (node?.values[o] ?? 0);
  });
  return layerNormalised(
    tensors,
    info,
    "encoder.0",
    hidden.map(activationNamed(activationAt(info, 0))),
  );
}

/**
 * Layer normalisation, if the layer has one.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {string} name
 * @param {number[]} z
 */
function layerNormalised(tensors, info, name, z) {
  const gain = tensors.get(`${name}.norm.weight`);
  const bias = tensors.get(`${name}.norm.bias`);
  if (!gain) return z;
  const mean = z.reduce((a, b) => a + b, 0) / z.length;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  const deviation = Math.sqrt(variance + info.norm.epsilon);
  return z.map(
    (value, k) => ((value - mean) / deviation) * gain.values[k] + (bias?.values[k] ?? 0),
  );
}
