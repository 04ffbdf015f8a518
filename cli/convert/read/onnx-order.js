import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * @typedef {import("../checkpoint.js").GraphNode} GraphNode
 */

/**
 * Sorts nodes topologically: each follows the nodes whose outputs it takes.
 *
 * @param {GraphNode[]} nodes
 * @param {string[]} inputs
 * @param {Map<string, unknown>} tensors
 * @param {string[]} outputs
 * @throws {PocketrecError} "bad-header": a cycle, a duplicate or an undefined name
 */
export function sortNodes(nodes, inputs, tensors, outputs) {
  const makers = makersOf(nodes, inputs, tensors);
  const known = new Set([...inputs, ...tensors.keys()]);
  for (const name of [...nodes.flatMap((node) => node.inputs), ...outputs]) {
    // An empty name stands for an omitted optional input.
    if (name === "" || known.has(name) || makers.has(name)) continue;
    throw new PocketrecError(
      "bad-header",
      show(name),
      "an input, an initializer or a node's output",
      "an undefined name",
    );
  }
  return sort(nodes, makers);
}

/**
 * @param {GraphNode[]} nodes
 * @param {string[]} inputs
 * @param {Map<string, unknown>} tensors
 */
function makersOf(nodes, inputs, tensors) {
  const seen = new Set(tensors.keys());
  const assertNew = (/** @type {string} */ name) => {
    if (seen.has(name))
      throw new PocketrecError("bad-header", show(name), "a unique name", "a duplicate");
    seen.add(name);
  };
  inputs.forEach(assertNew);
  /** @type {Map<string, GraphNode>} */
  const makers = new Map();
  for (const node of nodes) {
    for (const name of node.outputs.filter(Boolean)) {
      assertNew(name);
      makers.set(name, node);
    }
  }
  return makers;
}

/**
 * Kahn's algorithm.
 * @param {GraphNode[]} nodes
 * @param {Map<string, GraphNode>} makers
 */
function sort(nodes, makers) {
  /** @type {Map<GraphNode, GraphNode[]>} */
  const followers = new Map(nodes.map((node) => [node, []]));
  /** @type {Map<GraphNode, number>} */
  const missing = new Map();
  for (const node of nodes) {
    const before = node.inputs
      .map((name) => makers.get(name))
      .filter((maker) => maker !== undefined);
    missing.set(node, before.length);
    for (const maker of before) followers.get(maker)?.push(node);
  }
  const sorted = nodes.filter((node) => missing.get(node) === 0);
  for (const node of sorted) {
    for (const follower of followers.get(node) ?? []) {
      const count = Number(missing.get(follower)) - 1;
      missing.set(follower, count);
      if (count === 0) sorted.push(follower);
    }
  }
  if (sorted.length === nodes.length) return sorted;
  const stuck = nodes.find((node) => Number(missing.get(node)) > 0);
  throw new PocketrecError(
    "bad-header",
    `${stuck?.op} ${show(stuck?.outputs[0])}`,
    "a graph without cycles",
    "a cycle through it",
  );
}
