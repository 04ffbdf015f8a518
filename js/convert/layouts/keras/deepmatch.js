import { PocketrecError, show } from "../../../common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { transpose } from "./values.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 */

const TABLE = /^sparse(?:_seq)?_emb_(?:hist_)?(.+)\/embeddings$/;

/**
 * DeepMatch's YoutubeDNN: ReLU layers, the last one linear, the person's vector and the items' rows
 * of length 1. The file does not tell the order of the tower's features, so that of a single table
 * alone is known.
 * @param {Checkpoint} checkpoint
 * @returns {Blueprint | undefined} undefined: other names
 */
export function deepMatch(checkpoint) {
  const tables = [...checkpoint.tensors.keys()].filter((name) => TABLE.test(name));
  if (!tables.length || !checkpoint.tensors.has("dnn/kernel0")) return undefined;
  const used = new Set();
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  const inputs = addTower(checkpoint, tensors, used);
  if (tables.length > 1) {
    throw new PocketrecError(
      "unknown-layout",
      "dnn/kernel0",
      "one feature, whose place is known",
      `${inputs} columns of ${tables.join(", ")}`,
      {
        hint: "The file does not tell the order of the features: tell it with --map, one table after another as the tower takes them.",
      },
    );
  }
  const table = demand(checkpoint, tables[0], 2, used);
  if (table.shape[1] !== inputs) {
    throw new PocketrecError(
      "bad-shape",
      "dnn/kernel0",
      `[${table.shape[1]}, ...]`,
      `[${inputs}, ...]`,
    );
  }
  const name = /** @type {RegExpExecArray} */ (TABLE.exec(tables[0]))[1];
  tensors.set(`${name}.embedding`, table);
  tensors.set("item.embedding", table);
  const depth = [...tensors.keys()].filter((key) => key.endsWith(".weight")).length;
  const last = tensors.get(`tower.${depth - 1}.bias`)?.shape[0];
  if (last !== table.shape[1]) {
    throw new PocketrecError(
      "bad-shape",
      "dnn",
      `a vector of ${table.shape[1]}, as the items' are`,
      `one of ${last}`,
    );
  }
  const description = {
    activation: Array.from({ length: depth }, (_, k) => (k < depth - 1 ? "relu" : "identity")),
    output: "identity",
    normalize: "l2",
    features: [
      {
        name: "history",
        kind: "categorical",
        table: name,
        several: true,
        ids: "items",
        from: "history",
        padding: 0,
      },
    ],
  };
  return {
    layout: "DeepMatch YoutubeDNN",
    kind: "candidates",
    tensors,
    description,
    used,
    unused: unusedTensors(checkpoint, used, "the model's output does not depend on it"),
    padding: 1,
    notes: [
      "DeepMatch's layers were taken for ReLU, the last one linear, as they are if nothing else was asked for.",
      `The only table, ${name}, was taken for the items', and the history for the only feature.`,
    ],
  };
}

/**
 * @param {Checkpoint} checkpoint
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Set<string>} used
 * @returns {number} how wide the tower's input is
 */
function addTower(checkpoint, tensors, used) {
  for (let k = 0; checkpoint.tensors.has(`dnn/kernel${k}`); k++) {
    const {
      shape: [inputs, outputs],
      values,
    } = demand(checkpoint, `dnn/kernel${k}`, 2, used);
    tensors.set(`tower.${k}.weight`, {
      shape: [outputs, inputs],
      values: transpose(values, inputs, outputs),
    });
    const bias = demand(checkpoint, `dnn/bias${k}`, 1, used);
    if (bias.shape[0] !== outputs)
      throw new PocketrecError("bad-shape", `dnn/bias${k}`, `[${outputs}]`, show(bias.shape));
    tensors.set(`tower.${k}.bias`, bias);
  }
  return Number(tensors.get("tower.0.weight")?.shape[1]);
}

/**
 * @param {Checkpoint} checkpoint
 * @param {string} name
 * @param {number} rank
 * @param {Set<string>} used
 */
function demand(checkpoint, name, rank, used) {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor)
    throw new PocketrecError("missing-tensor", name, "the weights of a YoutubeDNN", "none");
  if (tensor.shape.length !== rank)
    throw new PocketrecError("bad-shape", name, `${rank} axes`, show(tensor.shape));
  used.add(name);
  return tensor;
}
