import { show } from "../../../../js/common/errors.js";
import { axisIn, numbersOf } from "./shapes.js";
import { bare, unsupported } from "./values.js";

/**
 * The exports of x / |x|: one node, a division by ReduceL2, or squares, their sum, a root and its
 * inverse.
 *
 * @typedef {import("./values.js").Length} Length
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./call.js").Call} Call
 * @typedef {(call: Call) => Value | undefined} Operator
 */

/** The largest epsilon that keeps a division from dividing by 0. */
const EPSILON_MAX = 1e-3;

/**
 * The length of each row, over all its columns.
 *
 * @param {Call} call
 * @param {Wires} of
 * @param {boolean} squared
 * @returns {Length}
 */
function lengthOfRows(call, of, squared) {
  const { shape } = of;
  const axes = numbersOf(call, "axes", 1)?.map((axis) => axisIn(shape, axis, call.subject)) ?? [];
  const isOfColumns =
    !axes.includes(0) && shape.every((size, i) => i === 0 || size === 1 || axes.includes(i));
  if (!isOfColumns) throw unsupported(call.subject, "the length of each row", show(axes));
  const lengthOf = squared ? identity : Math.sqrt;
  return { kind: "length", of, squared, inverse: false, lengthOf };
}

/** @param {number} x */
const identity = (x) => x;

/**
 * A length of which a function is taken.
 *
 * @param {Length} length
 * @param {(x: number) => number} change
 * @param {Partial<Length>} [more]
 * @returns {Length}
 */
const changed = (length, change, more) => ({
  ...length,
  lengthOf: (square) => change(length.lengthOf(square)),
  ...more,
});

/** @param {Call} call @param {Wires} input @param {Length["lengthOf"]} lengthOf */
const normed = (call, input, lengthOf) =>
  bare({ type: "norm", input, lengthOf, at: call.subject }, input.shape);

/**
 * @param {Call} call
 * @param {(length: Length) => Value | undefined} operator
 */
function onLength({ inputs: [first] }, operator) {
  return first?.kind === "length" ? operator(first) : undefined;
}

/** @type {Operator} */
const pass = (call) => onLength(call, (length) => length);

/** A length with a small lower bound. @type {Operator} */
function bounded(call) {
  const length = call.inputs.find((input) => input?.kind === "length");
  const bound = call.inputs.find((input) => input?.kind === "constant");
  if (!length) return undefined;
  const epsilon =
    bound?.kind === "constant" ? bound.tensor.values[0] : Number(call.node.attributes.min ?? NaN);
  const isPlain = call.inputs[2] === undefined && call.node.attributes.max === undefined;
  if (!isPlain || !(epsilon >= 0 && epsilon <= EPSILON_MAX))
    throw unsupported(call.subject, `a lower bound of at most ${EPSILON_MAX}`, show(epsilon));
  if (length.inverse) return undefined;
  const isSum = call.node.op === "Add";
  return changed(length, (x) => (isSum ? x + epsilon : Math.max(x, epsilon)));
}

/** @type {Operator} */
function divided(call) {
  const [above, below] = call.inputs;
  if (above?.kind === "constant" && below?.kind === "length" && above.tensor.values[0] === 1)
    return { ...below, inverse: true };
  if (
    above?.kind === "wires" &&
    below?.kind === "length" &&
    isSame(below.of, above) &&
    !below.squared &&
    !below.inverse
  ) {
    return normed(call, above, below.lengthOf);
  }
}

/** @param {Wires} a @param {Wires} b */
const isSame = (a, b) => a.terms === b.terms && a.shift === b.shift;

/** @type {Operator} */
function multiplied(call) {
  const [a, b] = call.inputs;
  const wires = a?.kind === "wires" ? a : b;
  const length = a?.kind === "length" ? a : b;
  if (wires?.kind !== "wires" || length?.kind !== "length") return undefined;
  if (isSame(length.of, wires) && !length.squared && length.inverse)
    return normed(call, wires, length.lengthOf);
}

/** @type {Record<string, Operator>} */
export const NORM_OPERATORS = {
  LpNormalization: (call) => {
    const [first] = call.inputs;
    const { p = 2, axis = -1 } = call.node.attributes;
    if (first?.kind !== "wires") return undefined;
    const { shape } = first;
    const last = axisIn(shape, Number(axis), call.subject);
    if (p !== 2 || shape.some((size, i) => i > 0 && size !== 1 && i !== last))
      throw unsupported(call.subject, "p = 2 and the last axis", `${p} and ${axis}`);
    return normed(call, first, Math.sqrt);
  },
  ReduceL2: (call) => {
    const [first] = call.inputs;
    return first?.kind === "wires" ? lengthOfRows(call, first, false) : undefined;
  },
  ReduceSumSquare: (call) => {
    const [first] = call.inputs;
    return first?.kind === "wires" ? lengthOfRows(call, first, true) : undefined;
  },
  ReduceSum: (call) => {
    const [first] = call.inputs;
    return first?.kind === "square" ? lengthOfRows(call, first.of, true) : undefined;
  },
  Pow: ({ inputs: [first, power] }) => {
    const exponent = power?.kind === "constant" ? power.tensor.values[0] : undefined;
    if (first?.kind === "wires" && exponent === 2) return { kind: "square", of: first };
    if (first?.kind === "length" && first.squared && exponent === 0.5)
      return changed(first, Math.sqrt, { squared: false });
  },
  Sqrt: (call) =>
    onLength(call, (length) =>
      length.squared ? changed(length, Math.sqrt, { squared: false }) : undefined,
    ),
  Reciprocal: (call) =>
    onLength(call, (length) => (length.inverse ? undefined : { ...length, inverse: true })),
  Clip: bounded,
  Max: bounded,
  Add: bounded,
  Div: divided,
  Mul: multiplied,
  Cast: pass,
  Expand: pass,
  Reshape: pass,
  Squeeze: pass,
  Unsqueeze: pass,
};
