import { PocketrecError, show } from "../../../../js/common/errors.js";
import { columnsOf, selected, unsupported, widthOf } from "./values.js";

/**
 * Operators that move axes: the columns stay the same, or some of them are selected.
 *
 * @typedef {import("./values.js").Size} Size
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./call.js").Call} Call
 */

/** Limit of an operator's axes and sizes. */
const NUMBERS_MAX = 64;

/**
 * Whole numbers that are an attribute of an operator or, in newer files, an input.
 *
 * @param {Call} call
 * @param {string} name of the attribute
 * @param {number} position of the input
 * @returns {number[] | undefined}
 */
export function numbersOf({ node, inputs, subject }, name, position) {
  const given = node.attributes[name];
  const input = inputs[position];
  const numbers = typeof given === "number" ? [given] : given;
  if (!input) return Array.isArray(numbers) ? limited(numbers, subject) : undefined;
  if (input.kind === "constant") return limited(input.tensor.values, subject);
  if (input.kind === "sizes" && !input.sizes.includes("any")) return input.sizes.map(Number);
  const found = input.kind === "sizes" ? "computed ones" : "a value of the graph";
  throw unsupported(subject, `${name} that are constants`, found);
}

/** @template {Size} T @param {ArrayLike<T>} numbers @param {string} subject */
function limited(numbers, subject) {
  if (numbers.length <= NUMBERS_MAX) return Array.from(numbers);
  const expected = `at most ${NUMBERS_MAX} axes or sizes`;
  throw new PocketrecError("too-large", subject, expected, `${numbers.length}`);
}

/**
 * An axis counted from the front.
 *
 * @param {number} axis
 * @param {number} rank
 * @param {string} subject
 */
export function axisOf(axis, rank, subject) {
  const front = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(front) && front >= 0 && front < rank) return front;
  throw new PocketrecError("bad-argument", subject, `an axis of ${rank}`, `${axis}`);
}

/**
 * The position of an axis in a shape, whose first entry is no axis where there is no batch.
 *
 * @param {Size[]} shape
 * @param {number} axis as the graph counts it
 * @param {string} subject
 */
export function axisIn(shape, axis, subject) {
  const hidden = shape[0] === "none" ? 1 : 0;
  return hidden + axisOf(axis, shape.length - hidden, subject);
}

/** The axes that the graph knows. @param {Size[]} shape */
const realAxes = (shape) => (shape[0] === "none" ? shape.slice(1) : shape);

/**
 * The shape of axes in a graph for one user or one pair: the batch is the first of them if that has
 * size 1.
 *
 * @param {Size[]} axes
 * @returns {Size[]}
 */
const ofOne = (axes) => (axes.length && axes[0] === 1 ? axes : ["none", ...axes]);

/**
 * The same columns with other axes.
 *
 * @param {Wires} wires
 * @param {Size[]} shape
 * @param {string} subject
 * @returns {Wires}
 */
function reshaped(wires, shape, subject) {
  if (shape.length && columnsOf(shape) === columnsOf(wires.shape)) return { ...wires, shape };
  const { shape: before } = wires;
  const expected = `the batch first, and the ${columnsOf(before)} columns of ${show(before)}`;
  throw unsupported(subject, expected, show(shape));
}

/**
 * A value expanded to a shape that it has already.
 *
 * @param {Call} call
 * @param {Wires} wires
 */
export function expand({ inputs: [, target], subject }, wires) {
  const axes = realAxes(wires.shape);
  const sizes = sizesOf(target, subject);
  const known = axes.slice(axes.length - sizes.length);
  const isSame = (/** @type {Size} */ size, /** @type {number} */ i) =>
    size === 1 || size === known[i] || known[i] === "any" || size === "any";
  if (sizes.length && sizes.length <= axes.length && sizes.every(isSame)) return wires;
  throw unsupported(subject, `the shape ${show(axes)} of its input`, show(sizes));
}

/** @param {Call} call @param {Wires} wires */
export function reshape(call, wires) {
  const [, computed] = call.inputs;
  const given = computed?.kind === "sizes" ? computed.sizes : (numbersOf(call, "shape", 1) ?? []);
  const axes = realAxes(wires.shape);
  const target = given.map((size, i) => (size === 0 ? (axes[i] ?? 0) : size));
  const columns = columnsOf(wires.shape);
  if (wires.shape[0] !== "any")
    return reshaped(wires, ofOne(completed(target, columns)), call.subject);
  // The first axis is the batch: -1, the size of the example of the export, or a computed size.
  const [, ...rest] = target;
  return reshaped(wires, ["any", ...completed(rest, columns)], call.subject);
}

