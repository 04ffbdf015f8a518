import { PocketrecError, show } from "../../../common/errors.js";
import { transposed, vectorTensor } from "../../matrix.js";
import { weightsOf } from "../../read/keras-config.js";
import { normalizedBefore } from "../shared/batch-norm.js";
import { requireTensor } from "./tensors.js";
import { unsupported, widthOf } from "./values.js";

/**
 * The value of each layer that takes one value.
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
 * @typedef {Required<import("../shared/batch-norm.js").Dense>} Dense
 */

/**
 * A weight of a layer, with its name in the file.
 *
 * @param {KerasLayer} layer
 * @param {string} weight
 * @param {number} rank
 * @param {Walk} walk
 */
export function layerTensor(layer, weight, rank, walk) {
  const name = `${weightsOf(layer.name)}/${weight}`;
  return { name, ...requireTensor(walk, name, rank, "the weights of that layer") };
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
  const { name, shape, values } = layerTensor(layer, "embeddings", 2, walk);
  const [rows, width] = shape;
  const isMasked = layer.config.mask_zero === true;
  const { name: input, length } = value;
  const part = { input, table: name, values, rows, width, length, isMasked };
  const parts = [{ ...part, isMean: false, isUnit: false }];
  return { kind: "features", parts, layers: [], axes: value.axes && value.axes + 1 };
}

/**
 * Flatten and Reshape.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 */
export function flat(layer, value) {
  if (value.kind !== "features") return value;
  assertVectors(layer, value);
  const { target_shape: target } = layer.config;
  const axes = layer.type === "Flatten" ? 2 : Array.isArray(target) ? target.length + 1 : undefined;
  return { ...value, axes };
}

/**
 * Refuses a list of ids that is not averaged.
 *
 * @param {KerasLayer} layer
 * @param {Features} value
 */
