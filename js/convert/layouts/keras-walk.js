import { PocketrecError, show } from "../../errors.js";
import { weightsOf } from "../keras-config.js";
import { add, concatenate, dot, multiply } from "./keras-merge.js";
import { compose, foldAfter, foldBefore, transpose, unsupported, widthOf } from "./keras-values.js";

/**
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./keras-values.js").Value} Value
 * @typedef {import("./keras-values.js").Features} Features
 * @typedef {import("./keras-values.js").Part} Part
 * @typedef {import("./keras-values.js").Affine} Affine
 *
 * @typedef {object} Walk
 * @property {Checkpoint} checkpoint
 * @property {boolean} isUnitLambda whether a Lambda layer on an input may be taken for L2 normalisation
 * @property {Set<string>} used the tensors that were asked for
 * @property {string[]} notes
 */

/** Layers that give what they take, when a model is asked. */
const PASS = new Set(["Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
  "Identity", "Sequential", "Functional", "Model"]);

/** Layers that bring a vector to length 1, and those that average a list of vectors; two of each are not Keras' own. */
const UNIT = new Set(["UnitNormalization", "L2NormLayer"]);
const MEAN = new Set(["GlobalAveragePooling1D", "MaskedEmbeddingsAggregatorLayer"]);

const ACTIVATIONS = new Map([["linear", "identity"], ["softmax_v2", "softmax"],
  ...["relu", "sigmoid", "tanh", "elu", "selu", "softmax"].map((name) => /** @type {[string, string]} */ ([name, name]))]);

/** Of merging layers: the class, Keras 1's mode, and what TensorFlow makes of an operator between layers. */
const MERGES = new Map([
  ...["Concatenate", "concat"].map((name) => /** @type {const} */ ([name, concatenate])),
  ...["Multiply", "mul", "math.multiply"].map((name) => /** @type {const} */ ([name, multiply])),
  ...["Add", "sum", "math.add", "__operators__.add"].map((name) => /** @type {const} */ ([name, add])),
  ...["Dot", "dot"].map((name) => /** @type {const} */ ([name, dot])),
]);

/**
 * Follows a model's graph from its inputs to its one output.
 * @param {Checkpoint} checkpoint
 * @param {{ kind?: string }} options
 * @returns {{ value: Value, used: Set<string>, notes: string[] } | undefined} undefined: there is no graph, or it has several ends
 */
export function walkKeras(checkpoint, { kind }) {
  const layers = checkpoint.layers ?? [];
  const taken = new Set(layers.flatMap(({ inputs }) => inputs));
  const ends = layers.filter(({ name, type }) => !taken.has(name) && type !== "InputLayer");
  if (ends.length !== 1) return undefined;
  const walk = { checkpoint, isUnitLambda: kind === "mult-dae", used: new Set(), notes: [] };
  /** @type {Map<string, Value>} */
  const values = new Map();
  for (const layer of layers) values.set(layer.name, valueOf(layer, layer.inputs.map((name) => demandValue(values, name)), walk));
  return { value: demandValue(values, ends[0].name), used: walk.used, notes: walk.notes };
}

/**
 * @param {Map<string, Value>} values
 * @param {string} name
 */
function demandValue(values, name) {
  const value = values.get(name);
  if (!value) throw new PocketrecError("bad-metadata", name, "a layer of the model", "none of that name");
  return value;
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} inputs
 * @param {Walk} walk
 * @returns {Value}
 */
function valueOf(layer, inputs, walk) {
  const { type, config } = layer;
  const merge = MERGES.get(type === "Merge" ? String(config.mode) : type === "TFOpLambda" ? String(config.function) : type);
  if (merge) return merge(layer, inputs);
  if (!inputs.length) return inputOf(layer, walk);
  if (inputs.length > 1) throw unsupported(layer, `${inputs.length} inputs`);
  return valueOfOne(layer, inputs[0], walk);
}

/**
 * A model's input. A Sequential model may leave it out, and begin with the layer that takes it.
 * @param {KerasLayer} layer
 * @param {Walk} walk
 * @returns {Value}
 */