/**
 * Sizes of which one may be missing.
 *
 * @param {Size[]} sizes
 * @param {Size} columns their product
 * @returns {Size[]}
 */
function completed(sizes, columns) {
  const others = sizes
    .filter((size) => size !== -1)
    .reduce((/** @type {number} */ product, size) => product * Number(size), 1);
  const missing = columns === "any" ? "any" : Number(columns) / others;
  return sizes.map((size) => (size === -1 ? missing : size));
}

/** @param {Call} call @param {Wires} wires */
export function flatten({ node, subject }, wires) {
  const { axis = 1 } = node.attributes;
  const [batch] = wires.shape;
  // Of a batch of 1, axis 0 gives the same.
  const isFirst = batch === "any" ? axis === 1 : axis === 0 || (axis === 1 && batch === 1);
  if (!isFirst) throw unsupported(subject, "axis 1", show(axis));
  return reshaped(wires, [batch === "any" ? "any" : 1, columnsOf(wires.shape)], subject);
}

/** @param {Call} call @param {Wires} wires */
export function squeeze(call, wires) {
  const { shape } = wires;
  const given = numbersOf(call, "axes", 1)?.map((axis) => axisIn(shape, axis, call.subject));
  const axes = new Set(given ?? shape.keys());
  if (shape[0] !== "any") {
    const kept = shape.filter((size, i) => i > 0 && !(axes.has(i) && (size === 1 || given)));
    return reshaped(
      wires,
      shape[0] === 1 && !axes.has(0) ? [1, ...kept] : ofOne(kept),
      call.subject,
    );
  }
  if (given && axes.has(0))
    throw unsupported(call.subject, "the batch to stay the first axis", show(given));
  const sizes = shape.filter((size, i) => i === 0 || !axes.has(i) || (size !== 1 && !given));
  return reshaped(wires, sizes, call.subject);
}

/** @param {Call} call @param {Wires} wires */
export function unsqueeze(call, wires) {
  const axes = numbersOf(call, "axes", 1) ?? [];
  if (wires.shape[0] !== "any") {
    const sizes = withOnes(realAxes(wires.shape), axes, call.subject);
    return reshaped(wires, ofOne(sizes), call.subject);
  }
  const rank = wires.shape.length + axes.length;
  const ones = new Set(axes.map((axis) => axisOf(axis, rank, call.subject)));
  if (ones.has(0) || ones.size !== axes.length)
    throw unsupported(call.subject, "the batch to stay the first axis", show(axes));
  return reshaped(wires, withOnes(wires.shape, [...ones], call.subject), call.subject);
}

/**
 * A shape with axes of size 1 inserted.
 *
 * @template {Size} T
 * @param {T[]} shape
 * @param {number[]} axes of the new shape
 * @param {string} subject
 * @returns {(T | 1)[]}
 */
export function withOnes(shape, axes, subject) {
  const rank = shape.length + axes.length;
  const ones = axes.map((axis) => axisOf(axis, rank, subject));
  const sizes = [...shape];
  return Array.from({ length: rank }, (_, i) => (ones.includes(i) ? 1 : (sizes.shift() ?? 1)));
}

/** @param {Call} call @param {Wires} wires */
export function transpose({ node, subject }, wires) {
  const { shape } = wires;
  if (shape[0] !== "any") return transposedOne(node, wires, subject);
  const { perm = [...shape.keys()].reverse() } = node.attributes;
  const isMove =
    Array.isArray(perm) &&
    perm.length === shape.length &&
    perm[0] === 0 &&
    new Set(perm).size === perm.length &&
    perm.every((axis) => axis in shape) &&
    shape.slice(1).filter((size) => size !== 1).length < 2;
  if (!isMove) {
    const found = `${show(perm)} of ${show(shape)}`;
    throw unsupported(subject, "a transposition of axes of size 1", found);
  }
  const sizes = perm.map((axis) => shape[axis]);
  return reshaped(wires, sizes, subject);
}

/**
 * A transposition in a graph for one user or one pair.
 *
 * @param {Call["node"]} node
 * @param {Wires} wires
 * @param {string} subject
 */
function transposedOne({ attributes }, wires, subject) {
  const axes = realAxes(wires.shape);
  const { perm = [...axes.keys()].reverse() } = attributes;
  const isMove =
    Array.isArray(perm) &&
    perm.length === axes.length &&
    new Set(perm).size === perm.length &&
    perm.every((axis) => axis in axes) &&
    axes.filter((size) => size !== 1).length < 2;
  if (isMove) return reshaped(wires, ofOne(perm.map((axis) => axes[axis])), subject);
  const found = `${show(perm)} of ${show(axes)}`;
  throw unsupported(subject, "a transposition of axes of size 1", found);
}

