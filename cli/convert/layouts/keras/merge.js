import { show } from "../../../../js/common/errors.js";
import { assertAlike, axesOf } from "./shapes.js";
import { outputsOf, unsupported, widthOf } from "./values.js";

/**
 * The value of each layer that merges several values.
 *
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Features} Features
 * @typedef {import("./values.js").Product} Product
 * @typedef {import("./values.js").Score} Score
 * @typedef {import("./values.js").Part} Part
 */

/** Limit of parts: repeated concatenations grow exponentially. */
const PARTS_MAX = 1000;

/**
 * Embeddings side by side are a tower's input. Outputs of towers and products stay apart for the
 * last layer.
 *
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Value}
 */
export function concatenate(layer, values) {
  const blocks = values.flatMap((value) => {
    if (value.kind === "blocks") return value.blocks;
    if (value.kind === "features" || value.kind === "product") return [value];
    throw unsupported(layer, "a concatenation of inputs or scores");
  });
  const plain = blocks.flatMap((block) =>
    block.kind === "features" && !block.layers.length && !block.after ? block.parts : [],
  );
  const parts = blocks.reduce(
    (sum, block) => sum + (block.kind === "features" ? block.parts.length : 1),
    0,
  );
  if (parts > PARTS_MAX) throw unsupported(layer, `a concatenation of ${parts} parts`);
  const shape = shapeSideBySide(layer, values);
  return plain.length === parts
    ? { kind: "features", shape, parts: plain, layers: [] }
    : { kind: "blocks", shape, blocks };
}

/**
 * The shape of values side by side. On an axis behind another of several numbers they would
 * alternate.
 *
 * @param {KerasLayer} layer
 * @param {Value[]} values
 */
function shapeSideBySide(layer, values) {
  const shapes = values.map(({ shape }) => shape);
  const [first] = shapes;
  const { config, constants } = layer;
  const [axis] = axesOf(layer, constants?.axis ?? config.axis ?? config.concat_axis ?? -1, first);
  const isSideBySide = shapes.every(
    (shape) =>
      shape.length === first.length &&
      shape.every((size, at) => at === axis || size === (at < axis ? 1 : first[at])),
  );
  if (!isSideBySide)
    throw unsupported(layer, `axis ${axis + 1} of batches of ${shapes.map(show).join(" and ")}`);
  const width = shapes.reduce((sum, shape) => sum + Number(shape[axis]), 0);
  return first.map((size, at) => (at === axis ? width : size));
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Product}
 */
export function multiply(layer, values) {
  assertAlike(layer, values);
  return productOf(layer, values);
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Product}
 */
function productOf(layer, values) {
  const [left, right, ...more] = values.map(rowOf);
  if (!left || !right || more.length || left.width !== right.width)
    throw unsupported(layer, "a product of other than two embeddings");
  return { kind: "product", shape: values[0].shape, left, right };
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Score}
 */
export function dot(layer, values) {
  const shape = shapeOfDot(layer, values);
  const value = productOf(layer, layer.config.normalize === true ? values.map(toUnit) : values);
  return {
    kind: "score",
    shape,
    terms: [{ value, weight: new Float32Array(widthOf(value)).fill(1) }],
    bias: 0,
    biases: [],
    activation: "identity",
  };
}

/**
 * The shape of one number per pair. Refuses a product over an axis of size 1, which pairs every
 * number with every other.
 *
 * @param {KerasLayer} layer
 * @param {Value[]} values
 */
function shapeOfDot(layer, values) {
  const { axes = layer.config.dot_axes } = layer.config;
  // An operator of Keras 3 has that name, too, and multiplies matrices.
  if (axes === undefined) throw unsupported(layer, "no axes");
  const rest = values.flatMap(({ shape }, k) => {
    const [axis] = axesOf(layer, Array.isArray(axes) ? axes[k] : axes, shape);
    return shape.filter((_, at) => at !== axis);
  });
  if (rest.some((size) => size !== 1)) {
    const found = values.map(({ shape }) => show(shape)).join(" and ");
    throw unsupported(layer, `a product over axis ${show(axes)} of batches of ${found}`);
  }
  return rest.length ? rest : [1];
}

/**
 * An embedding with rows of length 1.
 *
 * @param {Value} value
 * @returns {Value}
 */
const toUnit = (value) =>
  value.kind === "features" && value.parts.length === 1 && !value.layers.length && !value.after
    ? { ...value, parts: [{ ...value.parts[0], isUnit: true }] }
    : value;

/**
 * A sum of scores and biases, or of a layer over the history and the user's row (CDAE).
 *
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Value}
 */
export function add(layer, values) {
  // An operator between a layer and a number takes one layer only.
  if (values.length < 2) throw unsupported(layer, "a sum of fewer than two layers");
  assertAlike(layer, values);
  const node =
    values.length === 2
      ? (addNode(values[0], values[1]) ?? addNode(values[1], values[0]))
      : undefined;
  return node ?? addScores(layer, values);
}

/**
 * @param {Value} hidden
 * @param {Value} user
 * @returns {Features | undefined}
 */
function addNode(hidden, user) {
  const node = embeddingOf(user);
  if (!node || hidden.kind !== "features" || hidden.after) return undefined;
  const { shape, parts, layers } = hidden;
  const [layer] = layers;
  if (layers.length !== 1 || parts.length !== 1 || parts[0].table) return undefined;
  if (layer.activation !== "identity" || layer.node || outputsOf(layer) !== node.width)
    return undefined;
  return { kind: "features", shape, parts, layers: [{ ...layer, node }] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Score}
 */
function addScores(layer, values) {
  /** @type {Score} */
  const sum = { kind: "score", shape: [], terms: [], bias: 0, biases: [], activation: "identity" };
  const ranks = values.map(({ shape }) => shape.length);
  sum.shape = Array.from({ length: Math.max(...ranks) }, () => 1);
  for (const value of values) {
    const bias = embeddingOf(value);
    const score = asScore(value);
    if (bias?.width === 1) sum.biases.push(bias);
    else if (score && score.activation === "identity" && !score.clip) {
      sum.terms.push(...score.terms);
      sum.biases.push(...score.biases);
      sum.bias += score.bias;
    } else throw unsupported(layer, "a sum of other than scores and biases");
  }
  if (sum.terms.length + sum.biases.length > PARTS_MAX)
    throw unsupported(layer, "a sum of very many parts");
  return sum;
}

/**
 * A tower that ends in one number as a score: its last layer is the output.
 *
 * @param {Value} value
 * @returns {Score | undefined}
 */
export function asScore(value) {
  if (value.kind === "score") return value;
  const last = value.kind === "features" ? value.layers.at(-1) : undefined;
  if (value.kind !== "features" || value.after || !last || outputsOf(last) !== 1) return undefined;
  const inner = { ...value, layers: value.layers.slice(0, -1) };
  return {
    kind: "score",
    shape: value.shape,
    terms: [{ value: inner, weight: last.weight.values }],
    bias: last.bias.values[0],
    biases: [],
    activation: last.activation,
  };
}

/**
 * @param {Value} value
 * @returns {Part | undefined} if the value is one unchanged row of a table
 */
function embeddingOf(value) {
  const part = rowOf(value);
  return part?.isUnit ? undefined : part;
}

/**
 * @param {Value} value
 * @returns {Part | undefined} if the value is one row of a table, perhaps of length 1
 */
function rowOf(value) {
  if (value.kind !== "features" || value.parts.length !== 1 || value.layers.length || value.after)
    return undefined;
  const [part] = value.parts;
  return part.table && part.length === 1 && !part.isMean ? part : undefined;
}
