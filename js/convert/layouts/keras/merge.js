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
  const axes = values.flatMap((value) => (value.kind === "features" ? [value.axes] : []));
  const isFirst = Number(layer.config.axis ?? layer.config.concat_axis ?? -1) === 0;
  if (isFirst) throw unsupported(layer, "a concatenation of users");
  return plain.length === parts
    ? { kind: "features", parts: plain, layers: [], axes: axes[0] }
    : { kind: "blocks", blocks };
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Product}
 */
export function multiply(layer, values) {
  const [left, right, ...more] = values.map(rowOf);
  if (!left || !right || more.length || left.width !== right.width)
    throw unsupported(layer, "a product of other than two embeddings");
  return { kind: "product", left, right };
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Score}
 */
export function dot(layer, values) {
  assertAxes(layer, values);
  const value = multiply(layer, layer.config.normalize === true ? values.map(toUnit) : values);
  return {
    kind: "score",
    terms: [{ value, weight: new Float32Array(widthOf(value)).fill(1) }],
    bias: 0,
    biases: [],
    activation: "identity",
  };
}

/**
 * Refuses a product over an axis of size 1, which pairs every number with every other.
 *
 * @param {KerasLayer} layer
 * @param {Value[]} values
 */
function assertAxes(layer, values) {
  const { axes = -1 } = layer.config;
  values.forEach((value, k) => {
    const count = value.kind === "features" ? value.axes : undefined;
    const axis = Number(Array.isArray(axes) ? axes[k] : axes);
    if (count === undefined || axis === count - 1 || axis === -1) return;
    throw unsupported(layer, `a product over axis ${axis} of ${count}`);
  });
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
  const { parts, layers } = hidden;
  const [layer] = layers;
  if (layers.length !== 1 || parts.length !== 1 || parts[0].table) return undefined;
  if (layer.activation !== "identity" || layer.node || outputsOf(layer) !== node.width)
    return undefined;
  return { kind: "features", parts, layers: [{ ...layer, node }] };
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Score}
 */
function addScores(layer, values) {
  /** @type {Score} */
  const sum = { kind: "score", terms: [], bias: 0, biases: [], activation: "identity" };
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
