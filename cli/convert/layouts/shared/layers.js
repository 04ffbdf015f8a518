import { transposed } from "../../matrix.js";
import { blockOf, sideOf } from "../../name-hints.js";

/**
 * The tensors of a checkpoint grouped by layer, whatever the framework calls them.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @typedef {object} Layer
 * @property {string} path
 * @property {string[]} names of its tensors in the checkpoint
 * @property {ForeignTensor} [weight] of a dense layer [out, in]; of a table [rows, width]
 * @property {ForeignTensor} [bias]
 * @property {{ mean: ForeignTensor, variance: ForeignTensor }} [norm] of a batch normalisation,
 *   whose weight and bias are its gain and offset
 * @property {boolean} isTransposed whether the file holds [in, out], as dense layers of Keras do
 */

/**
 * The parts of a layer by the names that frameworks give them; "count" is ignored.
 * @type {Record<string, "weight" | "kernel" | "bias" | "mean" | "variance" | "count">}
 */
const PARTS = {
  ...partsOf("weight", "weight embeddings embedding gamma"),
  ...partsOf("kernel", "kernel weights"),
  ...partsOf("bias", "bias biases beta"),
  ...partsOf("mean", "running_mean moving_mean"),
  ...partsOf("variance", "running_var moving_variance"),
  ...partsOf("count", "num_batches_tracked global_step"),
  ...partsOf("count", "Adam Adam_1 Momentum beta1_power beta2_power"),
};

/**
 * @template T
 * @param {T} part
 * @param {string} names
 * @returns {Record<string, T>}
 */
function partsOf(part, names) {
  return Object.fromEntries(names.split(" ").map((name) => [name, part]));
}

/**
 * Names without layers: those of the vae_cf notebook, then those of gtshs2's AutoRec (both
 * TensorFlow: kernels are [in, out]).
 * @type {[RegExp, (match: RegExpMatchArray) => [path: string, part: string]][]}
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
 * The layers of a checkpoint: numbered ones by their numbers, the others in the file's order.
 *
 * @param {Checkpoint} checkpoint
 * @returns {Layer[]}
 */
export function layersOf({ tensors }) {
  const hasLetters = ["V", "mu", "W", "b"].every((letter) =>
    [...tensors.keys()].some((name) => withoutOutput(name).split(/[./]/).at(-1) === letter),
  );
  /** @type {Map<string, Layer>} */
  const layers = new Map();
  for (const [name, tensor] of tensors) {
    const [path, partName] = splitName(withoutOutput(name), hasLetters);
    const part = PARTS[partName];
    if (part === "count") continue;
    const layer = layers.get(path) ?? { path, names: [], isTransposed: false };
    layers.set(path, layer);
    layer.names.push(name);
    if (part === "kernel") {
      layer.weight = tensor.shape.length === 2 ? transposed(tensor) : tensor;
      layer.isTransposed = true;
    } else if (part === "mean" || part === "variance")
      Object.assign(layer, { norm: { ...layer.norm, [part]: tensor } });
    else layer[part] = tensor;
  }
  const list = [...layers.values()];
  return withNormsBehind(inOrder(list), list);
}

/**
 * Moves batch normalisations behind the dense layers that they follow: of the same number (bn1
 * behind fc1), or, without numbers, in the file.
 *
 * @param {Layer[]} sorted
 * @param {Layer[]} inFile
 */
function withNormsBehind(sorted, inFile) {
  const tail = (/** @type {Layer} */ { path }) => path.match(/\d+$/)?.[0];
  const result = [...sorted];
  for (const norm of sorted.filter(isNorm)) {
    const at = result.indexOf(norm);
    const before = result[at - 1];
    const size = norm.norm?.mean.values.length;
    const fits = (/** @type {Layer | undefined} */ layer) =>
      layer !== undefined && isDense(layer) && layer.weight?.shape[0] === size && layer.bias;
    const sameStem = sorted.some(
      (layer) => layer !== norm && isDense(layer) && stem(layer) === stem(norm),
    );
    if (sameStem || (fits(before) && tail(before) === tail(norm))) continue;
    const numbered = sorted.filter((layer) => fits(layer) && tail(layer) === tail(norm));
    const previous = inFile[inFile.indexOf(norm) - 1];
    const dense = numbered.length === 1 ? numbered[0] : fits(previous) ? previous : undefined;
    if (!dense) continue;
    result.splice(at, 1);
    result.splice(result.indexOf(dense) + 1, 0, norm);
  }
  return result;
}

/** The path without the number at its end. @param {Layer} layer */
const stem = ({ path }) => path.replace(/\d+$/, "");

/**
 * TensorFlow names a variable by its first output: "layer1/kernel:0".
 * @param {string} name
 */
const withoutOutput = (name) => name.replace(/:0$/, "");

/**
 * @param {string} name
 * @param {boolean} hasLetters whether single letters are names of gtshs2's AutoRec
 * @returns {[path: string, part: string]}
 */
function splitName(name, hasLetters) {
  for (const [pattern, split] of ALIASES.slice(0, hasLetters ? undefined : 2)) {
    const match = name.match(pattern);
    if (match) return split(match);
  }
  const at = Math.max(name.lastIndexOf("."), name.lastIndexOf("/"));
  const part = name.slice(at + 1);
  // A parameter that belongs to no layer is a layer by itself.
  return Object.hasOwn(PARTS, part) && at > 0 ? [name.slice(0, at), part] : [name, "weight"];
}

