import { PocketrecError, show } from "../../../../js/common/errors.js";
import { affinelyMapped, batchNormalised } from "./batch-norm.js";
import { activate, clipped, dense, embedding, flat, mean, rescaled, unit } from "./layers.js";
import { assumed } from "../shared/assume.js";
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
 * @property {import("../../assumptions.js").Assumption[]} assumptions
 */

/** Layers that change nothing at inference. */
const PASS = new Set(
  (
    "Dropout SpatialDropout1D GaussianNoise GaussianDropout AlphaDropout ActivityRegularization " +
    "Identity Sequential Functional Model"
  ).split(" "),
);

/** Common classes of users' own, and what they are taken for. */
const OWN = new Map([
  ["L2NormLayer", "rows of length 1"],
  ["MaskedEmbeddingsAggregatorLayer", "the mean of a list"],
]);

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

/** @typedef {(layer: KerasLayer, values: Value[]) => Value} Merge */

/** Merging layers by their class. @type {Map<string, Merge>} */
const MERGES = new Map([
  ["Concatenate", concatenate],
  ["Multiply", multiply],
  ["Add", add],
  ["Dot", dot],
]);

/** Keras 1's merging layers by their mode. @type {Map<string, Merge>} */
const MODES = new Map([
  ["concat", concatenate],
  ["mul", multiply],
  ["sum", add],
  ["dot", dot],
]);

/** TensorFlow's operators between layers. @type {Map<string, Merge>} */
const OPERATORS = new Map([
  ["concat", concatenate],
  ["math.multiply", multiply],
  ["math.add", add],
  ["__operators__.add", add],
]);

/** Operators of Keras 3 that are like layers of that name. */
const LAYER_LIKE = new Set(["Concatenate", "Multiply", "Add", "Softmax", "Identity"]);

/**
 * Evaluates a model's graph symbolically, from its inputs to its one output.
 *
 * @param {Checkpoint} checkpoint
 * @param {{ kind?: string }} options
 * @returns {{ value: Value, used: Set<string>, notes: string[], assumptions: Walk["assumptions"] }
 *   | undefined} undefined: no graph
 */
export function walkKeras(checkpoint, { kind }) {
  const { layers = [], ends } = checkpoint;
  if (!layers.length) return undefined;
  const output = outputOf(layers, ends?.outputs ?? []);
  const walk = {
    ...{ checkpoint, isUnitLambda: kind === "mult-dae", used: new Set(), notes: [] },
    assumptions: ends?.ownClass ? [ownClass(ends.ownClass, "what its graph says")] : [],
  };
  const needed = neededFor(layers, output);
  /** @type {Map<string, Value>} */
  const values = new Map();
  for (const layer of layers.filter(({ name }) => needed.has(name))) {
    const inputs = layer.inputs.map((name) => requireValue(values, name));
    values.set(layer.name, valueOf(layer, inputs, walk));
  }
  const { used, notes, assumptions } = walk;
  return { value: requireValue(values, output), used, notes, assumptions };
}

/**
 * What a class of the user's own is taken for: its code is not in the file.
 *
 * @param {string} name
 * @param {string} meaning
 */
const ownClass = (name, meaning) => assumed(`class ${name}`, meaning, [meaning]);

/**
 * The model's one output: as the configuration lists it, else what no layer takes.
 *
 * @param {KerasLayer[]} layers
 * @param {string[]} listed
 */
function outputOf(layers, listed) {
  const taken = new Set(layers.flatMap(({ inputs }) => inputs));
  const ends = layers.filter(({ name, type }) => !taken.has(name) && type !== "InputLayer");
  const names = listed.length ? listed : ends.map(({ name }) => name);
  if (names.length === 1) return names[0];
  const found = names.join(", ") || "none";
  const hint = "Save a model of one of them: keras.Model(model.inputs, model.outputs[0]).";
  throw new PocketrecError("unsupported", "model", "one output", found, { hint });
}

/**
 * The layers that an output depends on.
 *
 * @param {KerasLayer[]} layers
 * @param {string} output
 */
