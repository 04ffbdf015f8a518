import { axisIn, numbersOf } from "./shapes.js";
import { added, assertSameShape, bare, layer, scaled, spread, widthOf } from "./values.js";

/**
 * Arithmetic of values, and sums of their columns.
 *
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./call.js").Call} Call
 * @typedef {import("./call.js").Operator} Operator
 */

/**
 * An operator on two values, or on a value and a constant in either order.
 *
 * @param {Call} call
 * @param {(a: Wires, b: Wires, subject: string) => Value} both
 * @param {(wires: Wires, values: Float64Array) => Value} one
 */
function combined({ inputs: [a, b], subject }, both, one) {
  if (a?.kind === "wires" && b?.kind === "wires") return both(a, b, subject);
  if (a?.kind === "wires" && b?.kind === "constant") return one(a, spread(b, a, subject));
  if (b?.kind === "wires" && a?.kind === "constant") return one(b, spread(a, b, subject));
  return undefined;
}

/** @type {Operator} */
export const add = (call) =>
  combined(call, added, (wires, values) => scaled(wires, undefined, values));

/** @param {Wires} wires */
const negative = (wires) =>
  scaled(wires, new Float64Array(widthOf(wires, "Sub")).fill(-1), undefined);

/** @type {Operator} */
export function subtract(call) {
  const isFromConstant = call.inputs[0]?.kind === "constant";
  return combined(
    call,
    (a, b, subject) => added(a, negative(b), subject),
    (wires, values) => {
      if (isFromConstant) return scaled(negative(wires), undefined, values);
      const shift = values.map((value) => -value);
      return scaled(wires, undefined, shift);
    },
  );
}

/** @type {Operator} */
export function multiply(call) {
  return combined(
    call,
    (left, right, subject) => {
      if (left === right) return { kind: "square", of: left };
      assertSameShape(left, right, subject);
      return bare({ type: "product", left, right, at: subject }, left.shape);
    },
    (wires, values) => scaled(wires, values, undefined),
  );
}

/** @type {Operator} */
export function divide({ inputs: [a, b], subject }) {
  if (a?.kind !== "wires" || b?.kind !== "constant") return undefined;
  const scale = spread(b, a, subject).map((value) => 1 / value);
  return scaled(a, scale, undefined);
}

/** @param {Call} call @param {Wires} wires */
const axesOf = (call, { shape }) =>
  numbersOf(call, "axes", 1)?.map((axis) => axisIn(shape, axis, call.subject)) ?? [];

/**
 * The sum of all columns, times a weight; undefined if a node sums other axes.
 *
 * @param {Call} call
 * @param {Wires} wires
 * @param {(width: number) => number} weightOf
 */
function columnSum(call, wires, weightOf) {
  const axes = axesOf(call, wires);
  const isOfColumns =
    axes.length > 0 &&
    !axes.includes(0) &&
    wires.shape.every((size, i) => i === 0 || size === 1 || axes.includes(i));
  if (!isOfColumns) return undefined;
  const isKept = Number(call.node.attributes.keepdims ?? 1) !== 0;
  const width = widthOf(wires, call.subject);
  const shape = wires.shape
    .map((size, i) => (axes.includes(i) ? 1 : size))
    .filter((_, i) => isKept || !axes.includes(i));
  return { ...layer(wires, new Float32Array(width).fill(weightOf(width)), 1, ""), shape };
}

/** @param {Call} call @param {Wires} wires */
export const reduceSum = (call, wires) => columnSum(call, wires, () => 1);

/** @param {Call} call @param {Wires} wires */
export const reduceMean = (call, wires) => columnSum(call, wires, (width) => 1 / width);
