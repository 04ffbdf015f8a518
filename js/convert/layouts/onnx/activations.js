import { show } from "../../../common/errors.js";
import { onWires } from "./call.js";
import { axisOf } from "./shapes.js";
import { bare, unsupported } from "./values.js";

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
};
