import { PocketrecError, show } from "../../../common/errors.js";
import { weightsOf } from "../../read/keras-config.js";
import { compose, foldAfter, foldBefore, transpose, unsupported, widthOf } from "./values.js";

/**
 * What each layer makes of the one value that it takes.
 *
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./walk.js").Walk} Walk
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Input} Input
 * @typedef {import("./values.js").Features} Features
 * @typedef {import("./values.js").Product} Product
 * @typedef {import("./values.js").Score} Score
 * @typedef {import("./values.js").DenseLayer} DenseLayer
 * @typedef {import("./values.js").Part} Part
 * @typedef {import("./values.js").Affine} Affine
 */

/**
 * @param {KerasLayer} layer
 * @param {string} weight
 * @param {number} rank
 * @param {Walk} walk
 */
function tensorOf(layer, weight, rank, walk) {
  const name = `${weightsOf(layer.name)}/${weight}`;
  const tensor = walk.checkpoint.tensors.get(name);
  if (!tensor)
    throw new PocketrecError("missing-tensor", name, "the weights of that layer", "none");
  if (tensor.shape.length !== rank)
    throw new PocketrecError("bad-shape", name, `${rank} axes`, show(tensor.shape));
  walk.used.add(name);
  return { name, ...tensor };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Features}
 */
