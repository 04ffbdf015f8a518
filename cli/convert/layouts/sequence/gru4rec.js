import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { identity, isZeroRow, need, putWindow, take, takeLayer } from "./parts.js";

/**
 * GRU4Rec by the names of PyTorch's GRU: a table of items or one input an item, and a layer behind
 * it, or none.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 */

const FIRST = /^(.*)weight_hh_l0$/;

/** Words in names of tables of items. */
const TABLE = /emb|look_?up/i;

/** @type {import("../../blueprint.js").Layout} */
export function gru4recLayout(checkpoint, { kind, window }) {
  const { tensors } = checkpoint;
  const first = [...tensors.keys()].find((name) => FIRST.test(name));
  if (first === undefined || (kind ?? "gru4rec") !== "gru4rec") return undefined;
  const prefix = first.slice(0, -"weight_hh_l0".length);
  assertGru(checkpoint, prefix);
  const blueprint = emptyBlueprint("GRU4Rec of PyTorch", "gru4rec", { reset: "after" });
  putWindow(blueprint, window);
  for (let k = 0; tensors.has(`${prefix}weight_hh_l${k}`); k++)
    takeCell(blueprint, checkpoint, prefix, k);
  if (!takeEnds(blueprint, checkpoint)) return undefined;
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return blueprint;
}

/**
 * Refuses other recurrent layers, by how many gates a hidden number has.
 *
 * @param {Checkpoint} checkpoint
 * @param {string} prefix
 */
function assertGru({ tensors }, prefix) {
  const name = `${prefix}weight_hh_l0`;
  const [rows, width] = /** @type {ForeignTensor} */ (tensors.get(name)).shape;
  const found = tensors.has(`${prefix}weight_ih_l0_reverse`)
    ? "one that reads the history both ways"
    : { [width]: "an RNN", [4 * width]: "an LSTM" }[rows];
  if (found === undefined && rows === 3 * width) return;
  throw new PocketrecError("unsupported", name, "a GRU", found ?? `[${rows}, ${width}]`);
}

/**
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} prefix
 * @param {number} k
 */
function takeCell(blueprint, checkpoint, prefix, k) {
  const hasBias = checkpoint.tensors.has(`${prefix}bias_ih_l0`);
  for (const [side, own] of /** @type {const} */ ([
    ["ih", "input"],
    ["hh", "hidden"],
  ]))
    for (const part of hasBias ? ["weight", "bias"] : ["weight"])
      need(blueprint, checkpoint, `${prefix}${part}_${side}_l${k}`, `gru.${k}.${own}.${part}`);
}

/**
 * The table in front of the GRU, and what lies behind it.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @returns {boolean} whether the shapes fit
 */
function takeEnds(blueprint, checkpoint) {
  const inputs = blueprint.tensors.get("gru.0.input.weight")?.shape[1] ?? 0;
  const hidden = lastHidden(blueprint);
  const matrices = [...checkpoint.tensors].filter(
    ([name, { shape }]) => shape.length === 2 && !blueprint.used.has(name),
  );
  const table = matrices.find(([name, { shape }]) => shape[1] === inputs && TABLE.test(name));
  const layer = matrices.find((one) => one !== table && one[1].shape[1] === hidden);
  const items = table?.[1].shape[0] ?? inputs;
  if (table) takeTable(blueprint, checkpoint, table[0]);
  else putOneHot(blueprint);
  if (!layer) return table !== undefined && hidden === inputs;
  const name = layer[0].replace(/\.?weight$/, "");
  const outputs = layer[1].shape[0];
  if (outputs === items && (!table || outputs !== inputs)) {
    take(blueprint, checkpoint, layer[0], "item.output");
    take(blueprint, checkpoint, `${name}.bias`, "item.bias");
    return true;
  }
  if (!table || outputs !== inputs || outputs === items) return false;
  takeLayer(blueprint, checkpoint, name, "output");
  return true;
}

/**
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} name
 */
function takeTable(blueprint, checkpoint, name) {
  take(blueprint, checkpoint, name, "item.embedding");
  const table = /** @type {ForeignTensor} */ (blueprint.tensors.get("item.embedding"));
  if (!isZeroRow(table, 0)) return;
  blueprint.padding = 1;
  blueprint.notes.push(`row 0 of ${name} is zero: it is padding, no item (--padding 0: it is one)`);
}

/** The width of the last layer. @param {Blueprint} blueprint */
function lastHidden({ tensors }) {
  let k = 0;
  while (tensors.has(`gru.${k + 1}.hidden.weight`)) k++;
  return tensors.get(`gru.${k}.hidden.weight`)?.shape[1] ?? 0;
}

/**
 * One input an item: the column of an item is what it adds to the gates.
 *
 * @param {Blueprint} blueprint changed
 */
function putOneHot({ tensors }) {
  const weight = tensors.get("gru.0.input.weight");
  if (!weight) return;
  const gates = weight.shape[0];
  tensors.set("item.embedding", transposed(weight));
  tensors.set("gru.0.input.weight", identity(gates));
}
