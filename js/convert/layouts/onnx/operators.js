import { PocketrecError, show } from "../../../common/errors.js";
import { CONSTANT_OPERATORS, transposed } from "./constants.js";
import { LIST_OPERATORS } from "./lists.js";
import { NORM_OPERATORS } from "./norms.js";
import {
  axisOf,
  flatten,
  numbersOf,
  ofSizes,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from "./shapes.js";
import {
  added,
  bare,
  bareAtom,
  columnsOf,
  demandSameShape,
  joined,
  layer,
  scaled,
  selected,
  spread,
  unsupported,
  widthOf,
} from "./values.js";

/**
 * @typedef {import("../../checkpoint.js").GraphNode} GraphNode
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./values.js").Constant} Constant
 * @typedef {import("./values.js").Size} Size
 *
 * @typedef {object} Call a node with the values of its inputs
 * @property {GraphNode} node
 * @property {(Value | undefined)[]} inputs undefined: left out
 * @property {string} subject for errors: operator and output
 *
 * @typedef {(call: Call) => Value | Wires[] | undefined} Operator gives its output, or all of them;
 *   undefined where it does not take such inputs
 */

/** TensorProto.DataType of what a Cast must not round to. */
const WHOLE = new Set([2, 3, 4, 5, 6, 7, 9, 12, 13]);

/** The constants of Selu, and alpha of Elu: what pocketrec computes. */
const SELU = { alpha: 1.6732632, gamma: 1.0507009 };

/**
 * @param {(call: Call, wires: Wires) => Value | Wires[] | undefined} operator
 * @returns {Operator}
 */
const onWires = (operator) => (call) => {
  const [first] = call.inputs;
  return first?.kind === "wires" ? operator(call, first) : undefined;
};

/** @param {string} name @param {(attributes: Record<string, unknown>) => boolean} [isFine] */
const activation = (name, isFine) =>
  onWires(({ node, subject }, wires) => {
    if (isFine && !isFine(node.attributes))
      throw unsupported(subject, `${name} with its usual constants`, show(node.attributes));
    return bare({ type: "activation", name, input: wires }, wires.shape);
  });

/** @param {string} name */
const ofLastAxis = (name) =>
  onWires(({ node, subject }, wires) => {
    const axis = Number(node.attributes.axis ?? -1);
    const last = wires.shape.length - 1;
    if (axisOf(axis, last + 1, subject) !== last)
      throw unsupported(subject, "the last axis", `${axis}`);
    return bare({ type: "activation", name, input: wires }, wires.shape);
  });

/** @param {unknown} found @param {number} wanted */
const isNear = (found, wanted) => found === undefined || Math.abs(Number(found) - wanted) < 1e-4;

const pass = onWires((_, wires) => wires);

/** Every operator that is understood. @type {Record<string, Operator>} */
const OPERATORS = {
  Identity: ({ inputs: [first] }) => first,
  Dropout: onWires(({ inputs: [, , training], subject }, wires) => {
    const isTraining =
      training && !(training.kind === "constant" && training.tensor.values[0] === 0);
    if (isTraining) {
      throw unsupported(
        subject,
        "a model in evaluation mode",
        "one in training mode",
        "Call model.eval() before the export.",
      );
    }
    return wires;
  }),
  Cast: onWires(({ node, subject }, wires) => {
    if (WHOLE.has(Number(node.attributes.to)) && !isIndex(wires)) {
      throw unsupported(subject, "values that are not rounded", "a Cast to whole numbers");
    }
    return wires;
  }),
  Reshape: onWires(reshape),
  Flatten: onWires(flatten),
  Squeeze: onWires(squeeze),
  Unsqueeze: onWires(unsqueeze),
  Transpose: onWires(transpose),
  Slice: onWires(slice),
  Split: onWires(split),
  Shape: onWires((_, { shape }) => ({ kind: "sizes", sizes: shape })),
  Expand: pass,
  Gather: gather,
  Concat: concat,
  MatMul: matMul,
  Gemm: gemm,
  Add: (call) => combine(call, added, (wires, values) => scaled(wires, undefined, values)),
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  BatchNormalization: onWires(batchNormalization),
  ReduceSum: onWires((call, wires) =>
    reducesColumns(call, wires) ? total(call, wires, 1) : undefined,
  ),
  ReduceMean: onWires((call, wires) =>
    reducesColumns(call, wires) ? total(call, wires, 1 / widthOf(wires, call.subject)) : undefined,
  ),
  Relu: activation("relu"),
  Sigmoid: activation("sigmoid"),
  Tanh: activation("tanh"),
  Elu: activation("elu", ({ alpha }) => isNear(alpha, 1)),
  Selu: activation(
    "selu",
    ({ alpha, gamma }) => isNear(alpha, SELU.alpha) && isNear(gamma, SELU.gamma),
  ),
  Softmax: ofLastAxis("softmax"),
  LogSoftmax: ofLastAxis("log-softmax"),
};

/**
 * What a node gives: by the table above, or as weights or a shape that are computed, a length or a
 * list of rows.
 * @param {Call} call
 * @returns {Value | Wires[]}
 */
export function perform(call) {
  const {
    node: { op },
    subject,
    inputs,
  } = call;
  const [first] = inputs;
  const isFixed = inputs.every(
    (input) => input === undefined || input.kind === "sizes" || input.kind === "constant",
  );
  const ofWeights =
    isFixed && first?.kind === "constant" ? CONSTANT_OPERATORS[op]?.(call, first) : undefined;
  const ofShapes =
    isFixed && inputs.some((input) => input?.kind === "sizes") ? ofSizes(call) : undefined;
  const found =
    ofWeights ??
    ofShapes ??
    LIST_OPERATORS[op]?.(call) ??
    NORM_OPERATORS[op]?.(call) ??
    OPERATORS[op]?.(call);
  if (found) return found;
  const kinds = inputs.map((input) =>
    input === undefined ? "nothing" : input.kind === "wires" ? "a value" : `a ${input.kind}`,
  );
  throw unsupported(subject, `inputs that a recommender gives a ${op}`, kinds.join(", ") || "none");
}

/** @returns {string[]} */
export function understood() {
  return [
    ...new Set([OPERATORS, LIST_OPERATORS, NORM_OPERATORS].flatMap((table) => Object.keys(table))),
  ].sort();
}

/**
 * Which input, or column of one, a value of ids is.
 * @param {Wires} wires
 */
export function indexOf({ terms: [term, ...more], shift }) {
  if (!term || more.length || shift || term.scale || term.atom.type !== "input") return undefined;
  return term.from ? `${term.atom.name}[${term.from[0]}]` : term.atom.name;
}

/** @param {Wires} wires */
const isIndex = (wires) => indexOf(wires) !== undefined;

/**
 * Rows of a table by an index, or one column of an input that holds several.
 * @type {Operator}
 */
function gather(call) {
  const {
    node: {
      attributes: { axis = 0 },
    },
    inputs: [data, index],
    subject,
  } = call;
  if (data?.kind === "wires" && index?.kind === "constant" && index.tensor.values.length === 1) {
    const column = axisOf(index.tensor.values[0], widthOf(data, subject), subject);
    const isScalar = !index.tensor.shape.length;
    const place = axisOf(Number(axis), data.shape.length, subject);
    if (place === 0 || data.shape.length !== 2) return undefined;
    return selected(data, Int32Array.of(column), isScalar ? ["any"] : ["any", 1]);
  }
  if (data?.kind !== "constant" || index?.kind !== "wires") return undefined;
  const name = indexOf(index);
  const { shape, values } = data.tensor;
  if (
    axis !== 0 ||
    name === undefined ||
    shape.length > 2 ||
    !shape.length ||
    columnsOf(index.shape) !== 1
  ) {
    throw unsupported(
      subject,
      "rows of a table by one id of an input",
      `axis ${show(axis)} of ${show(shape)} by ${show(index.shape)}`,
    );
  }
  const table = { shape: [shape[0], shape[1] ?? 1], values };
  return bare({ type: "rows", table, name: data.name, index: name }, [
    ...index.shape,
    ...shape.slice(1),
  ]);
}

/** @type {Operator} */
function concat({ node, inputs, subject }) {
  const parts = inputs.filter((input) => input?.kind === "wires");
  if (!parts.length || parts.length !== inputs.length) return undefined;
  const [{ shape }] = parts;
  const axis = axisOf(Number(node.attributes.axis ?? 1), shape.length, subject);
  const isFine =
    axis > 0 &&
    shape.slice(1, axis).every((size) => size === 1) &&
    parts.every(
      (part) =>
        part.shape.length === shape.length &&
        part.shape.every((size, i) => i === 0 || i === axis || size === shape[i]),
    );
  if (!isFine)
    throw unsupported(
      subject,
      "values side by side",
      parts.map((part) => show(part.shape)).join(", "),
    );
  const width = parts.reduce((sum, part) => sum + Number(part.shape[axis]), 0);
  return joined(
    parts,
    shape.map((size, i) => (i === axis ? width : size)),
    subject,
  );
}

/**
 * A value whose last axis is what a matrix of (in) rows takes; of an input of unknown width that
 * says the width.
 * @param {Wires} wires
 * @param {number} width
 * @param {string} subject
 */
function fitting(wires, width, subject) {
  const { shape } = wires;
  const sized = [...shape.slice(0, -1), width];
  if (shape.length > 1 && shape.at(-1) === "any" && bareAtom(wires)?.type === "input")
    return { ...wires, shape: sized };
  if (shape.length > 1 && shape.at(-1) === width && columnsOf(shape) === width) return wires;
  throw new PocketrecError(
    "bad-shape",
    subject,
    `${width} columns, as the matrix has rows`,
    show(shape),
  );
}

/** @type {Operator} */
function matMul({ inputs: [a, b], subject }) {
  if (a?.kind !== "wires") return undefined;
  if (b?.kind === "constant") {
    const { shape, values } = b.tensor;
    if (shape.length !== 2) throw new PocketrecError("bad-shape", subject, "a matrix", show(shape));
    return layer(fitting(a, shape[0], subject), transposed(values, shape), shape[1], b.name);
  }
  if (b?.kind !== "wires") return undefined;
  const width = widthOf(a, subject);
  const isDot =
    a.shape.length === 3 && b.shape.length === 3 && a.shape[2] === width && b.shape[1] === width;
  if (!isDot || widthOf(b, subject) !== width) {
    throw unsupported(subject, "a row by a column", `${show(a.shape)} and ${show(b.shape)}`);
  }
  const product = bare({ type: "product", left: a, right: { ...b, shape: a.shape } }, a.shape);
  return layer(product, new Float32Array(width).fill(1), 1, "");
}

/** @type {Operator} */
function gemm({ node: { attributes }, inputs: [a, b, c], subject }) {
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = attributes;
  if (
    a?.kind !== "wires" ||
    b?.kind !== "constant" ||
    (c && c.kind !== "constant") ||
    transA ||
    b.tensor.shape.length !== 2
  ) {
    return undefined;
  }
  const { shape, values } = b.tensor;
  const [out, width] = transB ? shape : [shape[1], shape[0]];
  const turned = transB ? values : transposed(values, shape);
  const weight = alpha === 1 ? turned : turned.map((value) => value * Number(alpha));
  const result = layer(fitting(a, width, subject), weight, out, b.name);
  return c
    ? scaled(
        result,
        undefined,
        spread(c, result, subject).map((value) => value * Number(beta)),
      )
    : result;
}

/**
 * An operator of two values, or of a value and a constant in either order.
 * @param {Call} call
 * @param {(a: Wires, b: Wires, subject: string) => Value} both
 * @param {(wires: Wires, values: Float64Array) => Value} one
 */
function combine({ inputs: [a, b], subject }, both, one) {
  if (a?.kind === "wires" && b?.kind === "wires") return both(a, b, subject);
  if (a?.kind === "wires" && b?.kind === "constant") return one(a, spread(b, a, subject));
  if (b?.kind === "wires" && a?.kind === "constant") return one(b, spread(a, b, subject));
}

/** @param {Wires} wires */
const negative = (wires) =>
  scaled(wires, new Float64Array(widthOf(wires, "Sub")).fill(-1), undefined);

/** @type {Operator} */
function subtract(call) {
  const isFromConstant = call.inputs[0]?.kind === "constant";
  return combine(
    call,
    (a, b, subject) => added(a, negative(b), subject),
    (wires, values) =>
      isFromConstant
        ? scaled(negative(wires), undefined, values)
        : scaled(
            wires,
            undefined,
            values.map((value) => -value),
          ),
  );
}

/** @type {Operator} */
function multiply(call) {
  return combine(
    call,
    (left, right, subject) => {
      if (left === right) return { kind: "square", of: left };
      demandSameShape(left, right, subject);
      return bare({ type: "product", left, right }, left.shape);
    },
    (wires, values) => scaled(wires, values, undefined),
  );
}

/** @type {Operator} */
function divide({ inputs: [a, b], subject }) {
  if (a?.kind === "wires" && b?.kind === "constant")
    return scaled(
      a,
      spread(b, a, subject).map((value) => 1 / value),
      undefined,
    );
}

/** @type {Operator} */
function batchNormalization({ node: { attributes }, inputs: [wires, ...constants], subject }) {
  if (wires?.kind !== "wires") return undefined;
  if (attributes.training_mode) {
    throw unsupported(
      subject,
      "a model in evaluation mode",
      "one in training mode",
      "Call model.eval() before the export.",
    );
  }
  const width = widthOf(wires, subject);
  const { epsilon = 1e-5 } = attributes;
  const [gamma, beta, mean, variance] = constants
    .slice(0, 4)
    .map((constant) => (constant?.kind === "constant" ? constant.tensor.values : undefined));
  if (!gamma || !beta || !mean || !variance) return undefined;
  if (wires.shape[1] !== width) {
    throw unsupported(
      subject,
      "the columns on the second axis, as it normalises them",
      show(wires.shape),
    );
  }
  for (const { length } of [gamma, beta, mean, variance]) {
    if (length !== width)
      throw new PocketrecError("bad-shape", subject, `${width} values of each kind`, `${length}`);
  }
  const scale = Float64Array.from(
    gamma,
    (value, i) => value / Math.sqrt(variance[i] + Number(epsilon)),
  );
  return scaled(
    wires,
    scale,
    scale.map((value, i) => beta[i] - mean[i] * value),
  );
}

/** @param {Call} call @param {Wires} wires */
const axesOf = (call, { shape }) =>
  numbersOf(call, "axes", 1)?.map((axis) => axisOf(axis, shape.length, call.subject)) ?? [];

/** @param {Call} call @param {Wires} wires whether the axis that has the columns is summed up */
function reducesColumns(call, wires) {
  const { shape } = wires;
  const axes = axesOf(call, wires);
  return (
    axes.length > 0 &&
    !axes.includes(0) &&
    shape.every((size, i) => i === 0 || size === 1 || axes.includes(i))
  );
}

/** @param {Call} call @param {Wires} wires @param {number} weight of each column */
function total(call, wires, weight) {
  const { node, subject } = call;
  const axes = axesOf(call, wires);
  const isKept = Number(node.attributes.keepdims ?? 1) !== 0;
  const width = widthOf(wires, subject);
  const shape = wires.shape
    .map((size, i) => (axes.includes(i) ? 1 : size))
    .filter((_, i) => isKept || !axes.includes(i));
  return { ...layer(wires, new Float32Array(width).fill(weight), 1, ""), shape };
}
