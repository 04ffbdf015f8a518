import { PocketrecError } from "../../../common/errors.js";
import { bareAtom, unsupported, widthOf } from "./values.js";

/**
 * A value as dense layers one above the other. Unlike a tower of NCF nothing is multiplied out: two
 * layers without an activation between them may be a narrow way through a wide matrix.
 *
 * @typedef {import("./values.js").Atom} Atom
 * @typedef {import("./values.js").Input} Input
 * @typedef {import("./values.js").Bag} Bag
 * @typedef {import("./values.js").Rows} Rows
 * @typedef {import("./values.js").Wires} Wires
 *
 * @typedef {object} Dense
 * @property {Float32Array} weight (out, in) row-major
 * @property {number} out
 * @property {number} in
 * @property {Float32Array | undefined} bias
 *
 * @typedef {object} Chain
 * @property {Dense[]} layers the first one takes the input
 * @property {string[]} activations behind each layer but the last
 * @property {string} output behind the last
 * @property {string[]} notes
 * @property {Input | Bag | Rows} source
 * @property {boolean} isNormed whether the input is divided by its length first
 */

/** As many as docs/format.md has. */
const LAYERS_MAX = 16;

/** Numbers that a weight may grow to where its columns are moved. */
const GROWN_MAX = 4e6;

/**
 * @param {Wires} value
 * @returns {Chain}
 */
export function chainOf(value) {
  const last = bareAtom(value);
  const isActive = last?.type === "activation";
  const layers = /** @type {Dense[]} */ ([]);
  const activations = /** @type {string[]} */ ([]);
  for (let wires = isActive ? last.input : value; ;) {
    const { dense, input } = denseOf(wires);
    const isLinear = termOf(input).atom.type === "layer";
    // What picks and scales the columns between two layers belongs to the lower one's outputs.
    const { layer, below } = isLinear
      ? { layer: dense, below: termOf(input).atom }
      : over(dense, input);
    if (layers.unshift(layer) > LAYERS_MAX) {
      throw new PocketrecError("too-large", "graph", `at most ${LAYERS_MAX} layers`, "more");
    }
    const source = sourceOf(below);
    if (source)
      return { layers, activations, ...outputOf(isActive ? last.name : "identity"), ...source };
    if (!isLinear && below.type !== "activation")
      throw unsupported("graph", "dense layers above an input", `a ${below.type}`);
    activations.unshift(below.type === "activation" ? below.name : "identity");
    wires = below.type === "activation" ? below.input : input;
  }
}

/** @param {string} output */
function outputOf(output) {
  if (output !== "log-softmax") return { output, notes: [] };
  return {
    output: "softmax",
    notes: [
      "The graph gives the logarithms of probabilities; pocketrec gives the probabilities, in the same order.",
    ],
  };
}

/** @param {Atom} atom */
function sourceOf(atom) {
  if (atom.type === "input" || atom.type === "bag" || atom.type === "rows")
    return { source: atom, isNormed: false };
  const under = atom.type === "norm" ? bareAtom(atom.input) : undefined;
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
 * A layer with what scales, moves and picks its outputs (batch normalisation, the means of a
 * Mult-VAE) folded in.
 * @param {Wires} wires
 * @returns {{ dense: Dense, input: Wires }}
 */
function denseOf(wires) {
  const { atom, from, scale } = termOf(wires);
  const { shift } = wires;
  if (atom.type !== "layer") {
    throw unsupported(
      "graph",
      "dense layers",
      `a ${atom.type === "activation" ? atom.name : atom.type} of no layer`,
    );
  }
  const { weight, input } = atom;
  const width = weight.length / atom.out;
  const out = widthOf(wires, "graph");
  const at = (/** @type {number} */ o) => (from ? from[o] : o);
  const by = (/** @type {number} */ o) => (at(o) < 0 ? 0 : (scale?.[o] ?? 1));
  const bias = shift && Float32Array.from(shift);
  if (!from && !scale) return { dense: { weight, out, in: width, bias }, input };
  const picked = room(out, width, weight);
  for (let o = 0; o < out; o++) {
    if (at(o) >= 0)
      for (let i = 0; i < width; i++) picked[o * width + i] = weight[at(o) * width + i] * by(o);
  }
  return { dense: { weight: picked, out, in: width, bias }, input };
}

/** @param {number} out @param {number} width @param {Float32Array} weight that is replaced */
function room(out, width, weight) {
  const most = Math.max(weight.length, GROWN_MAX);
  if (out * width > most) {
    throw new PocketrecError(
      "too-large",
      "graph",
      `at most ${most} weights in a layer`,
      `${out} x ${width}`,
    );
  }
  return new Float32Array(out * width);
}

/** @param {Atom} atom @param {number} width of the value that is made of it */
function columnsBelow(atom, width) {
  if (atom.type === "activation") return widthOf(atom.input, "graph");
  return atom.type === "bag" ? atom.table.shape[1] : width;
}

/**
 * A layer with what scales, moves and picks its inputs (batch normalisation behind an activation)
 * folded in.
 * @param {Dense} dense
 * @param {Wires} input
 */
function over(dense, input) {
  const { atom, from, scale } = termOf(input);
  const { shift } = input;
  if (!from && !scale && !shift) return { layer: dense, below: atom };
  if (from && atom.type === "input")
    throw unsupported("graph", "an input that is taken whole", "a part of it");
  const { weight, out, in: width } = dense;
  const columns = columnsBelow(atom, width);
  const moved = room(out, columns, weight);
  const bias = Float64Array.from({ length: out }, (_, o) => dense.bias?.[o] ?? 0);
  for (let o = 0; o < out; o++)
    for (let j = 0; j < width; j++) {
      const value = weight[o * width + j];
      const column = from ? from[j] : j;
      if (column >= 0) moved[o * columns + column] += value * (scale?.[j] ?? 1);
      bias[o] += value * (shift?.[j] ?? 0);
    }
  return { layer: { weight: moved, out, in: columns, bias: Float32Array.from(bias) }, below: atom };
}
