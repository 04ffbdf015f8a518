import { PocketrecError, show } from "../../../../js/common/errors.js";
import { transposed } from "../../matrix.js";
import {
  bare,
  bareAtom,
  columnsOf,
  layer,
  scaled,
  spread,
  unsupported,
  widthOf,
} from "./values.js";

/**
 * Matrix products and batch normalisation of an ONNX graph.
 *
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./call.js").Operator} Operator
 */

/**
 * A value whose last axis fits a matrix of `width` rows. An input of unknown width gets it.
 *
 * @param {Wires} wires
 * @param {number} width
 * @param {string} subject
 */
function fitted(wires, width, subject) {
  const { shape, terms } = wires;
  for (const { atom } of terms)
    if (atom.type === "input" && atom.rounding)
      throw unsupported(atom.rounding, "an input that is not rounded", "a Cast to whole numbers");
  const sized = [...shape.slice(0, -1), width];
  if (shape.length > 1 && shape.at(-1) === "any" && bareAtom(wires)?.type === "input")
    return { ...wires, shape: sized };
  if (shape.length > 1 && shape.at(-1) === width && columnsOf(shape) === width) return wires;
  const expected = `${width} columns, as the matrix has rows`;
  throw new PocketrecError("bad-shape", subject, expected, show(shape));
}

/** @type {Operator} */
export function matMul({ inputs: [a, b], subject }) {
  if (a?.kind !== "wires") return undefined;
  if (b?.kind === "constant") {
    const { shape } = b.tensor;
    if (shape.length !== 2) throw new PocketrecError("bad-shape", subject, "a matrix", show(shape));
    return layer(fitted(a, shape[0], subject), transposed(b.tensor).values, shape[1], b.name);
  }
  if (b?.kind !== "wires") return undefined;
  const shape = shapeOfDot(a, b, subject);
  const width = widthOf(a, subject);
  const right = { ...b, shape: a.shape };
  const product = bare({ type: "product", left: a, right, at: subject }, a.shape);
  return { ...layer(product, new Float32Array(width).fill(1), 1, ""), shape };
}

/**
 * The shape of a row by a column: of each of a batch, or of two vectors without one.
 *
 * @param {Wires} a
 * @param {Wires} b
 * @param {string} subject
 * @returns {import("./values.js").Size[]}
 */
function shapeOfDot(a, b, subject) {
  const width = widthOf(a, subject);
  const isSized = widthOf(b, subject) === width && a.shape.at(-1) === width;
  const shapes = [a.shape, b.shape].map((shape) => shape.length).join();
  const isPlain = b.shape[0] === "none";
  if (isSized && shapes === "3,3" && b.shape[1] === width && (a.shape[0] === "none") === isPlain)
    return [...a.shape.slice(0, -1), 1];
  if (isSized && shapes === "2,2" && isPlain && a.shape[0] !== "any")
    return a.shape[0] === "none" ? ["none"] : [1];
  if (isSized && shapes === "2,3" && isPlain && a.shape[0] === 1 && b.shape[1] === width)
    return [1, 1];
  throw unsupported(subject, "a row by a column", `${show(a.shape)} and ${show(b.shape)}`);
}

/** @type {Operator} */
export function gemm({ node: { attributes }, inputs: [a, b, c], subject }) {
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = attributes;
  if (a?.kind !== "wires" || b?.kind !== "constant" || transA) return undefined;
  if (b.tensor.shape.length !== 2 || (c && c.kind !== "constant")) return undefined;
  const { shape, values } = transB ? b.tensor : transposed(b.tensor);
  const [out, width] = shape;
  const weight = alpha === 1 ? values : values.map((value) => value * Number(alpha));
  const result = layer(fitted(a, width, subject), weight, out, b.name);
  if (!c) return result;
  const shift = spread(c, result, subject).map((value) => value * Number(beta));
  return scaled(result, undefined, shift);
}

/** @type {Operator} */
export function batchNormalization(call) {
  const { node, inputs, subject } = call;
  const [wires, ...constants] = inputs;
  const { training_mode: isTraining, epsilon = 1e-5 } = node.attributes;
  if (wires?.kind !== "wires") return undefined;
  // Before version 14, the other outputs are those of training.
  if (isTraining || node.outputs.filter(Boolean).length > 1) throw trainingMode(subject);
  const width = widthOf(wires, subject);
  const [gamma, beta, mean, variance] = constants
    .slice(0, 4)
    .map((constant) => (constant?.kind === "constant" ? constant.tensor.values : undefined));
  if (!gamma || !beta || !mean || !variance) return undefined;
  if (wires.shape[1] !== width)
    throw unsupported(subject, "the columns on the normalised second axis", show(wires.shape));
  for (const { length } of [gamma, beta, mean, variance]) {
    if (length !== width)
      throw new PocketrecError("bad-shape", subject, `${width} values of each kind`, `${length}`);
  }
  const scale = Float64Array.from(
    gamma,
    (value, i) => value / Math.sqrt(variance[i] + Number(epsilon)),
  );
  const shift = scale.map((value, i) => beta[i] - mean[i] * value);
  return scaled(wires, scale, shift);
}

/** @param {string} subject */
export const trainingMode = (subject) =>
  unsupported(
    subject,
    "a model in evaluation mode",
    "one in training mode",
    "Call model.eval() before the export.",
  );
