import { PocketrecError, show } from "../../../common/errors.js";
import { activate, dense, embedding, flat, mean, normalise, unit } from "./layers.js";
import { add, concatenate, dot, multiply } from "./merge.js";
import { unsupported } from "./values.js";

/**
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./values.js").Value} Value
 *
 * @typedef {object} Walk
 * @property {Checkpoint} checkpoint
 * @property {boolean} isUnitLambda whether a Lambda layer on an input may be taken for L2
 *   normalisation
 * @property {Set<string>} used the tensors that were asked for
 * @property {string[]} notes
 */

/** Layers that give what they take, when a model is asked. */
const PASS = new Set([
  "Dropout",
  "SpatialDropout1D",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
  "ActivityRegularization",
  "Identity",
  "Sequential",
  "Functional",
  "Model",
]);

/**
 * Layers that bring a vector to length 1, and those that average a list of vectors; two of each are
 * not Keras' own.
 */
const UNIT = new Set(["UnitNormalization", "L2NormLayer"]);
const MEAN = new Set(["GlobalAveragePooling1D", "MaskedEmbeddingsAggregatorLayer"]);

const ACTIVATIONS = new Map([
  ["linear", "identity"],
  ["softmax_v2", "softmax"],
  ...["relu", "sigmoid", "tanh", "elu", "selu", "softmax"].map(
    (name) => /** @type {[string, string]} */ ([name, name]),
  ),
]);

/**
 * Of merging layers: the class, Keras 1's mode, and what TensorFlow makes of an operator between
 * layers.
 */
const MERGES = new Map([
  ...["Concatenate", "concat"].map((name) => /** @type {const} */ ([name, concatenate])),
  ...["Multiply", "mul", "math.multiply"].map((name) => /** @type {const} */ ([name, multiply])),
  ...["Add", "sum", "math.add", "__operators__.add"].map(
    (name) => /** @type {const} */ ([name, add]),
  ),
  ...["Dot", "dot"].map((name) => /** @type {const} */ ([name, dot])),
]);

/**
 * Follows a model's graph from its inputs to its one output.
 * @param {Checkpoint} checkpoint
 * @param {{ kind?: string }} options
 * @returns {{ value: Value, used: Set<string>, notes: string[] } | undefined} undefined: there is
 *   no graph, or it has several ends
 */
export function walkKeras(checkpoint, { kind }) {
  const layers = checkpoint.layers ?? [];
  const taken = new Set(layers.flatMap(({ inputs }) => inputs));
  const ends = layers.filter(({ name, type }) => !taken.has(name) && type !== "InputLayer");
  if (ends.length !== 1) return undefined;
  const walk = { checkpoint, isUnitLambda: kind === "mult-dae", used: new Set(), notes: [] };
  /** @type {Map<string, Value>} */
  const values = new Map();
  for (const layer of layers)
    values.set(
      layer.name,
      valueOf(
        layer,
        layer.inputs.map((name) => demandValue(values, name)),
        walk,
      ),
    );
  return { value: demandValue(values, ends[0].name), used: walk.used, notes: walk.notes };
}

/**
 * @param {Map<string, Value>} values
 * @param {string} name
 */
function demandValue(values, name) {
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
  const input = {
    kind: "input",
    name: layer.name,
    length: Number.isSafeInteger(length) ? length : null,
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
  if (type === "BatchNormalization") return normalise(layer, value, walk);
  if (type === "Activation") return activate(layer, value, activationOf(layer));
  if (type === "ReLU" && !config.max_value && !config.negative_slope && !config.threshold)
    return activate(layer, value, "relu");
  if (type === "ELU" && (config.alpha ?? 1) === 1) return activate(layer, value, "elu");
  if (type === "Softmax") return activate(layer, value, "softmax");
  if (UNIT.has(type)) return unit(layer, value);
  if (MEAN.has(type)) return mean(layer, value, walk);
  if (type !== "Lambda") throw unsupported(layer, `a ${show(type)} layer`);
  if (!walk.isUnitLambda || value.kind !== "input")
    throw unsupported(layer, "a Lambda layer, whose code is not run");
  walk.notes.push(
    `The layer ${layer.name} is code, and was taken for the L2 normalisation of the input.`,
  );
  return unit(layer, value);
}

/** @param {KerasLayer} layer */
function activationOf(layer) {
  const given = layer.config.activation ?? "linear";
  // Keras 3 writes functions that are not strings as { class_name: "function", config: name }.
  const name =
    typeof given === "object" ? /** @type {{ config?: unknown }} */ (given).config : given;
  const activation = ACTIVATIONS.get(String(name));
  if (activation) return activation;
  throw unsupported(layer, `the activation ${show(given)}`);
}
