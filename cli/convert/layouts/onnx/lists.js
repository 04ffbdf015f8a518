import { show } from "../../../../js/common/errors.js";
import { assertIdsFit } from "./columns.js";
import { axisOf, numbersOf } from "./shapes.js";
import { bare, bareAtom, columnsOf, unsupported } from "./values.js";

/**
 * The exports of the mean of a list's embeddings: a Gather and a mean, or a mask, two sums and a
 * division.
 *
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").List} List
 * @typedef {import("./values.js").Mask} Mask
 * @typedef {import("./call.js").Call} Call
 * @typedef {(call: Call) => Value | undefined} Operator
 */

/**
 * The name of an input that holds a list of ids per row.
 * @param {Value | undefined} value
 */
function listName(value) {
  if (value?.kind !== "wires" || value.shape.length !== 2 || columnsOf(value.shape) === 1)
    return undefined;
  const atom = bareAtom(value);
  return atom?.type === "input" ? atom.name : undefined;
}

/** @type {Operator} */
function gather({ node, inputs: [data, ids], subject }) {
  const index = listName(ids);
  if (data?.kind !== "constant" || index === undefined) return undefined;
  if (data.tensor.shape.length !== 2 || Number(node.attributes.axis ?? 0) !== 0) return undefined;
  if (ids?.kind === "wires") assertIdsFit(ids.terms[0].atom, data.tensor.shape[0], subject);
  return { kind: "list", table: data.tensor, name: data.name, index, isSum: false };
}

/** @param {boolean} isPadding @returns {Operator} */
const compare =
  (isPadding) =>
  ({ inputs: [first, second] }) => {
    const index = listName(first) ?? listName(second);
    const other = listName(first) === undefined ? first : second;
    if (index === undefined || other?.kind !== "constant" || other.tensor.values.length !== 1)
      return undefined;
    return { kind: "mask", index, padding: other.tensor.values[0], isPadding };
  };

/** Ids are not negative: `> 0` is `!= 0`. @type {Operator} */
function greater(call) {
  const mask = listName(call.inputs[0]) === undefined ? undefined : compare(false)(call);
  return mask?.kind === "mask" && mask.padding === 0 ? mask : undefined;
}

/** @type {Operator} */
function masked({ inputs: [a, b] }) {
  const list = a?.kind === "list" ? a : b;
  const mask = a?.kind === "mask" ? a : b;
  if (list?.kind !== "list" || mask?.kind !== "mask") return undefined;
  if (mask.isPadding || mask.index !== list.index || list.isSum) return undefined;
  return { ...list, padding: mask.padding };
}

/**
 * Whether a sum or mean is over the list: the second of three axes, or of two of a mask.
 *
 * @param {Call} call
 */
function overList(call) {
  const axes = numbersOf(call, "axes", 1) ?? [];
  if (axes.length === 1 && [1, -2].includes(axes[0])) return true;
  throw unsupported(call.subject, "a sum or mean over the list, axis 1", show(axes));
}

/** @type {Operator} */
function sum(call) {
  const [first] = call.inputs;
  if (first?.kind === "list" && overList(call)) return { ...first, isSum: true };
  if (first?.kind !== "mask" || first.isPadding) return undefined;
  const axes = numbersOf(call, "axes", 1) ?? [];
  if (axes.length !== 1 || axisOf(axes[0], 3, call.subject) === 0) {
    throw unsupported(call.subject, "the number of entries of a list", show(axes));
  }
  return { kind: "count", index: first.index, padding: first.padding };
}

/** @param {List} list @param {number} [padding] */
function bag({ table, name, index }, padding) {
  return bare({ type: "bag", table, name, index, padding }, ["any", table.shape[1]]);
}

/** @type {Operator} */
function mean(call) {
  const [first] = call.inputs;
  if (first?.kind !== "list" || first.isSum || !overList(call)) return undefined;
  if (first.padding === undefined) return bag(first);
  const found = "one over all of them, padding counting as zeros";
  throw unsupported(call.subject, "the mean over the entries that are no padding", found);
}

/** @type {Operator} */
function divided({ inputs: [list, count], subject }) {
  if (list?.kind !== "list" || !list.isSum || count?.kind !== "count" || count.index !== list.index)
    return undefined;
  const isPaddingZero = list.padding === undefined && isZeroRow(list, count.padding);
  if (list.padding === count.padding || isPaddingZero) return bag(list, count.padding);
  const expected = "the mean over the entries that are no padding";
  throw unsupported(subject, expected, "a sum over all of them");
}

/** Whether the padding adds nothing to a sum. @param {List} list @param {number} padding */
function isZeroRow({ table }, padding) {
  const [, width] = table.shape;
  const row = table.values.subarray(padding * width, (padding + 1) * width);
  return row.length > 0 && row.every((value) => value === 0);
}

/** Gives its input. @param {(value: Value | undefined) => boolean} isKind @returns {Operator} */
const passing =
  (isKind) =>
  ({ inputs: [first] }) =>
    isKind(first) ? first : undefined;

const isCounted = (/** @type {Value | undefined} */ value) =>
  value?.kind === "mask" || value?.kind === "count";
const isPart = (/** @type {Value | undefined} */ value) =>
  isCounted(value) || value?.kind === "list";

/** A count with a lower bound that keeps a division from dividing by 0. @type {Operator} */
function bounded({ node, inputs, subject }) {
  const count = inputs.find((input) => input?.kind === "count");
  const bound = inputs.find((input) => input?.kind === "constant");
  if (!count) return undefined;
  const given = bound?.kind === "constant" ? bound.tensor.values[0] : node.attributes.min;
  const epsilon =
    inputs[2] !== undefined || node.attributes.max !== undefined ? NaN : Number(given);
  if (epsilon >= 0 && epsilon <= (node.op === "Add" ? 1e-6 : 1)) return count;
  throw unsupported(subject, "a count of at least 1", show(epsilon));
}

/** @type {Record<string, Operator>} */
export const LIST_OPERATORS = {
  Gather: gather,
  Mul: masked,
  ReduceSum: sum,
  ReduceMean: mean,
  Div: divided,
  Equal: compare(true),
  Greater: greater,
  Not: ({ inputs: [mask] }) =>
    mask?.kind === "mask" ? { ...mask, isPadding: !mask.isPadding } : undefined,
  Clip: bounded,
  Max: bounded,
  Add: bounded,
  Cast: passing(isPart),
  Identity: passing(isPart),
  Expand: passing(isCounted),
  Unsqueeze: passing(isCounted),
  Squeeze: passing(isCounted),
  Reshape: passing(isCounted),
};
