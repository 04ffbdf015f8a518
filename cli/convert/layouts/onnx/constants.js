import { PocketrecError, show } from "../../../../js/common/errors.js";
import { transposed } from "../../matrix.js";
import { axisOf, numbersOf, withOnes } from "./shapes.js";

/**
 * Operators on weights alone, which exporters leave in the graph: other axes, another precision,
 * the parts of a batch normalisation.
 *
 * @typedef {import("./values.js").Constant} Constant
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./call.js").Call} Call
 * @typedef {(call: Call, constant: Constant) => Value | undefined} Operator
 */

/**
 * @param {Constant} constant
 * @param {number[]} shape
 * @param {string} subject
 * @returns {Constant}
 */
function shaped(constant, shape, subject) {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count === constant.tensor.values.length)
    return { ...constant, tensor: { ...constant.tensor, shape } };
  const expected = `the ${constant.tensor.values.length} values of ${show(constant.tensor.shape)}`;
  throw new PocketrecError("bad-shape", subject, expected, show(shape));
}

/**
 * An operator on each value.
 *
 * @param {(x: number) => number} change
 * @returns {Operator}
 */
const each =
  (change) =>
  (_, { tensor, name }) => ({
    kind: "constant",
    name,
    tensor: { ...tensor, values: tensor.values.map(change) },
  });

/**
 * An operator on two constants of one shape, or of which one is a number.
 *
 * @param {(a: number, b: number) => number} change
 * @returns {Operator}
 */
const both =
  (change) =>
  ({ inputs: [, second] }, { tensor: a, name }) => {
    if (second?.kind !== "constant") return undefined;
    const { tensor: b } = second;
    const isSame = a.shape.join() === b.shape.join();
    if (isSame || b.values.length === 1) {
      const values = a.values.map((x, i) => change(x, b.values[isSame ? i : 0]));
      return { kind: "constant", name, tensor: { ...a, values } };
    }
    if (a.values.length !== 1) return undefined;
    const values = b.values.map((y) => change(a.values[0], y));
    return { kind: "constant", name, tensor: { ...b, values } };
  };

/** @type {Operator} */
function transpose({ node }, { tensor, name }) {
  const { perm = [1, 0] } = node.attributes;
  if (tensor.shape.length !== 2 || !Array.isArray(perm) || perm.join() !== "1,0") return undefined;
  return { kind: "constant", name, tensor: transposed(tensor) };
}

/** @type {Operator} */
function squeeze(call, constant) {
  const { shape } = constant.tensor;
  const axes = numbersOf(call, "axes", 1)?.map((axis) => axisOf(axis, shape.length, call.subject));
  const sizes = shape.filter((size, i) => (axes ? !axes.includes(i) : size !== 1));
  return shaped(constant, sizes, call.subject);
}

/** @type {Operator} */
function unsqueeze(call, constant) {
  const axes = numbersOf(call, "axes", 1) ?? [];
  const sizes = withOnes(constant.tensor.shape, axes, call.subject);
  return shaped(constant, sizes, call.subject);
}

/** @type {Operator} */
function reshape(call, constant) {
  const target = numbersOf(call, "shape", 1) ?? [];
  const { shape, values } = constant.tensor;
  const sizes = target.map((size, i) => (size === 0 ? (shape[i] ?? 0) : size));
  const others = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const known = sizes.map((size) => (size === -1 ? values.length / others : size));
  return shaped(constant, known, call.subject);
}

/** @type {Record<string, Operator>} */
export const CONSTANT_OPERATORS = {
  Cast: (_, constant) => constant,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Reshape: reshape,
  Add: both((a, b) => a + b),
  Sub: both((a, b) => a - b),
  Mul: both((a, b) => a * b),
  Div: both((a, b) => a / b),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((x) => 1 / x),
};
