import { PocketrecError } from "../../../../js/common/errors.js";
import { vectorTensor } from "../../matrix.js";
import { activationOf, isActiveBetween, numberedPath } from "./activations.js";
import { isNorm } from "./layers.js";

/**
 * Batch normalisation. After training it is y = scale x + shift, which folds into the dense layer
 * before it, or, behind an activation, into the dense layer after it.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./layers.js").Layer} Layer
 * @typedef {{ weight: ForeignTensor, bias?: ForeignTensor }} Dense weight [out, in], bias [out]
 * @typedef {{ scale: Float32Array | Float64Array, shift: Float32Array | Float64Array }} Affine
 *   y = scale x + shift
 */

/**
 * @param {Layer} layer a batch normalisation
 * @param {number} epsilon
 * @returns {Affine}
 * @throws {PocketrecError} "bad-shape"
 */
export function affineOf({ path, weight, bias, norm }, epsilon) {
  const { mean: means, variance: variances } = /** @type {NonNullable<Layer["norm"]>} */ (norm);
  const [mean, variance] = [means.values, variances.values];
  const others = [variance, weight?.values, bias?.values];
  if (others.some((values) => values && values.length !== mean.length)) {
    const expected = `a batch normalisation of ${mean.length} numbers`;
    throw new PocketrecError("bad-shape", path, expected, "tensors of other lengths");
  }
  const scale = Float64Array.from(
    mean,
    (_, k) => (weight?.values[k] ?? 1) / Math.sqrt(variance[k] + epsilon),
  );
  const shift = Float64Array.from(mean, (value, k) => (bias?.values[k] ?? 0) - value * scale[k]);
  return { scale, shift };
}

/**
 * A layer whose outputs are normalised: scale (W x + b) + shift.
 *
 * @template {Dense} T
 * @param {T} dense
 * @param {Affine} affine
 * @returns {T & Required<Dense>} with the other properties of the layer
 */
export function normalizedAfter(dense, { scale, shift }) {
  const { weight, bias } = dense;
  const [rows, width] = weight.shape;
  const values = weight.values.map((value, at) => value * scale[Math.floor(at / width)]);
  const biases = Float32Array.from(
    { length: rows },
    (_, row) => (bias?.values[row] ?? 0) * scale[row] + shift[row],
  );
  return { ...dense, weight: { shape: weight.shape, values }, bias: vectorTensor(biases) };
}

/**
 * A layer whose inputs are normalised from some column on: W (scale x + shift) + b.
 *
 * @template {Dense} T
 * @param {T} dense
 * @param {Affine} affine
 * @param {number} [first] column
 * @returns {T & Required<Dense>} with the other properties of the layer
 */
export function normalizedBefore(dense, { scale, shift }, first = 0) {
  const { weight, bias } = dense;
  const [rows, width] = weight.shape;
  const values = weight.values.map((value, at) => {
    const k = (at % width) - first;
    return k >= 0 && k < scale.length ? value * scale[k] : value;
  });
  const biases = Float32Array.from({ length: rows }, (_, row) => {
    const added = [...shift].reduce(
      (sum, value, k) => sum + weight.values[row * width + first + k] * value,
      0,
    );
    return added + (bias?.values[row] ?? 0);
  });
  return { ...dense, weight: { shape: weight.shape, values }, bias: vectorTensor(biases) };
}

/**
 * Whether an activation lies between a dense layer and a batch normalisation: by the classes of a
 * pickled module, else by the numbers of a Sequential, where one may lie between them.
 *
 * @param {Layer} dense
 * @param {Layer} norm
 * @param {Map<string, string>} classes
 * @returns {{ isBehind: boolean, isKnown: boolean }} isKnown: nothing else can lie there
 */
export function normPlace(dense, norm, classes) {
  const isAfter = isActiveBetween(dense.path, norm.path, classes);
  if (isAfter !== undefined) return { isBehind: isAfter, isKnown: true };
  const a = numberedPath(dense.path);
  const b = numberedPath(norm.path);
  if (!a || !b || a.stem !== b.stem) return { isBehind: false, isKnown: false };
  const between = Array.from(
    { length: b.number - a.number - 1 },
    (_, i) => `${a.stem}${a.number + 1 + i}`,
  );
  const known = between.map((path) => classes.get(path)).filter((name) => name !== undefined);
  if (known.length)
    return { isBehind: known.some((name) => activationOf(String(name))), isKnown: true };
  // "layers.0" and "layers.1" may lie in a ModuleList, whose forward pass is elsewhere.
  return { isBehind: between.length > 0, isKnown: false };
}

/**
 * A chain of dense layers with the batch normalisations between them folded in. One behind the last
 * layer's activation is returned, for the layer that follows the chain.
 *
 * @param {Layer[]} layers dense layers and batch normalisations, in order
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {{ epsilon?: number, norm?: "before" | "behind" }} [options] default: PyTorch's epsilon,
 *   and where the names say that they lie
 * @returns {{ dense: (Dense & { path: string })[], pending?: Affine, notes: string[] }}
 */
export function foldedChain(layers, { classes, format }, { epsilon = 1e-5, norm: place } = {}) {
  const norm = layers.find(isNorm);
  if (norm && format === "keras") {
    const expected = "a whole model, which shows where its batch normalisation lies";
    const hint = "Save it with model.save.";
    throw new PocketrecError("unknown-layout", norm.path, expected, "weights alone", { hint });
  }
  /** @type {(Dense & { path: string })[]} */
  const dense = [];
  /** @type {string[]} */
  const notes = [];
  let pending = /** @type {Affine | undefined} */ (undefined);
  let previous = /** @type {Layer | undefined} */ (undefined);
  for (const layer of layers) {
    if (!isNorm(layer)) {
      const { path, weight, bias } = /** @type {Layer & Dense} */ (layer);
      const plain = { path, weight, bias };
      dense.push(pending ? normalizedBefore(plain, pending) : plain);
      [pending, previous] = [undefined, layer];
      continue;
    }
    if (previous) assertOneNorm(previous, layer, layers, classes);
    const affine = affineOf(layer, epsilon);
    const last = dense.at(-1);
    const isBehind = !previous || isPlacedBehind(previous, layer, classes, place);
    if (isBehind || !last) pending = affine;
    else dense[dense.length - 1] = normalizedAfter(last, affine);
    notes.push(`${layer.path} is folded in ${isBehind ? "behind" : "before"} the activation`);
  }
  return { dense, pending, notes };
}

/**
 * Refuses a second norm behind a layer, unless the classes say where it lies.
 *
 * @param {Layer} dense
 * @param {Layer} norm
 * @param {Layer[]} layers
 * @param {Map<string, string>} classes
 * @throws {PocketrecError} "unsupported"
 */
function assertOneNorm(dense, norm, layers, classes) {
  const isFirst = layers[layers.indexOf(norm) - 1] === dense;
  if (isFirst || isActiveBetween(dense.path, norm.path, classes) !== undefined) return;
  const expected = `one norm behind ${dense.path}`;
  const hint = "A whole module shows where each lies: torch.save(model, FILE).";
  throw new PocketrecError("unsupported", norm.path, expected, "a second one", { hint });
}

/**
 * @param {Layer} dense
 * @param {Layer} norm
 * @param {Map<string, string>} classes
 * @param {"before" | "behind"} [stated]
 */
function isPlacedBehind(dense, norm, classes, stated) {
  const { isBehind, isKnown } = normPlace(dense, norm, classes);
  return isKnown || stated === undefined ? isBehind : stated === "behind";
}
