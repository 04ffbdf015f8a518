import { PocketrecError, show } from "../../../../js/common/errors.js";
import { transposed, vectorTensor } from "../../matrix.js";
import { weightsOf } from "../../read/keras-config.js";
import { normalizedBefore } from "../shared/batch-norm.js";
import { assumed } from "../shared/assume.js";
import { assertLastAxis, assertWholeVector, countOf, reshaped } from "./shapes.js";
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

/** The modules of Keras 3's operators. */
const OPERATORS = "keras.src.ops.";

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
  const { name: input } = value;
  const length = countOf(value.shape);
  const part = { input, table: name, values, rows, width, length, isMasked };
  const parts = [{ ...part, isMean: false, isUnit: false }];
  const axes = [...value.shape, width];
  return { kind: "features", shape: axes, parts, layers: [], ...(isMasked && { hasMask: true }) };
}

/**
 * Flatten and Reshape.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @returns {Value}
 */
export function flat(layer, value) {
  const shape = reshaped(layer, value.shape);
  if (value.kind !== "features") return { ...value, shape };
  assertVectors(layer, value);
  return { ...value, shape, hasMask: false };
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
  assertOnLastAxis(layer, value, inputs);
  const shape = [...value.shape.slice(0, -1), outputs];
  if (value.kind === "input") {
    const part = vectorPart(value, inputs);
    return withLayer({ kind: "features", shape, parts: [part], layers: [] }, { weight, bias });
  }
  if (value.kind === "features") {
    assertVectors(layer, value);
    if (value.layers.at(-1)?.activation === "softmax")
      throw unsupported(layer, "a dense layer behind a softmax");
    return withLayer({ ...value, shape }, { weight, bias });
  }
  if (outputs !== 1)
    throw unsupported(layer, "a dense layer of several outputs on a product of embeddings");
  const [biasValue] = bias.values;
  if (value.kind === "score") return rescaled(layer, value, weight.values[0], biasValue);
  const blocks = value.kind === "blocks" ? value.blocks : [value];
  return { ...scoreOf(blocks, weight.values, biasValue), shape };
}

/**
 * Refuses a layer that would take the numbers of a vector one by one, or several vectors.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {number} inputs
 */
function assertOnLastAxis(layer, { shape }, inputs) {
  const last = shape.at(-1);
  const isVector = shape.slice(0, -1).every((size) => size === 1);
  if (isVector && (last === inputs || last === null)) return;
  throw unsupported(layer, `a dense layer of ${inputs} inputs on a batch of ${show(shape)}`);
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
function withLayer({ shape, parts, layers, after }, layer) {
  const folded = after ? normalizedBefore(layer, after) : layer;
  const added = { ...folded, activation: "identity" };
  return { kind: "features", shape, parts, layers: [...layers, added] };
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
  return { kind: "score", shape: [1], terms, bias: sum, biases: [], activation: "identity" };
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
    shape: score.shape,
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
  if (activation === "softmax") assertWholeVector(layer, layer.config.axis ?? -1, value.shape);
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
  const part = onlyPart(value);
  const { axis = -1 } = layer.config;
  // The vectors of a list lie on the last axis.
  if (part?.table && part.length !== 1) assertLastAxis(layer, axis, value.shape);
  else assertWholeVector(layer, axis, value.shape);
  if (value.kind === "input") return { ...value, isUnit: true };
  if (!part || part.isMean || value.kind !== "features" || value.after)
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
  const { agg_mode: mode = "mean", data_format: format = "channels_last", keepdims } = layer.config;
  if (!part?.table || value.kind !== "features" || mode !== "mean" || value.shape.length !== 2)
    throw unsupported(layer, "a mean of something else than an embedding");
  if (format !== "channels_last")
    throw unsupported(layer, `${show(format)} of ${show(value.shape)}`);
  const isMasked = isMaskedMean(layer, value, walk);
  if (!isMasked) {
    walk.notes.push(
      `The mean over ${part.input} counts every id: a list padded to a length ` +
        "counts its padding.",
    );
    if (part.length !== null && part.length !== 1)
      walk.assumptions.push(
        assumed(`lists of ${part.input}`, "without padding", ["without padding"]),
      );
  }
  const shape = [...(keepdims === true ? [1] : []), part.width];
  return { ...value, shape, parts: [{ ...part, isMasked, isMean: true }] };
}

/**
 * Whether a mean leaves the ids 0 out: the table says it, or the mask that the layer is given, as
 * Keras 3 writes it down.
 *
 * @param {KerasLayer} layer
 * @param {Features} value
 * @param {Walk} walk
 */
function isMaskedMean(layer, { parts: [{ input }], hasMask = false }, { checkpoint }) {
  const { layers = [], settings } = checkpoint;
  const [mask, ...others] = layer.masks ?? [];
  if (mask === undefined) {
    if (hasMask && String(settings.keras_version).startsWith("3."))
      throw unsupported(layer, "ids with mask_zero, and no mask");
    return hasMask;
  }
  const maker = layers.find(({ name }) => name === mask);
  const isOfZeros =
    maker?.type === "NotEqual" &&
    (maker.origin ?? OPERATORS).startsWith(OPERATORS) &&
    String(maker.inputs) === input &&
    String(Object.values(maker.constants ?? {})) === "0";
  if (isOfZeros && !others.length) return true;
  throw unsupported(layer, "a mask that is not of the ids that are 0");
}

/**
 * The one part of a value without layers.
 * @param {Value} value
 */
function onlyPart(value) {
  const isOne = value.kind === "features" && value.parts.length === 1 && !value.layers.length;
  return isOne ? value.parts[0] : undefined;
}