/**
 * A range of an axis.
 *
 * @param {Wires} wires
 * @param {number} axis
 * @param {number} begin
 * @param {number} end
 * @param {string} subject
 */
export function range(wires, axis, begin, end, subject) {
  const { shape } = wires;
  const size = Number(shape[axis]);
  const width = widthOf(wires, subject);
  const isRange = begin >= 0 && begin < end && end <= size;
  if (axis === 0 || shape.slice(1, axis).some((before) => before !== 1) || !isRange) {
    const found = `[${begin}, ${end}) of axis ${axis} of ${show(shape)}`;
    throw unsupported(subject, "a range of the columns", found);
  }
  const block = width / size;
  const columns = Int32Array.from({ length: (end - begin) * block }, (_, i) => begin * block + i);
  const sizes = shape.map((old, i) => (i === axis ? end - begin : old));
  return selected(wires, columns, sizes);
}

/** @param {Call} call @param {Wires} wires */
export function slice(call, wires) {
  const starts = numbersOf(call, "starts", 1) ?? [];
  const ends = numbersOf(call, "ends", 2) ?? [];
  const axes = numbersOf(call, "axes", 3) ?? [...starts.keys()];
  const steps = numbersOf(call, "steps", 4) ?? [];
  const hasPairs = ends.length === starts.length && axes.length === starts.length;
  if (steps.some((step) => step !== 1) || !hasPairs)
    throw unsupported(call.subject, "steps of 1", show(steps));
  return starts.reduce((value, start, i) => {
    const axis = axisIn(value.shape, axes[i], call.subject);
    const size = Number(value.shape[axis]);
    const clamp = (/** @type {number} */ at) =>
      Math.min(Math.max(at < 0 ? at + size : at, 0), size);
    return axis === 0 && start === 0 && ends[i] > 2 ** 30
      ? value
      : range(value, axis, clamp(start), clamp(ends[i]), call.subject);
  }, wires);
}

/** @param {Call} call @param {Wires} wires @returns {Wires[]} */
export function split(call, wires) {
  const {
    node: { attributes, outputs },
    subject,
  } = call;
  const axis = axisIn(wires.shape, Number(attributes.axis ?? 0), subject);
  const size = Number(wires.shape[axis]);
  const sizes = numbersOf(call, "split", 1) ?? outputs.map(() => size / outputs.length);
  let at = 0;
  return sizes.map((length) => range(wires, axis, at, (at += length), subject));
}

/** @param {Value | undefined} value @param {string} subject @returns {Size[]} */
function sizesOf(value, subject) {
  if (value?.kind === "sizes") return limited(value.sizes, subject);
  return value?.kind === "constant" ? limited(value.tensor.values, subject) : [];
}

/**
 * Arithmetic of sizes, such as half a width.
 * @type {Record<string, (a: number, b: number) => number>}
 */
const ARITHMETIC = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => Math.trunc(a / b),
};

/**
 * Shapes that the graph computes, to reshape or slice with: the export of x.view(x.size(0), -1).
 *
 * @param {Call} call
 * @returns {Value | undefined}
 */
export function ofSizes({ node: { op, attributes }, inputs, subject }) {
  const [first, second] = inputs;
  const sizes = sizesOf(first, subject);
  if (op === "Concat")
    return { kind: "sizes", sizes: inputs.flatMap((input) => sizesOf(input, subject)) };
  if (Object.hasOwn(ARITHMETIC, op)) {
    const [a, b] = [sizes[0], sizesOf(second, subject)[0]];
    if (sizes.length !== 1 || typeof a !== "number" || typeof b !== "number") return undefined;
    return { kind: "sizes", sizes: [ARITHMETIC[op](a, b)] };
  }
  if (first?.kind !== "sizes") return undefined;
  if (op === "Gather") {
    const axes = sizesOf(second, subject).map((i) => axisOf(Number(i), sizes.length, subject));
    return { kind: "sizes", sizes: axes.map((axis) => sizes[axis]) };
  }
  if (op === "Slice") {
    const boundOf = (/** @type {Value | undefined} */ input, /** @type {string} */ name) => {
      if (input) return Number(sizesOf(input, subject)[0]);
      const attribute = attributes[name];
      return Array.isArray(attribute) ? attribute[0] : undefined;
    };
    const [begin, end] = [boundOf(second, "starts"), boundOf(inputs[2], "ends")];
    return { kind: "sizes", sizes: sizes.slice(begin, end) };
  }
  return ["Cast", "Identity", "Unsqueeze", "Squeeze", "Reshape"].includes(op) ? first : undefined;
}
