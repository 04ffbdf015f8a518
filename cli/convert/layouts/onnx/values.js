import { PocketrecError, show } from "../../../../js/common/errors.js";

/**
 * The symbolic values of a graph. The batch is the first axis of every shape: of any size, 1, or
 * "none" where the graph has no such axis. The columns are all others, flattened.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {number | "any" | "none"} Size any: of the batch, of a list, or unknown; none: no batch
 *
 * @typedef {{ type: "input", name: string, isReal?: boolean, idMax?: number, rounding?: string }}
 *   Input isReal: its numbers may be fractions; idMax: the largest id that a Cast leaves as it is;
 *   rounding: the Cast that would change other numbers than ids
 * @typedef {{ type: "rows", table: ForeignTensor, name: string, index: string }} Rows an embedding
 *   by an index input
 * @typedef {{ type: "bag", table: ForeignTensor, name: string, index: string, padding?: number }}
 *   Bag the mean of a list's rows
 * @typedef {{ type: "layer", weight: Float32Array, out: number, input: Wires, name: string }} Layer
 *   weight (out, in) row-major
 * @typedef {{ type: "activation", name: string, input: Wires, at: string }} Activation
 * @typedef {{ type: "clip", minimum?: number, maximum?: number, input: Wires, at: string }} Clip
 * @typedef {{ type: "norm", input: Wires, lengthOf: LengthOf, at: string }} Norm x / |x|
 * @typedef {(square: number) => number} LengthOf what a graph divides by, of the sum of squares
 * @typedef {{ type: "product", left: Wires, right: Wires, at: string }} Product
 * @typedef {Input | Rows | Bag | Layer | Activation | Clip | Norm | Product} Atom at: operator and
 *   name of the node, for errors
 *
 * @typedef {object} Term columns of an atom among the columns of a value
 * @property {Atom} atom
 * @property {Int32Array | undefined} from which column of the atom each column is, -1 for none;
 *   undefined: all in order
 * @property {Float64Array | undefined} scale by which each column is multiplied; undefined: 1
 *
 * @typedef {{ kind: "wires", shape: Size[], terms: Term[], shift: Float64Array | undefined }} Wires
 *   the sum of its terms and the shift
 * @typedef {{ kind: "constant", tensor: ForeignTensor, name: string }} Constant
 * @typedef {{ kind: "sizes", sizes: Size[] }} Sizes a computed shape
 * @typedef {{ kind: "length", of: Wires, squared: boolean, inverse: boolean, lengthOf: LengthOf }}
 *   Length |x|, to divide by
 * @typedef {{ kind: "square", of: Wires }} Square
 * @typedef {{ kind: "list", table: ForeignTensor, name: string, index: string, padding?: number,
 *   isSum: boolean }} List the rows of a list, or the sum of them
 * @typedef {{ kind: "mask", index: string, padding: number, isPadding: boolean }} Mask which
 *   entries of a list are padding
 * @typedef {{ kind: "count", index: string, padding: number }} Count of the other
 *   entries
 * @typedef {Wires | Constant | Sizes | Length | Square | List | Mask | Count} Value
 */

/** Limits of sums and concatenations: a graph can double both with every node. */
const TERMS_MAX = 16;
const JOINED_MAX = 65_536;

/** @param {string} subject @param {string} expected @param {string} found @param {string} [hint] */
export const unsupported = (subject, expected, found, hint) =>
  new PocketrecError("unsupported", subject, expected, found, { hint });

/**
 * An atom as a value.
 *
 * @param {Atom} atom
 * @param {Size[]} shape
 * @returns {Wires}
 */
export const bare = (atom, shape) => ({
  kind: "wires",
  shape,
  terms: [{ atom, from: undefined, scale: undefined }],
  shift: undefined,
});

/**
 * An atom in words, for errors: its node, or what it is.
 *
 * @param {Atom} atom
 */
export const nodeOf = (atom) =>
  "at" in atom && atom.at
    ? atom.at
    : atom.type === "layer"
      ? `a layer ${show(atom.name)}`
      : atom.type;

/**
 * The atom that a value consists of, if there is one only.
 *
 * @param {Wires} wires
 */
export function bareAtom({ terms: [term, ...more], shift }) {
  return term && !more.length && !shift && !term.from && !term.scale ? term.atom : undefined;
}

/**
 * The number of columns of a shape, or "any".
 *
 * @param {Size[]} shape
 * @returns {number | "any"}
 */
export function columnsOf([, ...sizes]) {
  let columns = 1;
  for (const size of sizes) {
    if (typeof size !== "number") return "any";
    columns *= size;
  }
  return columns;
}

/**
 * The number of columns of a value, which must be known.
 *
 * @param {Wires} wires
 * @param {string} subject
 */
export function widthOf({ shape }, subject) {
  const columns = columnsOf(shape);
  if (columns === "any") throw unsupported(subject, "a known width", show(shape));
  return columns;
}