/**
 * Sorts fc.2 before fc.10, whatever order the file has.
 * @param {Layer[]} layers
 */
function inOrder(layers) {
  const stemOf = (/** @type {Layer} */ { path }) => path.replace(/\d+/g, "#");
  const numbersOf = numbering(layers);
  /** @type {Map<string, number>} */
  const first = new Map();
  layers.forEach((layer, at) => first.has(stemOf(layer)) || first.set(stemOf(layer), at));
  const positionOf = (/** @type {Layer} */ layer) => Number(first.get(stemOf(layer)));
  return [...layers].sort(
    (a, b) => positionOf(a) - positionOf(b) || compare(numbersOf(a), numbersOf(b)),
  );
}

/** A gap between numbers of layers that a Sequential does not leave. */
const GAP = 12;

/**
 * The numbers in the paths of layers. The heads fc21 and fc22 of a variational encoder lie between
 * fc2 and fc3.
 *
 * @param {Layer[]} layers
 * @returns {(layer: Layer) => number[]}
 */
function numbering(layers) {
  const numbersOf = (/** @type {Layer} */ { path }) => (path.match(/\d+/g) ?? []).map(Number);
  const all = [...new Set(layers.flatMap(numbersOf))].sort((a, b) => a - b);
  const areDecimals = all.some((number, k) => k > 0 && number < 100 && number - all[k - 1] > GAP);
  if (!areDecimals) return numbersOf;
  return (layer) => numbersOf(layer).map((number) => (number > 9 ? number / 10 : number));
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function compare(a, b) {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? 0 : a[at] - (b[at] ?? 0);
}

/** @param {Layer} layer */
export const isNorm = ({ norm }) => Boolean(norm?.mean && norm?.variance);

/** A layer with a matrix: dense [out, in] or a table. @param {Layer} layer */
export const isDense = (layer) => layer.weight?.shape.length === 2 && !isNorm(layer);

/**
 * @typedef {object} Copy layers that are named as all others behind a prefix
 * @property {string} prefix "GMF_model."
 * @property {boolean} isSame whether its values are those of the layers without the prefix
 * @property {boolean} isOrigin whether it is a GMF or an MLP that a NeuMF was made from
 */

/** The names under which a NeuMF keeps the models that it was made from. */
const ORIGINS = /(^|[._])((gmf|mlp|mf)_?(model|net)?|pre_?trained?\w*)\.$/i;

/**
 * Copies of the model, or of its parts, under a prefix: everything behind it is named as in the
 * model, tables included.
 *
 * @param {Layer[]} layers
 * @returns {Copy[]}
 */
export function copiesIn(layers) {
  const byPath = new Map(layers.map((layer) => [layer.path, layer]));
  const prefixes = new Set(
    layers.flatMap(({ path }) => {
      const at = path.indexOf(".");
      return at > 0 && byPath.has(path.slice(at + 1)) ? [path.slice(0, at + 1)] : [];
    }),
  );
  const blocks = new Set(layers.map(({ path }) => blockOf(path)));
  const isNeumf = blocks.has("gmf") && blocks.has("mlp");
  return [...prefixes].flatMap((prefix) => {
    const inside = layers.filter(({ path }) => path.startsWith(prefix));
    const sides = new Set(inside.filter(({ bias }) => !bias).map(({ path }) => sideOf(path)));
    const originals = inside.map(({ path }) => byPath.get(path.slice(prefix.length)));
    const isWhole = originals.every((layer) => layer !== undefined);
    if (!isWhole || !sides.has("user") || !sides.has("item")) return [];
    const isSame = inside.every((layer, k) => hasSameValues(layer, originals[k]));
    return [{ prefix, isSame, isOrigin: isNeumf && ORIGINS.test(prefix) }];
  });
}

/** @param {Layer} a @param {Layer | undefined} b */
const hasSameValues = (a, b) =>
  isSameTensor(a.weight, b?.weight) &&
  isSameTensor(a.bias, b?.bias) &&
  isSameTensor(a.norm?.mean, b?.norm?.mean) &&
  isSameTensor(a.norm?.variance, b?.norm?.variance);

/** @param {ForeignTensor | undefined} a @param {ForeignTensor | undefined} b */
const isSameTensor = (a, b) =>
  a === b ||
  (a && b && a.values.length === b.values.length
    ? a.values.every((value, k) => value === b.values[k])
    : false);

/**
 * Separates copies of other models: the same once more, and the GMF and the MLP that a NeuMF was
 * made from.
 *
 * @param {Layer[]} layers
 * @returns {{ own: Layer[], copies: Layer[] }}
 */
export function withoutCopies(layers) {
  const copied = copiesIn(layers).filter(({ isSame, isOrigin }) => isSame || isOrigin);
  const isCopy = (/** @type {Layer} */ { path }) =>
    copied.some(({ prefix }) => path.startsWith(prefix));
  return { own: layers.filter((layer) => !isCopy(layer)), copies: layers.filter(isCopy) };
}