function inputOf(layer, walk) {
  const shape = layer.config.batch_shape ?? layer.config.batch_input_shape;
  const sizes = Array.isArray(shape) ? shape.slice(1) : [];
  const length = sizes.length ? sizes[0] : 1;
  /** @type {Value} */
  const input = { kind: "input", name: layer.name, length: Number.isSafeInteger(length) ? length : null, isUnit: false };
  return layer.type === "InputLayer" ? input : valueOfOne(layer, input, walk);
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
function valueOfOne(layer, value, walk) {
  const { type, config } = layer;
  if (PASS.has(type) || type === "InputLayer") return value;
  if (type === "Embedding") return embedding(layer, value, walk);
  if (type === "Flatten" || type === "Reshape") return flat(layer, value);
  if (type === "Dense") return activate(layer, dense(layer, value, walk), activationOf(layer));
  if (type === "BatchNormalization") return normalise(layer, value, walk);
  if (type === "Activation") return activate(layer, value, activationOf(layer));
  if (type === "ReLU" && !config.max_value && !config.negative_slope && !config.threshold) return activate(layer, value, "relu");
  if (type === "ELU" && (config.alpha ?? 1) === 1) return activate(layer, value, "elu");
  if (type === "Softmax") return activate(layer, value, "softmax");
  if (UNIT.has(type)) return unit(layer, value);
  if (MEAN.has(type)) return mean(layer, value, walk);
  if (type !== "Lambda") throw unsupported(layer, `a ${show(type)} layer`);
  if (!walk.isUnitLambda || value.kind !== "input") throw unsupported(layer, "a Lambda layer, whose code is not run");
  walk.notes.push(`The layer ${layer.name} is code, and was taken for the L2 normalisation of the input.`);
  return unit(layer, value);
}

/** @param {KerasLayer} layer */
function activationOf(layer) {
  const given = layer.config.activation ?? "linear";
  // Keras 3 writes functions that are not strings as { class_name: "function", config: name }.
  const name = typeof given === "object" ? /** @type {{ config?: unknown }} */ (given).config : given;
  const activation = ACTIVATIONS.get(String(name));
  if (activation) return activation;
  throw unsupported(layer, `the activation ${show(given)}`);
}

/**
 * @param {KerasLayer} layer
 * @param {string} weight
 * @param {number} rank
 * @param {Walk} walk
 */
function tensorOf(layer, weight, rank, walk) {
  const name = `${weightsOf(layer.name)}/${weight}`;
  const tensor = walk.checkpoint.tensors.get(name);
  if (!tensor) throw new PocketrecError("missing-tensor", name, "the weights of that layer", "none");
  if (tensor.shape.length !== rank) throw new PocketrecError("bad-shape", name, `${rank} axes`, show(tensor.shape));
  walk.used.add(name);
  return { name, ...tensor };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Features}
 */
function embedding(layer, value, walk) {
  if (value.kind !== "input" || value.isUnit) throw unsupported(layer, "an embedding of something else than an input");
  const { name, shape: [rows, width], values } = tensorOf(layer, "embeddings", 2, walk);
  const part = { input: value.name, table: name, values, rows, width, length: value.length,
    isMasked: layer.config.mask_zero === true, isMean: false, isUnit: false };
  return { kind: "features", parts: [part], layers: [] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 */
function flat(layer, value) {
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
function dense(layer, value, walk) {
  const { name, shape: [inputs, outputs], values } = tensorOf(layer, "kernel", 2, walk);
  const bias = layer.config.use_bias === false || layer.config.bias === false ? new Float32Array(outputs) : tensorOf(layer, "bias", 1, walk).values;
  if (bias.length !== outputs) throw new PocketrecError("bad-shape", `${layer.name}/bias`, `[${outputs}]`, `[${bias.length}]`);
  const weight = transpose(values, inputs, outputs);
  const width = value.kind === "score" ? 1 : value.kind === "blocks" ? value.blocks.reduce((sum, block) => sum + widthOf(block), 0)
    : value.kind === "input" ? inputs : widthOf(value);
  if (width !== inputs) throw new PocketrecError("bad-shape", name, `[${width}, ...], what the layer takes`, show([inputs, outputs]));
  if (value.kind === "input") return push({ kind: "features", parts: [vectorOf(value, inputs)], layers: [] }, weight, bias);
  if (value.kind === "features") {
    demandVectors(layer, value);
    if (value.layers.at(-1)?.activation === "softmax") throw unsupported(layer, "a dense layer behind a softmax");
    return push(value, weight, bias);
  }
  if (outputs !== 1) throw unsupported(layer, "a dense layer of several outputs on a product of embeddings");
  if (value.kind === "score") return rescale(layer, value, weight[0], bias[0]);
  return scoreOf(value.kind === "blocks" ? value.blocks : [value], weight, bias[0]);
}

/**
 * @param {import("./keras-values.js").Input} input
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
  const layer = { ...folded, inputs: weight.length / bias.length, outputs: bias.length, activation: "identity" };
  return { kind: "features", parts: value.parts, layers: [...value.layers, layer] };
}

/**
 * @param {(import("./keras-values.js").Features | import("./keras-values.js").Product)[]} blocks
 * @param {Float32Array} weight of all of them, side by side
 * @param {number} bias
 * @returns {import("./keras-values.js").Score}
 */
function scoreOf(blocks, weight, bias) {
  let at = 0;
  let sum = bias;
  const terms = blocks.map((block) => {
    const own = weight.slice(at, at += widthOf(block));
    const folded = foldBefore(own, Float32Array.of(0), block.after);
    sum += folded.bias[0];
    return { value: { ...block, after: undefined }, weight: folded.weight };
  });
  return { kind: "score", terms, bias: sum, biases: [], activation: "identity" };
}

/**
 * @param {KerasLayer} layer
 * @param {import("./keras-values.js").Score} score
 * @param {number} factor
 * @param {number} bias
 * @returns {import("./keras-values.js").Score}
 */
function rescale(layer, score, factor, bias) {
  if (score.activation !== "identity" || score.biases.length) throw unsupported(layer, "a dense layer on a finished score");
  const terms = score.terms.map(({ value, weight }) => ({ value, weight: weight.map((w) => w * factor) }));
  return { ...score, terms, bias: score.bias * factor + bias };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {string} activation
 * @returns {Value}
 */
function activate(layer, value, activation) {
  if (activation === "identity") return value;
  const last = value.kind === "features" ? value.layers.at(-1) : value.kind === "score" ? value : undefined;
  if (!last || last.activation !== "identity" || (value.kind === "features" && value.after)) {
    throw unsupported(layer, `the activation ${activation} of what no dense layer gives`);
  }
  if (value.kind === "score") return { ...value, activation };
  const { layers, ...rest } = /** @type {Features} */ (value);
  return { ...rest, layers: [...layers.slice(0, -1), { .../** @type {import("./keras-values.js").DenseLayer} */ (last), activation }] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
function normalise(layer, value, walk) {
  if (value.kind !== "features" && value.kind !== "product") throw unsupported(layer, "a batch normalisation of an input or a score");
  const affine = affineOf(layer, widthOf(value), walk);
  const last = value.kind === "features" ? value.layers.at(-1) : undefined;
  if (!last || last.activation !== "identity" || value.after) return { ...value, after: compose(value.after, affine) };
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
  if (typeof epsilon !== "number" || !(epsilon > 0)) throw new PocketrecError("bad-metadata", `${layer.name}.epsilon`, "a number above 0", show(epsilon));
  const [mean, variance] = ["moving_mean", "moving_variance"].map((weight) => tensorOf(layer, weight, 1, walk).values);
  const gamma = hasGamma === false ? new Float32Array(width).fill(1) : tensorOf(layer, "gamma", 1, walk).values;
  const beta = hasBeta === false ? new Float32Array(width) : tensorOf(layer, "beta", 1, walk).values;
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
function unit(layer, value) {
  if (value.kind === "input") return { ...value, isUnit: true };
  const isRow = value.kind === "features" && value.parts.length === 1 && !value.layers.length && !value.parts[0].isMean;
  if (!isRow) throw unsupported(layer, "a normalisation of something else than an input or an embedding");
  return { ...value, parts: [{ ...value.parts[0], isUnit: true }] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {Walk} walk
 * @returns {Value}
 */
function mean(layer, value, walk) {
  const isList = value.kind === "features" && value.parts.length === 1 && !value.layers.length && value.parts[0].table;
  if (!isList || (layer.config.agg_mode ?? "mean") !== "mean") throw unsupported(layer, "a mean of something else than an embedding");
  const [part] = value.parts;
  if (!part.isMasked) walk.notes.push(`The mean over ${part.input} counts every id: a list filled up to a length counts what it is filled with.`);
  return { ...value, parts: [{ ...part, isMean: true }] };
}
