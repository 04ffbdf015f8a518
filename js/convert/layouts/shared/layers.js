import { turned } from "../../matrix.js";

/**
 * The tensors of a checkpoint by the layer that they belong to, whatever the framework calls them.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @typedef {object} Unit a layer
 * @property {string} path
 * @property {string[]} names of its tensors in the checkpoint
 * @property {ForeignTensor} [weight] of a dense layer [out, in]; of a table a row an embedding
 * @property {ForeignTensor} [bias]
 * @property {{ mean: ForeignTensor, variance: ForeignTensor }} [norm] of a batch normalisation:
 *   weight and bias are its gain and offset
 * @property {boolean} isTransposed whether the file holds [in, out], as a dense layer of Keras does
 */

/**
 * What frameworks call the parts of a layer; TensorFlow says weights and biases.
 * @type {Record<string, "weight" | "kernel" | "bias" | "mean" | "variance" | "count">}
 */
const LEAVES = {
  weight: "weight",
  embeddings: "weight",
  embedding: "weight",
  gamma: "weight",
  kernel: "kernel",
  weights: "kernel",
  bias: "bias",
  biases: "bias",
  beta: "bias",
  running_mean: "mean",
  moving_mean: "mean",
  running_var: "variance",
  moving_variance: "variance",
  num_batches_tracked: "count",
  Adam: "count",
  Adam_1: "count",
  Momentum: "count",
  beta1_power: "count",
  beta2_power: "count",
  global_step: "count",
};

/**
 * Names of the vae_cf notebook and of gtshs2's AutoRec (TensorFlow: kernels are [in, out]), as
 * layers.
 * @type {[RegExp, (match: RegExpMatchArray) => [path: string, leaf: string]][]}
 */
const ALIASES = [
  [/^weight_(?:([qp])_)?(\d+)to\d+$/, ([, part = "layer", from]) => [`${part}.${from}`, "kernel"]],
  [/^bias_(?:([qp])_)?(\d+)$/, ([, part = "layer", to]) => [`${part}.${Number(to) - 1}`, "bias"]],
  [/^(?:.*[./])?V$/, () => ["encoder", "kernel"]],
  [/^(?:.*[./])?mu$/, () => ["encoder", "bias"]],
  [/^(?:.*[./])?W$/, () => ["decoder", "kernel"]],
  [/^(?:.*[./])?b$/, () => ["decoder", "bias"]],
];

/**
 * The layers of a checkpoint: those of a list by their numbers, the others in the order of the
 * file.
 *
 * @param {Checkpoint} checkpoint
 * @returns {Unit[]}
 */
export function unitsOf({ tensors }) {
  const hasAliases = ["V", "mu", "W", "b"].every((leaf) =>
    [...tensors.keys()].some((name) => plain(name).split(/[./]/).at(-1) === leaf),
  );
  /** @type {Map<string, Unit>} */
  const units = new Map();
  for (const [name, tensor] of tensors) {
    const [path, leaf] = splitName(plain(name), hasAliases);
    const kind = LEAVES[leaf];
    if (kind === "count") continue;
    const unit = units.get(path) ?? { path, names: [], isTransposed: false };
    units.set(path, unit);
    unit.names.push(name);
    if (kind === "kernel")
      Object.assign(unit, {
        weight: tensor.shape.length === 2 ? turned(tensor) : tensor,
        isTransposed: true,
      });
    else if (kind === "mean" || kind === "variance")
      Object.assign(unit, { norm: { ...unit.norm, [kind]: tensor } });
    else unit[kind] = tensor;
  }
  return inOrder([...units.values()]);
}

/**
 * TensorFlow's variables are called by their first output: "layer1/kernel:0".
 * @param {string} name
 */
const plain = (name) => name.replace(/:0$/, "");

/**
 * @param {string} name
 * @param {boolean} hasAliases whether single letters are names of gtshs2's AutoRec
 * @returns {[path: string, leaf: string]}
 */
function splitName(name, hasAliases) {
  for (const [pattern, toPath] of ALIASES.slice(0, hasAliases ? undefined : 2)) {
    const match = name.match(pattern);
    if (match) return toPath(match);
  }
  const at = Math.max(name.lastIndexOf("."), name.lastIndexOf("/"));
  const leaf = name.slice(at + 1);
  // A parameter that is no layer's is a layer by itself.
  return Object.hasOwn(LEAVES, leaf) && at > 0 ? [name.slice(0, at), leaf] : [name, "weight"];
}

/**
 * Files that sort their names have fc.10 before fc.2.
 * @param {Unit[]} units
 */
function inOrder(units) {
  const stem = (/** @type {Unit} */ { path }) => path.replace(/\d+/g, "#");
  const numbers = (/** @type {Unit} */ { path }) => (path.match(/\d+/g) ?? []).map(Number);
  /** @type {Map<string, number>} */
  const first = new Map();
  units.forEach((unit, place) => first.has(stem(unit)) || first.set(stem(unit), place));
  return [...units].sort(
    (a, b) =>
      Number(first.get(stem(a))) - Number(first.get(stem(b))) || compare(numbers(a), numbers(b)),
  );
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function compare(a, b) {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? 0 : a[at] - (b[at] ?? 0);
}

/** @param {Unit} unit */
export const isNorm = ({ norm }) => Boolean(norm?.mean && norm?.variance);

/** A layer that multiplies: [out, in]. @param {Unit} unit */
export const isDense = (unit) => unit.weight?.shape.length === 2 && !isNorm(unit);

/**
 * Without copies of other models inside a model: what has the name of another layer behind a
 * prefix, as the GMF and the MLP that a NeuMF was made from.
 *
 * @param {Unit[]} units
 * @returns {{ own: Unit[], copies: Unit[] }}
 */
export function withoutCopies(units) {
  const paths = new Set(units.map(({ path }) => path));
  const prefixes = new Set(
    units.flatMap(({ path }) => {
      const at = path.indexOf(".");
      return at > 0 && paths.has(path.slice(at + 1)) ? [path.slice(0, at + 1)] : [];
    }),
  );
  const isCopy = (/** @type {Unit} */ { path }) =>
    [...prefixes].some((prefix) => path.startsWith(prefix));
  return { own: units.filter((unit) => !isCopy(unit)), copies: units.filter(isCopy) };
}
