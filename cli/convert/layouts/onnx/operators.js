import { ACTIVATION_OPERATORS } from "./activations.js";
import { add, divide, multiply, reduceMean, reduceSum, subtract } from "./arithmetic.js";
import { onWires } from "./call.js";
import { cast, concat, gather } from "./columns.js";
import { CONSTANT_OPERATORS } from "./constants.js";
import { batchNormalization, gemm, matMul, trainingMode } from "./dense.js";
import { LIST_OPERATORS } from "./lists.js";
import { NORM_OPERATORS } from "./norms.js";
import {
  expand,
  flatten,
  ofSizes,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from "./shapes.js";
import { unsupported } from "./values.js";

/**
 * The table of operators.
 *
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./call.js").Call} Call
 * @typedef {import("./call.js").Operator} Operator
 */

/** Changes nothing at inference. */
const dropout = onWires(({ inputs: [, , training], subject }, wires) => {
  const isInference = training?.kind === "constant" && training.tensor.values[0] === 0;
  if (training && !isInference) throw trainingMode(subject);
  return wires;
});

/** Operators on values. @type {Record<string, Operator>} */
const OPERATORS = {
  Identity: ({ inputs: [first] }) => first,
  Dropout: dropout,
  Cast: onWires(cast),
  Reshape: onWires(reshape),
  Flatten: onWires(flatten),
  Squeeze: onWires(squeeze),
  Unsqueeze: onWires(unsqueeze),
  Transpose: onWires(transpose),
  Slice: onWires(slice),
  Split: onWires(split),
  Shape: onWires((_, { shape }) => ({
    kind: "sizes",
    sizes: shape[0] === "none" ? shape.slice(1) : shape,
  })),
  Expand: onWires(expand),
  Gather: gather,
  Concat: concat,
  MatMul: matMul,
  Gemm: gemm,
  Add: add,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  BatchNormalization: batchNormalization,
  ReduceSum: onWires(reduceSum),
  ReduceMean: onWires(reduceMean),
  ...ACTIVATION_OPERATORS,
};

/** Every operator that is supported on values. */
export const OPERATOR_NAMES = [
  ...new Set([OPERATORS, LIST_OPERATORS, NORM_OPERATORS].flatMap((table) => Object.keys(table))),
].sort();

/**
 * The output of a node: computed from weights or shapes alone, or by the tables of lists, lengths
 * and values.
 *
 * @param {Call} call
 * @returns {Value | Wires[]}
 * @throws {PocketrecError} "unsupported"
 */
export function perform(call) {
  const { node, subject, inputs } = call;
  const found =
    computed(call) ??
    LIST_OPERATORS[node.op]?.(call) ??
    NORM_OPERATORS[node.op]?.(call) ??
    OPERATORS[node.op]?.(call);
  if (found) return found;
  const kinds = inputs.map((input) =>
    input === undefined ? "nothing" : input.kind === "wires" ? "a value" : `a ${input.kind}`,
  );
  const expected = `inputs that a recommender gives a ${node.op}`;
  throw unsupported(subject, expected, kinds.join(", ") || "none");
}

/**
 * The output of a node whose inputs are weights and shapes only.
 * @param {Call} call
 */
function computed(call) {
  const { node, inputs } = call;
  const isFixed = inputs.every(
    (input) => input === undefined || input.kind === "sizes" || input.kind === "constant",
  );
  if (!isFixed) return undefined;
  const [first] = inputs;
  const ofWeights =
    first?.kind === "constant" ? CONSTANT_OPERATORS[node.op]?.(call, first) : undefined;
  const hasSizes = inputs.some((input) => input?.kind === "sizes");
  return ofWeights ?? (hasSizes ? ofSizes(call) : undefined);
}