function neededFor(layers, output) {
  const inputs = new Map(layers.map((layer) => [layer.name, layer.inputs]));
  const needed = new Set([output]);
  // A set visits what is added to it on the way.
  for (const name of needed) for (const input of inputs.get(name) ?? []) needed.add(input);
  return needed;
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
  const merge = mergeOf(layer);
  const number = inputs.length === 1 ? numberOf(layer) : undefined;
  const isScaling = number !== undefined && (merge === add || merge === multiply);
  assertKnownCall(layer, isScaling);
  if (isScaling) {
    const [scale, offset] = merge === add ? [1, number] : [number, 0];
    const value = affine(layer, inputs[0], scale, offset);
    return value.kind === "features" ? { ...value, hasMask: false } : value;
  }
  if (merge) return merge(layer, inputs);
  if (!inputs.length) return inputOf(layer, walk);
  if (inputs.length > 1) throw unsupported(layer, `${inputs.length} inputs`);
  return valueOfOne(layer, inputs[0], walk);
}

/** @param {KerasLayer} layer */
function mergeOf({ type, config }) {
  if (type === "Merge") return MODES.get(String(config.mode));
  return type === "TFOpLambda" ? OPERATORS.get(String(config.function)) : MERGES.get(type);
}

/** The number that an operator takes beside one layer. @param {KerasLayer} layer */
function numberOf({ constants = {} }) {
  const [value, ...others] = Object.values(constants);
  return typeof value === "number" && !others.length ? value : undefined;
}

/**
 * Refuses a class that only has the name of one of Keras' layers, and arguments of a call that
 * change its result.
 *
 * @param {KerasLayer} layer
 * @param {boolean} isScaling whether it is an operator of a value and a number
 */
function assertKnownCall(layer, isScaling) {
  const { type, origin, constants = {}, masks = [] } = layer;
  const isOperator = origin?.startsWith("keras.src.ops.") && LAYER_LIKE.has(type);
  if (origin !== undefined && !isOperator && !OWN.has(type))
    throw unsupported(layer, `a ${show(type)} of ${show(origin || "another package")}`);
  const isAxis = type === "TFOpLambda" && layer.config.function === "concat";
  const [other] = Object.keys(constants).filter((name) => !(isAxis && name === "axis"));
  if (other && !isScaling)
    throw unsupported(layer, `a call with ${other} = ${show(constants[other])}`);
  if (masks.length && type === "Softmax") throw unsupported(layer, "a softmax with a mask");
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
  // Ids, where the file does not say it; a dense layer takes a vector of its own width.
  const unknown = layer.type === "Dense" ? [null] : [1];
  const sizes = Array.isArray(shape) ? shape.slice(1) : unknown;
  /** @type {Value} */
  const input = {
    kind: "input",
    shape: sizes.map((size) => (Number.isSafeInteger(size) ? size : null)),
    name: layer.name,
    isUnit: false,
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
  const own = OWN.get(type);
  if (own) walk.assumptions.push(ownClass(type, own));
  if (UNIT.has(type)) return unit(layer, value);
  if (MEAN.has(type)) return mean(layer, value, walk);
  if (type !== "Lambda") throw unsupported(layer, `a ${show(type)} layer`);
  if (!walk.isUnitLambda || value.kind !== "input")
    throw unsupported(layer, "a Lambda layer, whose code is not executed");
  walk.notes.push(
    `The layer ${layer.name} is code; it is taken for the L2 normalisation of the input.`,
  );
  walk.assumptions.push(ownClass(`Lambda ${layer.name}`, "an input of length 1"));
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
  if (maximum !== undefined && maximum !== null && typeof maximum !== "number")
    throw unsupported(layer, `a largest value of ${show(maximum)}`);
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
  return affine(layer, value, scale, offset);
}

/**
 * @param {KerasLayer} layer
 * @param {Value} value
 * @param {number} scale
 * @param {number} offset
 * @returns {Value}
 */
function affine(layer, value, scale, offset) {
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
  const given = /** @type {any} */ (layer.config.activation ?? "linear");
  const activation = ACTIVATIONS.get(String(isKerasFunction(given) ? given.config : given));
  if (activation) return activation;
  throw unsupported(layer, `the activation ${show(given)}`);
}

/**
 * Keras 3 writes some functions as { class_name: "function", config: name }. A function of another
 * package may have the name of one of Keras'.
 *
 * @param {any} given
 */
const isKerasFunction = (given) =>
  given?.class_name === "function" &&
  /^(builtins$|keras\b)/.test(given.module ?? "keras") &&
  !/>/.test(given.registered_name ?? "");
