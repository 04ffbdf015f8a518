import { PocketrecError } from "../../../../js/common/errors.js";
import { vectorTensor } from "../../matrix.js";
import { bareAtom, nodeOf, unsupported, widthOf } from "./values.js";

/**
 * A value as a chain of dense layers. Unlike in an NCF tower, layers without an activation between
 * them are not multiplied: they may be a wide matrix factored through a narrow one.
 *
 * @typedef {import("./values.js").Atom} Atom
 * @typedef {import("./values.js").Input} Input
 * @typedef {import("./values.js").Bag} Bag
 * @typedef {import("./values.js").Rows} Rows
 * @typedef {import("./values.js").Wires} Wires
 *
 * @typedef {import("../shared/batch-norm.js").Dense} Dense
 *
 * @typedef {object} Chain
 * @property {Dense[]} layers the first one takes the input
 * @property {string[]} activations behind each layer but the last
 * @property {Input | Bag | Rows} source
 * @property {boolean} isNormed whether the input is divided by its length first
 */

/** The limit of docs/format.md. */
const LAYERS_MAX = 16;

/** Numbers that a weight may grow to by moving its columns. */
const GROWN_MAX = 4e6;

/**
 * @param {Wires} value without an output function
 * @returns {Chain}
 */
export function chainOf(value) {
  const layers = /** @type {Dense[]} */ ([]);
  const activations = /** @type {string[]} */ ([]);
  for (let wires = value; ;) {
    const { dense, input } = denseOf(wires);
    const isLinear = termOf(input).atom.type === "layer";
    // Selected and scaled columns between two layers belong to the outputs of the lower one.
    const { layer, below } = isLinear
      ? { layer: dense, below: termOf(input).atom }
      : withInputsFolded(dense, input);
    if (layers.unshift(layer) > LAYERS_MAX)
      throw new PocketrecError("too-large", "graph", `at most ${LAYERS_MAX} layers`, "more");
    const source = sourceOf(below);
    if (source) return { layers, activations, ...source };
    if (!isLinear && below.type !== "activation")
      throw unsupported(nodeOf(below), "dense layers above an input", `a ${below.type}`);
    activations.unshift(below.type === "activation" ? below.name : "identity");
    wires = below.type === "activation" ? below.input : input;
  }
}

/** @param {Atom} atom */
function sourceOf(atom) {
  if (atom.type === "input" || atom.type === "bag" || atom.type === "rows")
    return { source: atom, isNormed: false };
  if (atom.type !== "norm") return undefined;
  const under = bareAtom(atom.input);
  // A history has a length of at least 1: an epsilon of the division must not show there.
  if (Math.abs(atom.lengthOf(1) - 1) > 1e-6)
    throw unsupported(atom.at, "a division by the length", `one by ${atom.lengthOf(1)} of 1`);
  return under?.type === "input" ? { source: under, isNormed: true } : undefined;
}

/**
 * The one term of a value.
 * @param {Wires} wires
 */
function termOf({ terms }) {
  if (terms.length === 1) return terms[0];
  throw unsupported("graph", "layers one above the other", `a sum of ${terms.length} values`);
}

/**
 * A layer with the scaling and selection of its outputs (batch normalisation, the means of a
 * Mult-VAE) folded in.
 *
 * @param {Wires} wires
 * @returns {{ dense: Dense, input: Wires }}
 */
function denseOf(wires) {
  const { atom, from, scale } = termOf(wires);
  const { shift } = wires;
  if (atom.type !== "layer") {
    const found = `a ${atom.type === "activation" ? atom.name : atom.type} of no layer`;
    throw unsupported(nodeOf(atom), "dense layers", found);
  }
  const { weight, input } = atom;
  const width = weight.length / atom.out;
  const out = widthOf(wires, "graph");
  const bias = shift && vectorTensor(shift);
  const shape = [out, width];
  if (!from && !scale) return { dense: { weight: { shape, values: weight }, bias }, input };
  const values = weightBuffer(out, width, weight);
  for (let o = 0; o < out; o++) {
    const row = from ? from[o] : o;
    const factor = scale?.[o] ?? 1;
    if (row < 0) continue;
    for (let i = 0; i < width; i++) values[o * width + i] = weight[row * width + i] * factor;
  }
  return { dense: { weight: { shape, values }, bias }, input };
}

/**
 * @param {number} out
 * @param {number} width
 * @param {Float32Array} weight that is replaced
 */
function weightBuffer(out, width, weight) {
  const limit = Math.max(weight.length, GROWN_MAX);
  if (out * width <= limit) return new Float32Array(out * width);
  const expected = `at most ${limit} weights in a layer`;
  throw new PocketrecError("too-large", "graph", expected, `${out} x ${width}`);
}

/** @param {Atom} atom @param {number} width of the value that is made of it */
function columnsBelow(atom, width) {
  if (atom.type === "activation") return widthOf(atom.input, "graph");
  return atom.type === "bag" ? atom.table.shape[1] : width;
}

/**
 * A layer with the scaling and selection of its inputs (batch normalisation behind an activation)
 * folded in.
 *
 * @param {Dense} dense
 * @param {Wires} input
 */
function withInputsFolded(dense, input) {
  const { atom, from, scale } = termOf(input);
  const { shift } = input;
  if (!from && !scale && !shift) return { layer: dense, below: atom };
  if (from && atom.type === "input")
    throw unsupported("graph", "an input that is taken whole", "a part of it");
  const [out, width] = dense.weight.shape;
  const weight = dense.weight.values;
  const columns = columnsBelow(atom, width);
  const moved = weightBuffer(out, columns, weight);
  const bias = Float64Array.from({ length: out }, (_, o) => dense.bias?.values[o] ?? 0);
  for (let o = 0; o < out; o++)
    for (let j = 0; j < width; j++) {
      const value = weight[o * width + j];
      const column = from ? from[j] : j;
      if (column >= 0) moved[o * columns + column] += value * (scale?.[j] ?? 1);
      bias[o] += value * (shift?.[j] ?? 0);
    }
  const layer = { weight: { shape: [out, columns], values: moved }, bias: vectorTensor(bias) };
  return { layer, below: atom };
}
