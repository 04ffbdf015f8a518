import { PocketrecError, show } from "../../../../js/common/errors.js";
import { UNUSED, unusedTensors } from "../../blueprint.js";
import { assumed } from "../shared/assume.js";
import { chainModel } from "./chain.js";
import { withPlainIndices } from "./indices.js";
import { ncfModel } from "./ncf.js";
import { OPERATOR_NAMES, perform } from "./operators.js";
import { Sides } from "./sides.js";
import { bare, columnsOf, unsupported } from "./values.js";

/**
 * Models as ONNX graphs of any exporter: the graph is evaluated symbolically, and the result is
 * mapped to the tensors of docs/format.md.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../checkpoint.js").Graph} Graph
 * @typedef {import("../../checkpoint.js").GraphNode} GraphNode
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../../../js/families/index.js").Kind} Kind
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").Size} Size
 *
 * @typedef {{ kind: Kind, tensors: Map<string, ForeignTensor>, description: Record<string,
 *   unknown>, notes: string[], assumptions?: import("../../assumptions.js").Assumption[] }} Found
 */

/** Limit of the nodes for one score. A model of 16 layers has about a hundred. */
const NODES_MAX = 300;

/** Limits of the numbers that nodes allocate: copies of each weight, and some more. */
const COPIES = 4;
const NUMBERS_FREE = 4e6;

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
  const { output, others, notes } = scoresOf(graph);
  const nodes = neededFor(graph, output);
  assertKnownOperators(nodes);
  const value = evaluate(graph, nodes, tensors).get(output);
  if (value?.kind !== "wires") {
    throw unsupported(
      "graph",
      "an output that is computed from its inputs",
      value ? `a ${value.kind}` : "none",
    );
  }
  const found = recognise(value, graph, options);
  assertFinite(found);
  const names = new Set(nodes.flatMap(({ inputs }) => inputs));
  found.notes.push(...notes);
  const outputs = [output, ...others].map(show);
  return {
    ...found,
    // The graph computes all of them; which one holds the scores, it does not say.
    assumptions: [
      ...(found.assumptions ?? []),
      ...(others.length ? [assumed("scores", outputs[0], [outputs[0]])] : []),
    ],
    layout: `ONNX ${NAMES[found.kind]}`,
    used: new Set([...tensors.keys()].filter((name) => names.has(name))),
    unused: unusedTensors({ tensors }, names, UNUSED.output),
  };
}

/**
 * The output with the scores: the first, or what a TopK at the end sorts.
 * @param {Graph} graph
 */
function scoresOf({ outputs, nodes }) {
  const [output, ...others] = outputs;
  const end = nodes.find((node) => node.op === "TopK" && node.outputs.includes(output));
  if (!end) return { output, others, notes: [] };
  if (Number(end.attributes.largest ?? 1) !== 1)
    throw unsupported(subjectOf(end), "the largest scores", "the smallest");
  const [scores] = end.inputs;
  return {
    output: scores,
    others: others.filter((name) => !end.outputs.includes(name)),
    notes: [`The graph ends in ${subjectOf(end)}: what it sorts, "${scores}", is the scores.`],
  };
}

/** A node for errors: its operator and its name. @param {GraphNode} node */
const subjectOf = ({ op, name }) => `${op} ${show(name)}`;

/** Folding may divide by 0, or overflow. @param {Found} found */
function assertFinite({ tensors }) {
  for (const [name, { values }] of tensors) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new PocketrecError("not-finite", name, "finite values", `${values[wrong]} at ${wrong}`);
  }
}

/** Operators of decision trees and of other models of scikit-learn, XGBoost and LightGBM. */
const TREES = /(^|\.)(TreeEnsemble\w*|SVM\w*|Linear(Regressor|Classifier)|ZipMap|Normalizer)$/;

/** @param {string} subject @param {string} op */
function treeModel(subject, op) {
  const isTree = /TreeEnsemble/.test(op);
  const found = isTree ? "an ensemble of decision trees (XGBoost, LightGBM, scikit-learn)" : op;
  return unsupported(subject, "a model of embeddings and dense layers", found);
}

