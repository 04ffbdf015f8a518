import { show } from "../../../common/errors.js";
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

/** @param {Wires} of @param {Partial<Length>} [more] @returns {Length} */
const lengthOf = (of, more) => ({ kind: "length", of, squared: false, inverse: false, ...more });

/** @param {Wires} input */
const normed = (input) => bare({ type: "norm", input }, input.shape);

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
    bound?.kind === "constant" ? bound.tensor.values[0] : Number(call.node.attributes.min ?? 0);
  if (epsilon >= 0 && epsilon <= EPSILON_MAX) return length;
  throw unsupported(call.subject, `a lower bound of at most ${EPSILON_MAX}`, show(epsilon));
}

/** @type {Operator} */
function divided({ inputs: [above, below] }) {
  if (above?.kind === "constant" && below?.kind === "length" && above.tensor.values[0] === 1)
    return { ...below, inverse: true };
  if (
    above?.kind === "wires" &&
    below?.kind === "length" &&
    below.of.terms === above.terms &&
    !below.squared &&
    !below.inverse
  ) {
    return normed(above);
  }
}

/** @type {Operator} */
function multiplied({ inputs: [a, b] }) {
  const wires = a?.kind === "wires" ? a : b;
  const length = a?.kind === "length" ? a : b;
  if (wires?.kind !== "wires" || length?.kind !== "length") return undefined;
  if (length.of.terms === wires.terms && !length.squared && length.inverse) return normed(wires);
}

/** @type {Record<string, Operator>} */
export const NORM_OPERATORS = {
  LpNormalization: ({
    node: {
      attributes: { p = 2, axis = -1 },
    },
    inputs: [first],
    subject,
  }) => {
    if (first?.kind !== "wires") return undefined;
    if (p !== 2 || (axis !== -1 && axis !== first.shape.length - 1)) {
      throw unsupported(subject, "p = 2 and the last axis", `${p} and ${axis}`);
    }
    return normed(first);
  },
  ReduceL2: ({ inputs: [first] }) => (first?.kind === "wires" ? lengthOf(first) : undefined),
  ReduceSumSquare: ({ inputs: [first] }) =>
    first?.kind === "wires" ? lengthOf(first, { squared: true }) : undefined,
  ReduceSum: ({ inputs: [first] }) =>
    first?.kind === "square" ? lengthOf(first.of, { squared: true }) : undefined,
  Pow: ({ inputs: [first, power] }) => {
    const exponent = power?.kind === "constant" ? power.tensor.values[0] : undefined;
    if (first?.kind === "wires" && exponent === 2) return { kind: "square", of: first };
    if (first?.kind === "length" && first.squared && exponent === 0.5)
      return { ...first, squared: false };
  },
  Sqrt: (call) =>
    onLength(call, (length) => (length.squared ? { ...length, squared: false } : undefined)),
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
