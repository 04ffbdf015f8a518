import { unsupported, widthOf } from "./values.js";

/**
 * @typedef {import("../../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Features} Features
 * @typedef {import("./values.js").Product} Product
 * @typedef {import("./values.js").Score} Score
 * @typedef {import("./values.js").Part} Part
 */

/** What is put together again and again would be more than memory holds. */
const PARTS_MAX = 1000;

/**
 * Embeddings side by side are what a tower takes; what a tower or a product gives waits for the
 * last layer.
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
  return plain.length === parts
    ? { kind: "features", parts: plain, layers: [] }
    : { kind: "blocks", blocks };
}

/**
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Product}
 */
export function multiply(layer, values) {
  const [left, right, ...more] = values.map(embeddingOf);
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
  if (layer.config.normalize === true) throw unsupported(layer, "a cosine of two embeddings");
  const value = multiply(layer, values);
  return {
    kind: "score",
    terms: [{ value, weight: new Float32Array(widthOf(value)).fill(1) }],
    bias: 0,
    biases: [],
    activation: "identity",
  };
}

/**
 * Scores and biases, or a layer of the history and the person's own row (CDAE).
 * @param {KerasLayer} layer
 * @param {Value[]} values
 * @returns {Value}
 */
export function add(layer, values) {
  // An operator with a number instead of a layer takes one layer alone.
  if (values.length < 2) throw unsupported(layer, "a sum of fewer than two layers");
  const node =
    values.length === 2
      ? (addNode(values[0], values[1]) ?? addNode(values[1], values[0]))
      : undefined;
  return node ?? addScores(layer, values);
}

/**
 * @param {Value} hidden
 * @param {Value} person
 * @returns {Features | undefined}
 */
function addNode(hidden, person) {
  const node = embeddingOf(person);
  const [layer, ...more] = hidden.kind === "features" && !hidden.after ? hidden.layers : [];
  if (
    !node ||
    !layer ||
    more.length ||
    layer.activation !== "identity" ||
    layer.node ||
    layer.outputs !== node.width
  )
    return undefined;
  const { parts } = /** @type {Features} */ (hidden);
  if (parts.length !== 1 || parts[0].table) return undefined;
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
    else if (score && score.activation === "identity") {
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
 * A tower that ends in one number is a score: its last layer is the output.
 * @param {Value} value
 * @returns {Score | undefined}
 */
export function asScore(value) {
  if (value.kind === "score") return value;
  const last = value.kind === "features" ? value.layers.at(-1) : undefined;
  if (value.kind !== "features" || value.after || last?.outputs !== 1) return undefined;
  const inner = { ...value, layers: value.layers.slice(0, -1) };
  return {
    kind: "score",
    terms: [{ value: inner, weight: last.weight }],
    bias: last.bias[0],
    biases: [],
    activation: last.activation,
  };
}

/**
 * @param {Value} value
 * @returns {Part | undefined} where it is one row of a table, as it is
 */
function embeddingOf(value) {
  if (value.kind !== "features" || value.parts.length !== 1 || value.layers.length || value.after)
    return undefined;
  const [part] = value.parts;
  return part.table && part.length === 1 && !part.isUnit && !part.isMean ? part : undefined;
}
