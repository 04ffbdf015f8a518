import { PocketrecError, show } from "../../../common/errors.js";
import { affinelyMapped, batchNormalised } from "./batch-norm.js";
import { activate, clipped, dense, embedding, flat, mean, rescaled, unit } from "./layers.js";
import { add, asScore, concatenate, dot, multiply } from "./merge.js";
import { unsupported, widthOf } from "./values.js";

/**
 * Follows the graph of a Keras model symbolically.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./values.js").Value} Value
 *
 * @typedef {object} Walk
 * @property {Checkpoint} checkpoint
 * @property {boolean} isUnitLambda whether a Lambda layer on an input is taken for L2 normalisation
 * @property {Set<string>} used names of the tensors that were read
 * @property {string[]} notes
 */

/** Layers that change nothing at inference. */
const PASS = new Set(
  (
    "Dropout SpatialDropout1D GaussianNoise GaussianDropout AlphaDropout ActivityRegularization " +
    "Identity Sequential Functional Model"
  ).split(" "),
);

/** Layers that scale a vector to length 1; the second is a common custom layer. */
const UNIT = new Set(["UnitNormalization", "L2NormLayer"]);

/** Layers that average a list of vectors; the second is a common custom layer. */
const MEAN = new Set(["GlobalAveragePooling1D", "MaskedEmbeddingsAggregatorLayer"]);

const ACTIVATIONS = new Map([
  ["linear", "identity"],
  ["softmax_v2", "softmax"],
  .../** @type {[string, string][]} */ (
    "relu sigmoid tanh elu selu softmax".split(" ").map((name) => [name, name])
  ),
]);

/**
 * Merging layers by their class, by Keras 1's mode, and by TensorFlow's name of an operator between
 * layers.
 */
const MERGES = new Map([
  ...named("Concatenate concat", concatenate),
  ...named("Multiply mul math.multiply", multiply),
  ...named("Add sum math.add __operators__.add", add),
  ...named("Dot dot", dot),
]);

/**
 * @param {string} names
 * @param {(layer: KerasLayer, values: Value[]) => Value} merge
 */
function named(names, merge) {
  return names.split(" ").map((name) => /** @type {const} */ ([name, merge]));
}

/**
 * Evaluates a model's graph symbolically, from its inputs to its one output.
 *
 * @param {Checkpoint} checkpoint
 * @param {{ kind?: string }} options
 * @returns {{ value: Value, used: Set<string>, notes: string[] } | undefined} undefined: no
 *   graph
 */
export function walkKeras(checkpoint, { kind }) {
  const layers = checkpoint.layers ?? [];
  const taken = new Set(layers.flatMap(({ inputs }) => inputs));
  const ends = layers.filter(({ name, type }) => !taken.has(name) && type !== "InputLayer");
  if (!layers.length) return undefined;
  if (ends.length !== 1) {
    const found = ends.map(({ name }) => name).join(", ") || "none";
    throw new PocketrecError("unsupported", "model", "one output", found);
  }
  const walk = { checkpoint, isUnitLambda: kind === "mult-dae", used: new Set(), notes: [] };
  /** @type {Map<string, Value>} */
  const values = new Map();
  for (const layer of layers) {
    const inputs = layer.inputs.map((name) => requireValue(values, name));
    values.set(layer.name, valueOf(layer, inputs, walk));
  }
  return { value: requireValue(values, ends[0].name), used: walk.used, notes: walk.notes };
}

/**
 * @param {Map<string, Value>} values
 * @param {string} name
 */
function requireValue(values, name) {
  const value = values.get(name);
  if (!value)
    throw new PocketrecError("bad-metadata", name, "a layer of the model", "none of that name");
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
  const name = type === "Merge" ? config.mode : type === "TFOpLambda" ? config.function : type;
  const merge = MERGES.get(String(name));
  if (merge) return merge(layer, inputs);
  if (!inputs.length) return inputOf(layer, walk);
  if (inputs.length > 1) throw unsupported(layer, `${inputs.length} inputs`);
  return valueOfOne(layer, inputs[0], walk);
}

/**
 * A model's input. A Sequential model may omit it and begin with the layer that takes it.
 *
 * @param {KerasLayer} layer
 * @param {Walk} walk
 * @returns {Value}
 */
function inputOf(layer, walk) {
  const shape = layer.config.batch_shape ?? layer.config.batch_input_shape;
  const sizes = Array.isArray(shape) ? shape.slice(1) : [];
  const length = sizes.length ? sizes[0] : 1;
  /** @type {Value} */
  const input = {
    kind: "input",
    name: layer.name,
    length: Number.isSafeInteger(length) ? length : null,
    isUnit: false,
    ...(Array.isArray(shape) && { axes: shape.length }),
  };
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
  if (type === "BatchNormalization") return batchNormalised(layer, value, walk);
  if (type === "Activation") return activate(layer, value, activationOf(layer));
  if (type === "ReLU" && !config.negative_slope && !config.threshold) return relu(layer, value);
  if (type === "Rescaling") return rescaling(layer, value);
  if (type === "ELU" && (config.alpha ?? 1) === 1) return activate(layer, value, "elu");
  if (type === "Softmax") return activate(layer, value, "softmax");
  if (UNIT.has(type)) return unit(layer, value);
  if (MEAN.has(type)) return mean(layer, value, walk);
  if (type !== "Lambda") throw unsupported(layer, `a ${show(type)} layer`);
  if (!walk.isUnitLambda || value.kind !== "input")
    throw unsupported(layer, "a Lambda layer, whose code is not executed");
  walk.notes.push(
    `The layer ${layer.name} is code; it is taken for the L2 normalisation of the input.`,
  );
  return unit(layer, value);
}

/**
 * A ReLU, perhaps with a largest value. Of a score it is a range.
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @returns {Value}
 */
function relu(layer, value) {
  const { max_value: maximum } = layer.config;
  const score = asScore(value);
  const range = { minimum: 0, ...(typeof maximum === "number" && { maximum }) };
  if (score && score.activation === "identity" && !score.clip) return clipped(layer, score, range);
  if (typeof maximum !== "number") return activate(layer, value, "relu");
  throw unsupported(layer, `a ReLU up to ${maximum} of something else than a score`);
}

/**
 * x * scale + offset
 *
 * @param {KerasLayer} layer
 * @param {Value} value
 * @returns {Value}
 */
function rescaling(layer, value) {
  const { scale = 1, offset = 0 } = layer.config;
  if (typeof scale !== "number" || typeof offset !== "number")
    throw unsupported(layer, `a scale of ${show(scale)} and an offset of ${show(offset)}`);
  const score = asScore(value);
  if (score) return rescaled(layer, score, scale, offset);
  if (value.kind !== "features" && value.kind !== "product")
    throw unsupported(layer, "a scale of an input");
  const width = widthOf(value);
  const numbers = (/** @type {number} */ x) => new Float64Array(width).fill(x);
  return affinelyMapped(value, { scale: numbers(scale), shift: numbers(offset) });
}

/** @param {KerasLayer} layer */
function activationOf(layer) {
  const given = layer.config.activation ?? "linear";
  // Keras 3 writes some functions as { class_name: "function", config: name }.
  const name =
    typeof given === "object" ? /** @type {{ config?: unknown }} */ (given).config : given;
  const activation = ACTIVATIONS.get(String(name));
  if (activation) return activation;
  throw unsupported(layer, `the activation ${show(given)}`);
}