export function embedding(layer, value, walk) {
  if (value.kind !== "input" || value.isUnit)
    throw unsupported(layer, "an embedding of something else than an input");
  const {
    name,
    shape: [rows, width],
    values,
  } = tensorOf(layer, "embeddings", 2, walk);
  const part = {
    input: value.name,
    table: name,
    values,
    rows,
    width,
    length: value.length,
    isMasked: layer.config.mask_zero === true,
    isMean: false,
    isUnit: false,
  };
  return { kind: "features", parts: [part], layers: [] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 */
export function flat(layer, value) {
  if (value.kind === "features") demandVectors(layer, value);
  return value;
}

/**
 * A list of ids is no vector before it is averaged.
 * @param {KerasLayer} layer
 * @param {Features} value
 */
function demandVectors(layer, value) {
  const list = value.parts.find(({ table, length, isMean }) => table && length !== 1 && !isMean);
  if (list) throw unsupported(layer, `the list of ids ${show(list.input)}, which is not averaged`);
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
export function dense(layer, value, walk) {
  const {
    name,
    shape: [inputs, outputs],
    values,
  } = tensorOf(layer, "kernel", 2, walk);
  const hasBias = layer.config.use_bias !== false && layer.config.bias !== false;
  const bias = hasBias ? tensorOf(layer, "bias", 1, walk).values : new Float32Array(outputs);
  if (bias.length !== outputs)
    throw new PocketrecError("bad-shape", `${layer.name}/bias`, `[${outputs}]`, `[${bias.length}]`);
  const weight = transpose(values, inputs, outputs);
  const width = widthBefore(value) ?? inputs;
  if (width !== inputs) {
    throw new PocketrecError(
      "bad-shape",
      name,
      `[${width}, ...], what the layer takes`,
      show([inputs, outputs]),
    );
  }
  if (value.kind === "input")
    return push({ kind: "features", parts: [vectorOf(value, inputs)], layers: [] }, weight, bias);
  if (value.kind === "features") {
    demandVectors(layer, value);
    if (value.layers.at(-1)?.activation === "softmax")
      throw unsupported(layer, "a dense layer behind a softmax");
    return push(value, weight, bias);
  }
  if (outputs !== 1)
    throw unsupported(layer, "a dense layer of several outputs on a product of embeddings");
  if (value.kind === "score") return rescale(layer, value, weight[0], bias[0]);
  return scoreOf(value.kind === "blocks" ? value.blocks : [value], weight, bias[0]);
}

/**
 * @param {Value} value
 * @returns {number | undefined} undefined: an input tells its width by the layer that takes it
 */
function widthBefore(value) {
  if (value.kind === "input") return undefined;
  if (value.kind === "score") return 1;
  return (value.kind === "blocks" ? value.blocks : [value]).reduce(
    (sum, block) => sum + widthOf(block),
    0,
  );
}

/**
 * @param {Input} input
 * @param {number} width
 * @returns {Part}
 */
function vectorOf({ name, isUnit }, width) {
  return { input: name, rows: 0, width, length: 1, isMasked: false, isMean: false, isUnit };
}

/**
 * @param {Features} value
 * @param {Float32Array} weight
 * @param {Float32Array} bias
 * @returns {Features}
 */
function push(value, weight, bias) {
  const folded = foldBefore(weight, bias, value.after);
  const layer = {
    ...folded,
    inputs: weight.length / bias.length,
    outputs: bias.length,
    activation: "identity",
  };
  return { kind: "features", parts: value.parts, layers: [...value.layers, layer] };
}

/**
 * @param {(Features | Product)[]} blocks
 * @param {Float32Array} weight of all of them, side by side
 * @param {number} bias
 * @returns {Score}
 */
function scoreOf(blocks, weight, bias) {
  let at = 0;
  let sum = bias;
  const terms = blocks.map((block) => {
    const own = weight.slice(at, (at += widthOf(block)));
    const folded = foldBefore(own, Float32Array.of(0), block.after);
    sum += folded.bias[0];
    return { value: { ...block, after: undefined }, weight: folded.weight };
  });
  return { kind: "score", terms, bias: sum, biases: [], activation: "identity" };
}

/**
 * @param {KerasLayer} layer
 * @param {Score} score
 * @param {number} factor
 * @param {number} bias
 * @returns {Score}
 */
function rescale(layer, score, factor, bias) {
  if (score.activation !== "identity" || score.biases.length)
    throw unsupported(layer, "a dense layer on a finished score");
  const terms = score.terms.map(({ value, weight }) => ({
    value,
    weight: weight.map((w) => w * factor),
  }));
  return { ...score, terms, bias: score.bias * factor + bias };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {string} activation
 * @returns {Value}
 */
export function activate(layer, value, activation) {
  if (activation === "identity") return value;
  const last =
    value.kind === "features" ? value.layers.at(-1) : value.kind === "score" ? value : undefined;
  if (!last || last.activation !== "identity" || (value.kind === "features" && value.after)) {
    throw unsupported(layer, `the activation ${activation} of what no dense layer gives`);
  }
  if (value.kind === "score") return { ...value, activation };
  const { layers, ...rest } = /** @type {Features} */ (value);
  return {
    ...rest,
    layers: [...layers.slice(0, -1), { .../** @type {DenseLayer} */ (last), activation }],
  };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
export function normalise(layer, value, walk) {
  if (value.kind !== "features" && value.kind !== "product") {
    throw unsupported(layer, "a batch normalisation of an input or a score");
  }
  const affine = affineOf(layer, widthOf(value), walk);
  const last = value.kind === "features" ? value.layers.at(-1) : undefined;
  if (!last || last.activation !== "identity" || value.after)
    return { ...value, after: compose(value.after, affine) };
  const features = /** @type {Features} */ (value);
  return { ...features, layers: [...features.layers.slice(0, -1), foldAfter(last, affine)] };
}

/**
 * scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale
 * @param {KerasLayer} layer
 * @param {number} width
 * @param {Walk} walk
 * @returns {Affine}
 */
function affineOf(layer, width, walk) {
  const { scale: hasGamma, center: hasBeta, epsilon = 1e-3 } = layer.config;
  if (typeof epsilon !== "number" || !(epsilon > 0)) {
    throw new PocketrecError(
      "bad-metadata",
      `${layer.name}.epsilon`,
      "a number above 0",
      show(epsilon),
    );
  }
  const [mean, variance] = ["moving_mean", "moving_variance"].map(
    (weight) => tensorOf(layer, weight, 1, walk).values,
  );
  const gamma =
    hasGamma === false ? new Float32Array(width).fill(1) : tensorOf(layer, "gamma", 1, walk).values;
  const beta =
    hasBeta === false ? new Float32Array(width) : tensorOf(layer, "beta", 1, walk).values;
  if ([mean, variance, gamma, beta].some(({ length }) => length !== width)) {
    throw new PocketrecError("bad-shape", layer.name, `four weights of [${width}]`, "others");
  }
  const scale = gamma.map((g, i) => g / Math.sqrt(variance[i] + epsilon));
  return { scale, shift: beta.map((b, i) => b - mean[i] * scale[i]) };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @returns {Value}
 */
export function unit(layer, value) {
  if (value.kind === "input") return { ...value, isUnit: true };
  const isRow =
    value.kind === "features" &&
    value.parts.length === 1 &&
    !value.layers.length &&
    !value.parts[0].isMean;
  if (!isRow)
    throw unsupported(layer, "a normalisation of something else than an input or an embedding");
  return { ...value, parts: [{ ...value.parts[0], isUnit: true }] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
export function mean(layer, value, walk) {
  const isList =
    value.kind === "features" &&
    value.parts.length === 1 &&
    !value.layers.length &&
    value.parts[0].table;
  if (!isList || (layer.config.agg_mode ?? "mean") !== "mean")
    throw unsupported(layer, "a mean of something else than an embedding");
  const [part] = value.parts;
  if (!part.isMasked) {
    walk.notes.push(
      `The mean over ${part.input} counts every id: a list filled up to a length counts what it is filled with.`,
    );
  }
  return { ...value, parts: [{ ...part, isMean: true }] };
}
