import { castNumber } from "./columns.js";

/**
 * Frameworks accept ids that count from the end: arithmetic in the graph adds the number of rows to
 * a negative index. It changes no id from 0 on, so the id itself replaces it.
 *
 * @typedef {import("../../checkpoint.js").Graph} Graph
 * @typedef {import("../../checkpoint.js").GraphNode} GraphNode
 * @typedef {Map<string, import("../../checkpoint.js").ForeignTensor>} Tensors
 */

/**
 * The operators of such arithmetic, on one number.
 * @type {Record<string, (...values: number[]) => number>}
 */
const ARITHMETIC = {
  Identity: (a) => a,
  Not: (a) => Number(!a),
  Reshape: (a) => a,
  Squeeze: (a) => a,
  Unsqueeze: (a) => a,
  Flatten: (a) => a,
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Where: (condition, a, b) => (condition ? a : b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
};

/** Operators that show that there is arithmetic, not only a change of type or shape. */
const COMPARISONS = new Set(["Less", "LessOrEqual", "Greater", "GreaterOrEqual"]);

/** Limits: nodes of an index's arithmetic, and ids that are tried. */
const NODES_MAX = 40;
const TRIED_MAX = 20_000;

/**
 * @param {Graph} graph
 * @param {Tensors} tensors
 * @returns {Graph} without such arithmetic, or the graph itself
 */
export function withPlainIndices(graph, tensors) {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  /** @type {Map<string, string>} the index of a Gather, and the input that it is */
  const plain = new Map();
  for (const { op, inputs } of graph.nodes) {
    const [table, index] = inputs;
    const rows = tensors.get(table)?.shape[0];
    const input =
      op === "Gather" && rows && makers.has(index)
        ? inputBehind(index, rows, graph, makers, tensors)
        : undefined;
    if (input) plain.set(index, input);
  }
  if (!plain.size) return graph;
  const redirected = (/** @type {GraphNode} */ node) => ({
    ...node,
    inputs: node.inputs.map((name) => plain.get(name) ?? name),
  });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.op === "Gather" ? redirected(node) : node)),
  };
}

/**
 * The graph's input that equals an index for every id of the table.
 *
 * @param {string} index
 * @param {number} rows
 * @param {Graph} graph
 * @param {Map<string, GraphNode>} makers
 * @param {Tensors} tensors
 */
function inputBehind(index, rows, graph, makers, tensors) {
  const above = nodesAbove(index, makers);
  const sources = new Set(
    above
      .flatMap(({ inputs }) => inputs)
      .filter((name) => graph.inputs.some((input) => input.name === name)),
  );
  const isArithmetic =
    above.length <= NODES_MAX &&
    above.every(({ op }) => op === "Cast" || Object.hasOwn(ARITHMETIC, op)) &&
    above.some(({ op }) => COMPARISONS.has(op));
  if (!isArithmetic || sources.size !== 1) return undefined;
  const [source] = sources;
  const tried = Math.min(rows, TRIED_MAX);
  // The first ids, those beside the constants, and as many more spread over the rest.
  const constants = above.flatMap(({ inputs }) =>
    inputs.flatMap((name) => Array.from(tensors.get(name)?.values.slice(0, 1) ?? [])),
  );
  const beside = constants
    .flatMap((value) => [-1, 0, 1].map((step) => Math.round(value) + step))
    .filter((id) => id >= 0 && id < rows);
  const spread = Array.from({ length: rows > tried ? tried : 0 }, (_, i) =>
    Math.round((i * (rows - 1)) / tried),
  );
  const ids = [...Array.from({ length: tried }, (_, i) => i), ...beside, ...spread];
  return [...ids, rows - 1].every((id) => valueOf(index, id, source, makers, tensors) === id)
    ? source
    : undefined;
}

/**
 * @param {string} name
 * @param {Map<string, GraphNode>} makers
 */
function nodesAbove(name, makers) {
  const found = new Set();
  const pending = [name];
  while (pending.length && found.size <= NODES_MAX) {
    const node = makers.get(/** @type {string} */ (pending.pop()));
    if (!node || found.has(node)) continue;
    found.add(node);
    pending.push(...node.inputs);
  }
  return /** @type {GraphNode[]} */ ([...found]);
}

/**
 * @param {string} name
 * @param {number} id
 * @param {string} source
 * @param {Map<string, GraphNode>} makers
 * @param {Tensors} tensors
 * @returns {number} NaN if it is no number
 */
function valueOf(name, id, source, makers, tensors) {
  const known = new Map([[source, id]]);
  /** @type {(name: string) => number} */
  const of = (name) => {
    const value = known.get(name) ?? compute(makers.get(name), tensors.get(name), of);
    known.set(name, value);
    return value;
  };
  return of(name);
}

/**
 * @param {GraphNode | undefined} node
 * @param {import("../../checkpoint.js").ForeignTensor | undefined} constant
 * @param {(name: string) => number} of
 * @returns {number}
 */
function compute(node, constant, of) {
  if (node?.op === "Cast") return castNumber(of(node.inputs[0]), node.attributes.to);
  if (node) return ARITHMETIC[node.op](...node.inputs.map(of));
  return constant?.values.length === 1 ? constant.values[0] : NaN;
}
