import { PocketrecError, show } from "../../../../js/common/errors.js";
import { UNUSED, unusedTensors } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { putDense } from "../shared/candidate-tower.js";
import { requireTensor } from "./tensors.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../shared/batch-norm.js").Dense} Dense
 */

const TABLE = /^sparse(?:_seq)?_emb_(?:hist_)?(.+)\/embeddings$/;

/**
 * DeepMatch's YoutubeDNN: ReLU layers, the last one linear, the user vector and the item embeddings
 * of length 1. The file does not state the order of the tower's features, so only a model of one
 * table can be converted.
 *
 * @param {Checkpoint} checkpoint
 * @returns {Blueprint | undefined} undefined: other names
 */
export function deepMatch(checkpoint) {
  const tables = [...checkpoint.tensors.keys()].filter((name) => TABLE.test(name));
  if (!tables.length || !checkpoint.tensors.has("dnn/kernel0")) return undefined;
  assertDefaults(checkpoint);
  const read = { checkpoint, used: new Set() };
  const layers = towerLayers(read);
  if (tables.length > 1) throw unknownOrder(layers, tables);
  const table = weightsOf(read, tables[0], 2);
  assertWidths(layers, table.shape[1]);
  const [, name] = /** @type {RegExpExecArray} */ (TABLE.exec(tables[0]));
  const tensors = new Map([
    [`${name}.embedding`, table],
    ["item.embedding", table],
  ]);
  layers.forEach((layer, k) => putDense(tensors, `tower.${k}`, layer));
  return {
    layout: "DeepMatch YoutubeDNN",
    kind: "candidates",
    tensors,
    description: describe(layers.length, name),
    used: read.used,
    unused: unusedTensors(checkpoint, read.used, UNUSED.output),
    padding: 1,
    assumptions: [],
    notes: [
      "The layers are taken as relu and the last as identity, DeepMatch's defaults.",
      `The only table, ${name}, is taken as the items', and the history as the only feature.`,
    ],
  };
}

/**
 * Refuses a configuration that states other activations than DeepMatch's defaults.
 *
 * @param {Checkpoint} checkpoint
 * @throws {PocketrecError} "unsupported"
 */
function assertDefaults({ layers = [] }) {
  for (const { name, type, config } of layers) {
    const { activation = "relu", output_activation: output = "linear", use_bn: isNormed } = config;
    const isDefault = activation === "relu" && (output === null || output === "linear");
    if (type !== "DNN" || (isDefault && !isNormed)) continue;
    const found = `${activation}, ${output}${isNormed ? ", batch normalisation" : ""}`;
    throw new PocketrecError("unsupported", `${name} (DNN)`, "relu, and linear at last", found);
  }
}

/**
 * @param {{ checkpoint: Checkpoint, used: Set<string> }} read
 * @returns {Dense[]}
 */
function towerLayers(read) {
  const layers = [];
  for (let k = 0; read.checkpoint.tensors.has(`dnn/kernel${k}`); k++) {
    const weight = transposed(weightsOf(read, `dnn/kernel${k}`, 2));
    const bias = weightsOf(read, `dnn/bias${k}`, 1);
    const [outputs] = weight.shape;
    if (bias.shape[0] !== outputs)
      throw new PocketrecError("bad-shape", `dnn/bias${k}`, `[${outputs}]`, show(bias.shape));
    layers.push({ weight, bias });
  }
  return layers;
}

/**
 * @param {{ checkpoint: Checkpoint, used: Set<string> }} read
 * @param {string} name
 * @param {number} rank
 */
const weightsOf = (read, name, rank) =>
  requireTensor(read, name, rank, "the weights of a YoutubeDNN");

/**
 * @param {Dense[]} layers
 * @param {string[]} tables
 */
function unknownOrder(layers, tables) {
  const found = `${layers[0].weight.shape[1]} columns of ${tables.join(", ")}`;
  const hint =
    "The file does not state the order of the features: state it with --map, " +
    "one table after another as the tower takes them.";
  const expected = "one feature, whose position is known";
  return new PocketrecError("unknown-layout", "dnn/kernel0", expected, found, { hint });
}

/**
 * Asserts that a tower maps vectors of the table's width to such vectors.
 *
 * @param {Dense[]} layers
 * @param {number} width
 * @throws {PocketrecError} "bad-shape"
 */
function assertWidths(layers, width) {
  const inputs = layers[0].weight.shape[1];
  if (inputs !== width)
    throw new PocketrecError("bad-shape", "dnn/kernel0", `[${width}, ...]`, `[${inputs}, ...]`);
  const outputs = layers[layers.length - 1].weight.shape[0];
  if (outputs === width) return;
  const expected = `a vector of ${width}, as the items' are`;
  throw new PocketrecError("bad-shape", "dnn", expected, `one of ${outputs}`);
}

/**
 * @param {number} depth of the tower
 * @param {string} table
 */
function describe(depth, table) {
  const history = { name: "history", kind: "categorical", table, several: true };
  return {
    activation: Array.from({ length: depth }, (_, k) => (k < depth - 1 ? "relu" : "identity")),
    output: "identity",
    normalize: "l2",
    features: [{ ...history, ids: "items", from: "history", padding: 0 }],
  };
}
