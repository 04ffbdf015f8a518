/**
 * Operators of a graph, applied to the values of their inputs.
 *
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Wires} Wires
 *
 * @typedef {object} Call a node with the values of its inputs
 * @property {import("../../checkpoint.js").GraphNode} node
 * @property {(Value | undefined)[]} inputs undefined: omitted
 * @property {string} subject for errors: operator and output
 *
 * @typedef {(call: Call) => Value | Wires[] | undefined} Operator gives its output, or all of them;
 *   undefined if it does not take such inputs
 */

/**
 * An operator whose first input is a value of wires.
 *
 * @param {(call: Call, wires: Wires) => Value | Wires[] | undefined} operator
 * @returns {Operator}
 */
export const onWires = (operator) => (call) => {
  const [first] = call.inputs;
  return first?.kind === "wires" ? operator(call, first) : undefined;
};