function assertVectors(layer, value) {
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
  const { weight, bias } = denseWeights(layer, value, walk);
  const [outputs, inputs] = weight.shape;
  if (value.kind === "input") {
    const part = vectorPart(value, inputs);
    return withLayer({ kind: "features", parts: [part], layers: [] }, { weight, bias });
  }
  if (value.kind === "features") {
    assertVectors(layer, value);
    if (value.layers.at(-1)?.activation === "softmax")
      throw unsupported(layer, "a dense layer behind a softmax");
    return withLayer(value, { weight, bias });
  }
  if (outputs !== 1)
    throw unsupported(layer, "a dense layer of several outputs on a product of embeddings");
  const [biasValue] = bias.values;
  if (value.kind === "score") return rescaled(layer, value, weight.values[0], biasValue);
  return scoreOf(value.kind === "blocks" ? value.blocks : [value], weight.values, biasValue);
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value that the layer takes
 * @param {Walk} walk
 * @returns {Dense}
 */
function denseWeights(layer, value, walk) {
  const { name, ...kernel } = layerTensor(layer, "kernel", 2, walk);
  const [inputs, outputs] = kernel.shape;
  const hasBias = layer.config.use_bias !== false && layer.config.bias !== false;
  const bias = hasBias ? layerTensor(layer, "bias", 1, walk).values : new Float32Array(outputs);
  if (bias.length !== outputs)
    throw new PocketrecError("bad-shape", `${layer.name}/bias`, `[${outputs}]`, `[${bias.length}]`);
  const width = inputWidth(value) ?? inputs;
  if (width !== inputs) {
    const expected = `[${width}, ...], what the layer takes`;
    throw new PocketrecError("bad-shape", name, expected, show([inputs, outputs]));
  }
  return { weight: transposed(kernel), bias: vectorTensor(bias) };
}

/**
 * @param {Value} value
 * @returns {number | undefined} undefined: the width of an input is known by the layer that takes
 *   it
 */
function inputWidth(value) {
  if (value.kind === "input") return undefined;
  if (value.kind === "score") return 1;
  const blocks = value.kind === "blocks" ? value.blocks : [value];
  return blocks.reduce((sum, block) => sum + widthOf(block), 0);
}

/**
 * @param {Input} input
 * @param {number} width
 * @returns {Part}
 */
function vectorPart({ name, isUnit }, width) {
  return { input: name, rows: 0, width, length: 1, isMasked: false, isMean: false, isUnit };
}

/**
 * The value with one more layer.
 *
 * @param {Features} value
 * @param {Dense} layer
 * @returns {Features}
 */
function withLayer({ parts, layers, after, axes }, layer) {
  const folded = after ? normalizedBefore(layer, after) : layer;
  const added = { ...folded, activation: "identity" };
  return { kind: "features", parts, layers: [...layers, added], axes };
}

/**
 * @param {(Features | Product)[]} blocks
 * @param {Float32Array} weight of all of them, side by side
 * @param {number} bias
 * @returns {Score}
 */
function scoreOf(blocks, weight, bias) {
  let start = 0;
  let sum = bias;
  const terms = blocks.map((block) => {
    const width = widthOf(block);
    const values = weight.slice(start, (start += width));
    if (!block.after) return { value: block, weight: values };
    const folded = normalizedBefore({ weight: { shape: [1, width], values } }, block.after);
    sum += folded.bias.values[0];
    return { value: { ...block, after: undefined }, weight: folded.weight.values };
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
export function rescaled(layer, score, factor, bias) {
  if (score.activation !== "identity") return rescaledOutput(layer, score, factor, bias);
  if (score.clip || (score.biases.length && factor !== 1))
    return rescaledClip(layer, score, factor, bias);
  const terms = score.terms.map(({ value, weight }) => ({
    value,
    weight: weight.map((w) => w * factor),
  }));
  return { ...score, terms, bias: score.bias * factor + bias };
}

/**
 * A score that is held within a range, rescaled.
 *
 * @param {KerasLayer} layer
 * @param {Score} score
 * @param {number} factor
 * @param {number} bias
 * @returns {Score}
 */
function rescaledClip(layer, { clip, ...score }, factor, bias) {
  if (score.biases.length && factor !== 1) throw unsupported(layer, "a scaled sum with biases");
  if (factor <= 0) throw unsupported(layer, `a factor of ${factor} behind a range`);
  const moved = (/** @type {number | undefined} */ bound) =>
    bound === undefined ? undefined : bound * factor + bias;
  const range = { minimum: moved(clip?.minimum), maximum: moved(clip?.maximum) };
  return { ...rescaled(layer, score, factor, bias), clip: range };
}

/**
 * An output function and a scale behind it: of a tower, one more layer of it with one output.
 *
 * @param {Pick<KerasLayer, "name" | "type">} layer
 * @param {Score} score
 * @param {number} factor
 * @param {number} bias
 * @returns {Score}
 */
export function rescaledOutput(
  layer,
  { terms: [term, ...more], biases, clip, ...score },
  factor,
  bias,
) {
  const isTower = term.value.kind === "features" && term.value.layers.length > 0;
  if (more.length || biases.length || clip || !isTower || score.activation === "softmax") {
    const found = `a scale of ${factor} and ${bias} behind a ${score.activation}`;
    throw unsupported(layer, found);
  }
  const weight = { shape: [1, term.weight.length], values: term.weight };
  const tower = /** @type {Features} */ (term.value);
  const last = { weight, bias: vectorTensor([score.bias]), activation: score.activation };
  const value = { ...tower, layers: [...tower.layers, last] };
  return {
    kind: "score",
    terms: [{ value, weight: Float32Array.of(factor) }],
    bias,
    biases: [],
    activation: "identity",
  };
}

/**
 * A score held within a range.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {{ minimum?: number, maximum?: number }} range
 * @returns {Value}
 */
export function clipped(layer, value, range) {
  if (value.kind !== "score" || value.clip || !["identity", "sigmoid"].includes(value.activation))
    throw unsupported(layer, "a range of something else than a score");
  return { ...value, clip: range };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {string} activation
 * @returns {Value}
 */
export function activate(layer, value, activation) {
  if (activation === "identity") return value;
  if (value.kind === "score" && value.activation === "identity" && !value.clip)
    return { ...value, activation };
  const last = value.kind === "features" ? value.layers.at(-1) : undefined;
  if (value.kind !== "features" || last?.activation !== "identity" || value.after)
    throw unsupported(layer, `the activation ${activation} without a dense layer before it`);
  return { ...value, layers: [...value.layers.slice(0, -1), { ...last, activation }] };
}

/**
 * Scaling to length 1.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @returns {Value}
 */
export function unit(layer, value) {
  if (value.kind === "input") return { ...value, isUnit: true };
  const part = onlyPart(value);
  if (!part || part.isMean || value.kind !== "features")
    throw unsupported(layer, "a normalisation of something else than an input or an embedding");
  return { ...value, parts: [{ ...part, isUnit: true }] };
}

/**
 * The mean over a list of ids.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
export function mean(layer, value, walk) {
  const part = onlyPart(value);
  const isMean = (layer.config.agg_mode ?? "mean") === "mean";
  if (!part?.table || value.kind !== "features" || !isMean)
    throw unsupported(layer, "a mean of something else than an embedding");
  if (!part.isMasked)
    walk.notes.push(
      `The mean over ${part.input} counts every id: a list padded to a length ` +
        "counts its padding.",
    );
  return { ...value, parts: [{ ...part, isMean: true }] };
}

/**
 * The one part of a value without layers.
 * @param {Value} value
 */
function onlyPart(value) {
  const isOne = value.kind === "features" && value.parts.length === 1 && !value.layers.length;
  return isOne ? value.parts[0] : undefined;
}