/** @param {GraphNode[]} nodes */
function assertKnownOperators(nodes) {
  const unknown = nodes.find(({ op }) => !OPERATOR_NAMES.includes(op));
  if (!unknown) return;
  const subject = subjectOf(unknown);
  if (TREES.test(unknown.op)) throw treeModel(subject, unknown.op);
  const hint = `They are ${OPERATOR_NAMES.join(", ")}.`;
  throw unsupported(subject, "operators that pocketrec understands", unknown.op, hint);
}

/**
 * The nodes that an output depends on, in the graph's order.
 *
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
    const expected = `at most ${NODES_MAX} nodes for the scores`;
    throw new PocketrecError("too-large", "graph", expected, `${needed.length}`);
  }
  return needed.reverse();
}

/**
 * Every value by its name.
 *
 * @param {Graph} graph
 * @param {GraphNode[]} nodes
 * @param {Map<string, ForeignTensor>} tensors
 */
function evaluate({ inputs }, nodes, tensors) {
  /** @type {Map<string, Value>} */
  const values = new Map();
  for (const [name, tensor] of tensors) values.set(name, { kind: "constant", tensor, name });
  for (const { name, shape, type } of inputs) {
    values.set(
      name,
      bare({ type: "input", name, isReal: REALS.has(type) }, shapeOfInput(shape, type)),
    );
  }
  const count = allocationCounter(tensors);
  for (const node of nodes) {
    const subject = subjectOf(node);
    const made = perform({
      node,
      subject,
      inputs: node.inputs.map((name) => (name ? values.get(name) : undefined)),
    });
    // Other outputs (the mask of a Dropout) do not affect a score.
    for (const [i, value] of [made].flat().entries()) {
      values.set(node.outputs[i], value);
      count(value);
    }
  }
  return values;
}

/** The types of TensorProto.DataType that are no whole numbers. */
const REALS = new Set([1, 10, 11, 16]);

/**
 * The shape of an input. A number, or a vector of numbers that are no ids, has no batch.
 *
 * @param {(number | null)[]} shape
 * @param {number} type
 * @returns {Size[]}
 */
function shapeOfInput(shape, type) {
  const [first, ...sizes] = shape.map((size) => size ?? /** @type {Size} */ ("any"));
  if (first === undefined && type) return ["none"];
  const isVector = !sizes.length && typeof first === "number" && first > 1 && REALS.has(type);
  return isVector ? ["none", first] : [first === 1 ? 1 : "any", ...sizes];
}

/**
 * Counts the numbers that nodes allocate: each weight may be transposed and scaled a few times, but
 * not for every node.
 *
 * @param {Map<string, ForeignTensor>} tensors
 */
function allocationCounter(tensors) {
  const all = [...tensors.values()].map(({ values }) => values);
  const limit = all.reduce((sum, { length }) => sum + COPIES * length, NUMBERS_FREE);
  const known = /** @type {Set<ArrayLike<number>>} */ (new Set(all));
  let remaining = limit;
  return (/** @type {Value} */ value) => {
    for (const array of arraysOf(value)) {
      if (!array || known.has(array)) continue;
      known.add(array);
      remaining -= array.length;
    }
    if (remaining >= 0) return;
    const expected = `nodes that allocate at most ${limit} numbers`;
    throw new PocketrecError("too-large", "graph", expected, "more");
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
  if (count === 1 && columns !== 1) return chainModel(value, options);
  const order = inputs.map(({ name }) => name);
  if (count === 2 && columns === 1) return ncfModel(value, sides, order, options);
  const shapes = inputs.map(({ name, shape }) => `${show(name)} ${show(shape)}`).join(", ");
  throw unsupported(
    "graph",
    "one score of a user's and an item's id, or a score for each item of a history",
    `${columns} numbers of ${count} inputs (${shapes})`,
    "docs/format.md describes what pocketrec computes.",
  );
}
