import { show } from "../../../../js/common/errors.js";
import { axisIn, axisOf } from "./shapes.js";
import { bare, columnsOf, joined, selected, unsupported, widthOf } from "./values.js";

/**
 * Operators that look rows up, select columns or join them.
 *
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./call.js").Call} Call
 * @typedef {import("./call.js").Operator} Operator
 */

/** Whole-number types of TensorProto.DataType. */
const INTEGER_TYPES = new Set([2, 3, 4, 5, 6, 7, 9, 12, 13]);

/**
 * The largest whole number below which a type of TensorProto.DataType holds all of them.
 * @type {Record<number, number>}
 */
const LARGEST = {
  ...{ 1: 2 ** 24, 2: 255, 3: 127, 4: 65_535, 5: 32_767, 6: 2 ** 31 - 1, 7: Infinity, 9: 1 },
  ...{ 10: 2048, 11: 2 ** 53, 12: 2 ** 32 - 1, 13: Infinity, 16: 256 },
};

/**
 * What a Cast of whole numbers makes of one of them.
 *
 * @param {number} value
 * @param {unknown} to a TensorProto.DataType
 * @returns {number} NaN if the type cannot hold it
 */
export function castNumber(value, to) {
  if (to === 9) return Number(value !== 0);
  return Math.abs(value) <= (LARGEST[Number(to)] ?? -1) ? Math.trunc(value) : NaN;
}

/**
 * The input, or the column of one, that a value of ids is.
 * @param {Wires} wires
 */
function indexOf({ terms: [term, ...more], shift }) {
  if (!term || more.length || shift || term.scale || term.atom.type !== "input") return undefined;
  return term.from ? `${term.atom.name}[${term.from[0]}]` : term.atom.name;
}

/**
 * A Cast, which must not round other values than ids.
 *
 * @param {Call} call
 * @param {Wires} wires
 */
export function cast({ node, subject }, wires) {
  const to = Number(node.attributes.to);
  const largest = LARGEST[to];
  if (largest === undefined) throw unsupported(subject, "a Cast to numbers", `type ${to}`);
  if (indexOf(wires) === undefined) {
    if (INTEGER_TYPES.has(to))
      throw unsupported(subject, "values that are not rounded", "a Cast to whole numbers");
    return wires;
  }
  const terms = wires.terms.map((term) => {
    const atom = /** @type {import("./values.js").Input} */ (term.atom);
    const isRounded = to === 9 || (atom.isReal && INTEGER_TYPES.has(to));
    const idMax = Math.min(largest, atom.idMax ?? Infinity);
    return { ...term, atom: { ...atom, idMax, ...(isRounded && { rounding: subject }) } };
  });
  return { ...wires, terms };
}

/**
 * Refuses ids that a Cast cannot hold.
 *
 * @param {import("./values.js").Atom} atom an input
 * @param {number} rows of the table
 * @param {string} subject
 */
export function assertIdsFit(atom, rows, subject) {
  const idMax = atom.type === "input" ? (atom.idMax ?? Infinity) : Infinity;
  if (rows - 1 <= idMax) return;
  throw unsupported(subject, `ids up to ${rows - 1}`, `a Cast to a type that holds up to ${idMax}`);
}

/**
 * Rows of a table by an index, or one column of an input that holds several.
 * @type {Operator}
 */
export function gather(call) {
  const { node, inputs, subject } = call;
  const [data, index] = inputs;
  const { axis = 0 } = node.attributes;
  if (data?.kind === "wires") return gatherColumn(call, data);
  if (data?.kind !== "constant" || index?.kind !== "wires") return undefined;
  const name = indexOf(index);
  const { shape, values } = data.tensor;
  const isTable = axis === 0 && (shape.length === 1 || shape.length === 2);
  if (!isTable || name === undefined || columnsOf(index.shape) !== 1) {
    const found = `axis ${show(axis)} of ${show(shape)} by ${show(index.shape)}`;
    throw unsupported(subject, "rows of a table by one id of an input", found);
  }
  const [rows, width = 1] = shape;
  assertIdsFit(index.terms[0].atom, rows, subject);
  const table = { shape: [rows, width], values };
  const sizes = [...index.shape, ...shape.slice(1)];
  return bare({ type: "rows", table, name: data.name, index: name }, sizes);
}

/**
 * @param {Call} call
 * @param {Wires} data
 */
function gatherColumn({ node, inputs: [, index], subject }, data) {
  if (index?.kind !== "constant" || index.tensor.values.length !== 1) return undefined;
  const column = axisOf(index.tensor.values[0], widthOf(data, subject), subject);
  const axis = axisIn(data.shape, Number(node.attributes.axis ?? 0), subject);
  if (axis === 0 || data.shape.length !== 2) return undefined;
  const isScalar = !index.tensor.shape.length;
  const [batch] = data.shape;
  return selected(data, Int32Array.of(column), isScalar ? [batch] : [batch, 1]);
}

/** @type {Operator} */
export function concat({ node, inputs, subject }) {
  const parts = inputs.filter((input) => input?.kind === "wires");
  if (!parts.length || parts.length !== inputs.length) return undefined;
  const [{ shape }] = parts;
  const axis = axisIn(shape, Number(node.attributes.axis ?? 1), subject);
  const fits = (/** @type {Wires} */ part) =>
    part.shape.length === shape.length &&
    (part.shape[0] === "none") === (shape[0] === "none") &&
    part.shape.every((size, i) => i === 0 || i === axis || size === shape[i]);
  const isSideBySide = axis > 0 && shape.slice(1, axis).every((size) => size === 1);
  if (!isSideBySide || !parts.every(fits)) {
    const found = parts.map((part) => show(part.shape)).join(", ");
    throw unsupported(subject, "values side by side", found);
  }
  const width = parts.reduce((sum, part) => sum + Number(part.shape[axis]), 0);
  const sizes = shape.map((size, i) => (i === axis ? width : size));
  return joined(parts, sizes, subject);
}
