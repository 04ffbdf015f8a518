import { turned } from "../../matrix.js";
import { PocketrecError, show } from "../../../common/errors.js";
import { axisOf, numbersOf } from "./shapes.js";

/**
 * What exporters leave to be computed of weights alone: other axes, another precision, batch
 * normalisation in its parts.
 *
 * @typedef {import("./values.js").Constant} Constant
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./operators.js").Call} Call
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
  throw new PocketrecError(
    "bad-shape",
    subject,
    `the ${constant.tensor.values.length} values of ${show(constant.tensor.shape)}`,
    show(shape),
  );
}

/** @param {(x: number) => number} change @returns {Operator} */
const each =
  (change) =>
  (_, { tensor, name }) => ({
    kind: "constant",
    name,
    tensor: { ...tensor, values: tensor.values.map(change) },
  });

/**
 * Of two constants of one shape, or one of which is a number.
 * @param {(a: number, b: number) => number} change
 * @returns {Operator}
 */
const both =
  (change) =>
  ({ inputs: [, second] }, { tensor: a, name }) => {
    if (second?.kind !== "constant") return undefined;
    const { tensor: b } = second;
    const isSame = a.shape.join() === b.shape.join();
    const { values } = b;
    if (isSame || values.length === 1) {
      return {
        kind: "constant",
        name,
        tensor: { ...a, values: a.values.map((x, i) => change(x, values[isSame ? i : 0])) },
      };
    }
    return a.values.length === 1
      ? {
          kind: "constant",
          name,
          tensor: { ...b, values: values.map((y) => change(a.values[0], y)) },
        }
      : undefined;
  };

/** @type {Record<string, Operator>} */
export const CONSTANT_OPERATORS = {
  Cast: (_, constant) => constant,
  Transpose: (
    {
      node: {
        attributes: { perm = [1, 0] },
      },
    },
    { tensor: { shape, values }, name },
  ) => {
    if (shape.length !== 2 || !Array.isArray(perm) || perm.join() !== "1,0") return undefined;
    return {
      kind: "constant",
      name,
      tensor: { shape: [shape[1], shape[0]], values: transposed(values, shape) },
    };
  },
  Squeeze: (call, constant) => {
    const { shape } = constant.tensor;
    const axes = numbersOf(call, "axes", 1)?.map((axis) =>
      axisOf(axis, shape.length, call.subject),
    );
    return shaped(
      constant,
      shape.filter((size, i) => (axes ? !axes.includes(i) : size !== 1)),
      call.subject,
    );
  },
  Unsqueeze: (call, constant) => {
    const [...sizes] = constant.tensor.shape;
    const axes = numbersOf(call, "axes", 1) ?? [];
    const rank = sizes.length + axes.length;
    const ones = axes.map((axis) => axisOf(axis, rank, call.subject));
    return shaped(
      constant,
      Array.from({ length: rank }, (_, i) => (ones.includes(i) ? 1 : (sizes.shift() ?? 1))),
      call.subject,
    );
  },
  Reshape: (call, constant) => {
    const target = numbersOf(call, "shape", 1) ?? [];
    const { shape, values } = constant.tensor;
    const sizes = target.map((size, i) => (size === 0 ? (shape[i] ?? 0) : size));
    const others = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
    return shaped(
      constant,
      sizes.map((size) => (size === -1 ? values.length / others : size)),
      call.subject,
    );
  },
  Add: both((a, b) => a + b),
  Sub: both((a, b) => a - b),
  Mul: both((a, b) => a * b),
  Div: both((a, b) => a / b),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((x) => 1 / x),
};

/**
 * @param {Float32Array} values
 * @param {number[]} shape rows and columns
 */
export const transposed = (values, shape) => turned({ shape, values }).values;
