import { show } from "../../../../js/common/errors.js";
import { onWires } from "./call.js";
import { axisIn } from "./shapes.js";
import { bare, columnsOf, unsupported } from "./values.js";

/**
 * Activations of an ONNX graph.
 *
 * @typedef {import("./call.js").Operator} Operator
 */

/** The constants of SELU that the kernels compute. */
const SELU = { alpha: 1.6732632, gamma: 1.0507009 };

/** @param {unknown} found @param {number} expected */
const isNear = (found, expected) =>
  found === undefined || Math.abs(Number(found) - expected) < 1e-4;

/**
 * @param {string} name
 * @param {(attributes: Record<string, unknown>) => boolean} [isStandard]
 */
const activation = (name, isStandard) =>
  onWires(({ node, subject }, wires) => {
    if (isStandard && !isStandard(node.attributes))
      throw unsupported(subject, `${name} with its usual constants`, show(node.attributes));
    return bare({ type: "activation", name, input: wires, at: subject }, wires.shape);
  });

/** @param {string} name */
const ofLastAxis = (name) =>
  onWires(({ node, subject }, wires) => {
    const axis = Number(node.attributes.axis ?? -1);
    const isLast = axisIn(wires.shape, axis, subject) === wires.shape.length - 1;
    if (!isLast || wires.shape.at(-1) !== columnsOf(wires.shape))
      throw unsupported(subject, "all columns on the last axis", `${axis} of ${show(wires.shape)}`);
    return bare({ type: "activation", name, input: wires, at: subject }, wires.shape);
  });

/**
 * A bound of a Clip: an attribute or, in newer files, an input.
 *
 * @param {import("./call.js").Call} call
 * @param {string} name
 * @param {number} position of the input
 * @returns {number | undefined}
 */
function boundOf({ node, inputs, subject }, name, position) {
  const input = inputs[position];
  const bound = input?.kind === "constant" ? input.tensor.values : [node.attributes[name]];
  if ((input && input.kind !== "constant") || bound.length !== 1)
    throw unsupported(subject, "one constant as each bound", "others");
  // Exporters write the largest number for no bound.
  return bound[0] === undefined || Math.abs(Number(bound[0])) > 1e30 ? undefined : Number(bound[0]);
}

/**
 * A value held within bounds.
 *
 * @param {import("./values.js").Wires} wires
 * @param {number | undefined} minimum
 * @param {number | undefined} maximum
 * @param {string} at
 */
function clipped(wires, minimum, maximum, at) {
  if (minimum === undefined && maximum === undefined) return wires;
  return bare({ type: "clip", minimum, maximum, input: wires, at }, wires.shape);
}

/**
 * The smaller or the larger of a value and a constant.
 * @param {"minimum" | "maximum"} bound
 * @returns {Operator}
 */
const bounded =
  (bound) =>
  ({ inputs: [a, b, more], subject }) => {
    const wires = a?.kind === "wires" ? a : b;
    const constant = a?.kind === "constant" ? a : b;
    if (more || wires?.kind !== "wires" || constant?.kind !== "constant") return undefined;
    const [value, ...others] = constant.tensor.values;
    if (others.length || constant.tensor.shape.length > wires.shape.length) return undefined;
    return bound === "minimum"
      ? clipped(wires, value, undefined, subject)
      : clipped(wires, undefined, value, subject);
  };

/** @type {Record<string, Operator>} */
export const ACTIVATION_OPERATORS = {
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
  Clip: onWires((call, wires) =>
    clipped(wires, boundOf(call, "min", 1), boundOf(call, "max", 2), call.subject),
  ),
  Max: bounded("minimum"),
  Min: bounded("maximum"),
};