/**
 * A constant broadcast to the columns that it is added to or multiplied with.
 *
 * @param {Constant} constant
 * @param {Wires} wires
 * @param {string} subject
 */
export function spread({ tensor }, wires, subject) {
  const { shape } = wires;
  const width = widthOf(wires, subject);
  if (tensor.values.length === 1 && tensor.shape.length <= shape.length)
    return new Float64Array(width).fill(tensor.values[0]);
  const first = tensor.shape.findIndex((size) => size !== 1);
  const sizes = tensor.shape.slice(first);
  const isFull =
    tensor.shape.length <= shape.length &&
    sizes.length < shape.length &&
    tensor.values.length === width;
  if (isFull && sizes.every((size, i) => size === shape[shape.length - sizes.length + i]))
    return Float64Array.from(tensor.values);
  const expected = `a constant for the columns of ${show(shape)}`;
  throw new PocketrecError("bad-shape", subject, expected, show(tensor.shape));
}

/**
 * x * scale + shift, column by column.
 *
 * @param {Wires} wires
 * @param {Float64Array | undefined} scale
 * @param {Float64Array | undefined} shift
 * @returns {Wires}
 */
export function scaled(wires, scale, shift) {
  const times = (/** @type {Float64Array | undefined} */ values) =>
    scale && values ? values.map((value, i) => value * scale[i]) : (values ?? scale);
  const moved =
    wires.shift && (scale ? wires.shift.map((value, i) => value * scale[i]) : wires.shift);
  return {
    ...wires,
    terms: wires.terms.map((term) => ({ ...term, scale: times(term.scale) })),
    shift: moved && shift ? moved.map((value, i) => value + shift[i]) : (moved ?? shift),
  };
}

/**
 * @param {Wires} a
 * @param {Wires} b
 * @param {string} subject
 */
export function added(a, b, subject) {
  // Without a batch, one number may be of any rank.
  const isOne = [a, b].every(({ shape }) => shape[0] === "none" && columnsOf(shape) === 1);
  if (!isOne) assertSameShape(a, b, subject);
  assertTerms(a.terms.length + b.terms.length, subject);
  return scaled({ ...a, terms: [...a.terms, ...b.terms] }, undefined, b.shift);
}

/** @param {number} count @param {string} subject */
function assertTerms(count, subject) {
  if (count > TERMS_MAX)
    throw new PocketrecError("too-large", subject, `at most ${TERMS_MAX} terms`, `${count}`);
}

/**
 * @param {Wires} a
 * @param {Wires} b
 * @param {string} subject
 */
export function assertSameShape(a, b, subject) {
  // Other shapes would be broadcast, perhaps across the batch.
  const isSameBatch = (a.shape[0] === "none") === (b.shape[0] === "none");
  const isSameRank = isSameBatch && a.shape.length === b.shape.length;
  if (isSameRank && a.shape.every((size, i) => i === 0 || size === b.shape[i])) return;
  throw unsupported(subject, "two values of one shape", `${show(a.shape)} and ${show(b.shape)}`);
}

/**
 * Selected columns of a value, -1 being 0, in a new shape.
 *
 * @param {Wires} wires
 * @param {Int32Array} columns
 * @param {Size[]} shape
 * @returns {Wires}
 */
export function selected({ terms, shift }, columns, shape) {
  const picked = (/** @type {Float64Array | undefined} */ values) =>
    values && Float64Array.from(columns, (column) => (column < 0 ? 0 : values[column]));
  return {
    kind: "wires",
    shape,
    shift: picked(shift),
    terms: terms.map(({ atom, from, scale }) => ({
      atom,
      scale: picked(scale),
      from: from ? columns.map((column) => (column < 0 ? -1 : from[column])) : columns,
    })),
  };
}

/**
 * Values side by side.
 *
 * @param {Wires[]} parts
 * @param {Size[]} shape of them together
 * @param {string} subject
 */
export function joined(parts, shape, subject) {
  const width = parts.reduce((sum, part) => sum + widthOf(part, subject), 0);
  assertTerms(parts.length, subject);
  if (width > JOINED_MAX) {
    const expected = `at most ${JOINED_MAX} columns side by side`;
    throw new PocketrecError("too-large", subject, expected, `${width}`);
  }
  let start = 0;
  const shifted = parts.map((part) => {
    const begin = start;
    const end = (start += widthOf(part, subject));
    const columns = Int32Array.from({ length: width }, (_, i) =>
      i >= begin && i < end ? i - begin : -1,
    );
    return selected(part, columns, shape);
  });
  return shifted.reduce((a, b) => added(a, b, subject));
}

/**
 * W x. A bias is the shift of the value.
 *
 * @param {Wires} input
 * @param {Float32Array} weight (out, in) row-major
 * @param {number} out
 * @param {string} name of the weight
 * @returns {Wires}
 */
export function layer(input, weight, out, name) {
  return bare({ type: "layer", weight, out, input, name }, [...input.shape.slice(0, -1), out]);
}
