import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { headsOf, need, needLayer, putWindow, settled } from "./parts.js";

/**
 * RecBole's SASRec and GRU4Rec: events from the first position on, zeros behind them.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {(name: string) => unknown} Settings by name; undefined where the file has none
 */

const ACTIVATIONS = ["gelu", "relu", "swish", "tanh", "sigmoid"];

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Settings} setting
 */
export function recboleSasrec(checkpoint, options, setting) {
  const table = checkpoint.tensors.get("item_embedding.weight");
  if (!table || !checkpoint.tensors.has(`${block(0)}.multi_head_attention.query.weight`))
    return undefined;
  assertSasrec(options, setting);
  const blueprint = emptyBlueprint("RecBole SASRec", "sasrec");
  need(blueprint, checkpoint, "item_embedding.weight", "item.embedding");
  need(blueprint, checkpoint, "position_embedding.weight", "position.embedding");
  needLayer(blueprint, checkpoint, "LayerNorm", "embedding.norm");
  let blocks = 0;
  for (; checkpoint.tensors.has(`${block(blocks)}.multi_head_attention.query.weight`); blocks++)
    takeBlock(blueprint, checkpoint, blocks);
  const [window] = blueprint.tensors.get("position.embedding")?.shape ?? [];
  assertSettings(setting, { n_layers: blocks, MAX_ITEM_LIST_LENGTH: window });
  const stated = { ...options, ...known({ heads: "n_heads", activation: "hidden_act" }, setting) };
  blueprint.description = {
    heads: settled(blueprint, stated, "heads", 2, headsOf(table.shape[1])),
    norm: { order: "after", epsilon: setting("layer_norm_eps") ?? 1e-12 },
    activation: settled(blueprint, stated, "activation", "gelu", ACTIVATIONS),
    positions: "first",
  };
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return blueprint;
}

/**
 * Refuses a configuration that is not of the tensors: it says what would be computed.
 *
 * @param {Settings} setting
 * @param {Record<string, number>} found in the tensors, by the names of settings
 */
function assertSettings(setting, found) {
  for (const [name, count] of Object.entries(found)) {
    const stated = setting(name);
    if (stated === undefined || stated === count) continue;
    throw new PocketrecError("bad-shape", "tensors", `those of ${name} ${stated}`, `of ${count}`);
  }
}

/** @param {number} k */
const block = (k) => `trm_encoder.layer.${k}`;

/**
 * Options that the file's configuration states.
 *
 * @param {Record<string, string>} names of the settings, by option
 * @param {Settings} setting
 * @returns {LayoutOptions}
 */
const known = (names, setting) =>
  Object.fromEntries(
    Object.entries(names).flatMap(([option, name]) =>
      setting(name) === undefined ? [] : [[option, setting(name)]],
    ),
  );

/**
 * A bare state dict of BERT4Rec has the same names, attends both ways and ends in a masked item.
 *
 * @param {LayoutOptions} options
 * @param {Settings} setting
 */
function assertSasrec({ kind }, setting) {
  if (setting("model") === "SASRec" || kind === "sasrec") return;
  const found = "SASRec, or BERT4Rec, which looks ahead: their tensors have the same names";
  const hint = "Convert RecBole's checkpoint, which names its model, or state --kind sasrec.";
  throw new PocketrecError("unsupported", "RecBole model", "one that the file names", found, {
    hint,
  });
}

/**
 * @param {import("../../blueprint.js").Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {number} k
 */
function takeBlock(blueprint, checkpoint, k) {
  const [attention, feed] = [`${block(k)}.multi_head_attention`, `${block(k)}.feed_forward`];
  for (const [from, to] of Object.entries({
    [`${attention}.query`]: "query",
    [`${attention}.key`]: "key",
    [`${attention}.value`]: "value",
    [`${attention}.dense`]: "attention",
    [`${attention}.LayerNorm`]: "attention.norm",
    [`${feed}.dense_1`]: "feed.0",
    [`${feed}.dense_2`]: "feed.1",
    [`${feed}.LayerNorm`]: "feed.norm",
  }))
    needLayer(blueprint, checkpoint, from, `blocks.${k}.${to}`);
}

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Settings} setting
 */
export function recboleGru4rec(checkpoint, { window }, setting) {
  const blueprint = emptyBlueprint("RecBole GRU4Rec", "gru4rec", { reset: "after" });
  need(blueprint, checkpoint, "item_embedding.weight", "item.embedding");
  let layers = 0;
  for (; checkpoint.tensors.has(`gru_layers.weight_hh_l${layers}`); layers++) {
    const own = `gru.${layers}`;
    need(blueprint, checkpoint, `gru_layers.weight_ih_l${layers}`, `${own}.input.weight`);
    need(blueprint, checkpoint, `gru_layers.weight_hh_l${layers}`, `${own}.hidden.weight`);
  }
  assertSettings(setting, { num_layers: layers });
  needLayer(blueprint, checkpoint, "dense", "output");
  putWindow(blueprint, /** @type {any} */ (window ?? setting("MAX_ITEM_LIST_LENGTH")));
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return blueprint.tensors.has("gru.0.hidden.weight") ? blueprint : undefined;
}
