import { PocketrecError, show } from "../../../common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { chain } from "./chain.js";
import { withPlainIndices } from "./indices.js";
import { ncf } from "./ncf.js";
import { perform, understood } from "./operators.js";
import { Sides } from "./sides.js";
import { bare, columnsOf, unsupported } from "./values.js";

/**
 * Models as ONNX graphs, whoever wrote them: what a graph computes is found out symbolically, and
 * then told by the names of docs/format.md.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../checkpoint.js").Graph} Graph
 * @typedef {import("../../checkpoint.js").GraphNode} GraphNode
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../../file/metadata.js").Kind} Kind
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Size} Size
 *
 * @typedef {{ kind: Kind, tensors: Map<string, ForeignTensor>, description: Record<string,
 *   unknown>, notes: string[] }} Found
 */

/** Nodes that one score may need. A model of 16 layers has about a hundred. */
const NODES_MAX = 300;

/** Numbers that nodes may make: copies of each weight, and some for what is small. */
const COPIES = 4;
const ROOM = 4e6;

const NAMES = /** @type {Record<string, string>} */ ({
  gmf: "GMF",
  mlp: "MLP",
  neumf: "NeuMF",
  autoencoder: "autoencoder",
  "mult-dae": "Mult-DAE",
  "autorec-user": "U-AutoRec",
  candidates: "candidate tower",
});

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} [options]
 * @returns {Blueprint | undefined}
 */
export function onnxLayout({ format, graph: whole, tensors }, options = {}) {
  if (format !== "onnx" || !whole) return undefined;
  const graph = withPlainIndices(whole, tensors);
  const [output, ...others] = graph.outputs;
  const nodes = neededFor(graph, output);
  demandUnderstood(nodes);
  const value = evaluate(graph, nodes, tensors).get(output);
  if (value?.kind !== "wires") {
    throw unsupported(
      "graph",
      "an output that is computed from its inputs",
      value ? `a ${value.kind}` : "none",
    );
  }
  const found = recognise(value, graph, options);
  demandNumbers(found);
  const names = new Set(nodes.flatMap(({ inputs }) => inputs));
  if (others.length)
    found.notes.push(
      `The first output, "${output}", is taken for the scores; the graph also gives ${others.map(show).join(", ")}.`,
    );
  return {
    ...found,
    layout: `ONNX ${NAMES[found.kind]}`,
    used: new Set([...tensors.keys()].filter((name) => names.has(name))),
    unused: unusedTensors({ tensors }, names, "the scores do not depend on it"),
  };
}

/** Folding may divide by 0, or leave the range of floats. @param {Found} found */
function demandNumbers({ tensors }) {
  for (const [name, { values }] of tensors) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new PocketrecError("not-finite", name, "finite values", `${values[wrong]} at ${wrong}`);
  }
}

/** @param {GraphNode[]} nodes */
function demandUnderstood(nodes) {
  const names = new Set(understood());
  const unknown = nodes.find(({ op }) => !names.has(op));
  if (unknown) {
    throw unsupported(
      `${unknown.op} ${show(unknown.outputs[0] ?? "")}`,
      "operators that pocketrec understands",
      unknown.op,
      `They are ${[...names].join(", ")}.`,
    );
  }
}

/**
 * The nodes that an output depends on, in the graph's order.
 * @param {Graph} graph
 * @param {string} output
 */
function neededFor({ nodes }, output) {
  const names = new Set([output]);
  const needed = [...nodes].reverse().filter((node) => {
    const isNeeded = node.outputs.some((name) => name !== "" && names.has(name));
    if (isNeeded) node.inputs.forEach((name) => names.add(name));
    return isNeeded;
  });
  if (needed.length > NODES_MAX) {
    throw new PocketrecError(
      "too-large",
      "graph",
      `at most ${NODES_MAX} nodes for the scores`,
      `${needed.length}`,
    );
  }
  return needed.reverse();
}

/**
 * Every value by its name.
 * @param {Graph} graph
 * @param {GraphNode[]} nodes
 * @param {Map<string, ForeignTensor>} tensors
 */
function evaluate({ inputs }, nodes, tensors) {
  /** @type {Map<string, Value>} */
  const values = new Map();
  for (const [name, tensor] of tensors) values.set(name, { kind: "constant", tensor, name });
  for (const { name, shape } of inputs) {
    const [, ...sizes] = shape;
    values.set(name, bare({ type: "input", name }, ["any", ...sizes.map((size) => size ?? "any")]));
  }
  const room = roomFor(tensors);
  for (const node of nodes) {
    const subject = `${node.op} ${show(node.outputs[0])}`;
    const made = perform({
      node,
      subject,
      inputs: node.inputs.map((name) => (name ? values.get(name) : undefined)),
    });
    // A Dropout also gives its mask, an old BatchNormalization more: nothing that a score depends
    // on.
    [made].flat().forEach((value, i) => values.set(node.outputs[i], value));
    [made].flat().forEach(room);
  }
  return values;
}

/**
 * Counts what nodes make anew: each weight may be turned and scaled a few times, not for every
 * node.
 * @param {Map<string, ForeignTensor>} tensors
 */
function roomFor(tensors) {
  const all = [...tensors.values()].map(({ values }) => values);
  const most = all.reduce((sum, { length }) => sum + COPIES * length, ROOM);
  const known = /** @type {Set<ArrayLike<number>>} */ (new Set(all));
  let left = most;
  return (/** @type {Value} */ value) => {
    for (const array of arraysOf(value)) {
      if (!array || known.has(array)) continue;
      known.add(array);
      left -= array.length;
    }
    if (left < 0)
      throw new PocketrecError(
        "too-large",
        "graph",
        `nodes that make at most ${most} numbers`,
        "more",
      );
  };
}

/** @param {Value} value */
function arraysOf(value) {
  if (value.kind === "constant") return [value.tensor.values];
  if (value.kind !== "wires") return [];
  const ofTerms = value.terms.flatMap(({ atom, from, scale }) => [
    from,
    scale,
    atom.type === "layer" ? atom.weight : undefined,
  ]);
  return [value.shift, ...ofTerms];
}

/**
 * @param {import("./values.js").Wires} value
 * @param {Graph} graph
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function recognise(value, { inputs }, options) {
  const sides = new Sides();
  const count = sides.ofWires(value).size;
  const columns = columnsOf(value.shape);
  if (count === 1 && columns !== 1) return chain(value, options);
  if (count === 2 && columns === 1)
    return ncf(
      value,
      sides,
      inputs.map(({ name }) => name),
      options,
    );
  const shapes = inputs.map(({ name, shape }) => `${show(name)} ${show(shape)}`).join(", ");
  throw unsupported(
    "graph",
    "one score of a user's and an item's id, or a score for each item of a history",
    `${columns} numbers of ${count} inputs (${shapes})`,
    "docs/format.md tells what pocketrec computes.",
  );
}
