import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { headsOf, isZeroRow, need, needLayer, rowsFrom, settled, withoutOnes } from "./parts.js";

/**
 * SASRec under the names of its common PyTorch code. Its versions share the names and differ in
 * what they compute: the first ones normalise the queries alone, as the authors do, and reset
 * positions without an event to zero; the later ones normalise before or after and let such
 * positions take part, with row 0 of the positions for them.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/** Of its layer normalisations. */
const EPSILON = 1e-8;

/** @type {import("../../blueprint.js").Layout} */
export function sasrecLayout(checkpoint, options) {
  const { tensors } = checkpoint;
  const [items, positions] = ["item_emb", "pos_emb"].map((name) => tensors.get(`${name}.weight`));
  const isKind = (options.kind ?? "sasrec") === "sasrec";
  if (!isKind || !items || !positions || !tensors.has("attention_layers.0.in_proj_weight"))
    return undefined;
  const blueprint = emptyBlueprint("SASRec of PyTorch", "sasrec");
  const hasEmptyRow = isZeroRow(positions, 0);
  need(blueprint, checkpoint, "item_emb.weight", "item.embedding");
  need(blueprint, checkpoint, "pos_emb.weight", "position.embedding", (table) =>
    hasEmptyRow ? rowsFrom(table, 1, table.shape[0] - 1) : table,
  );
  for (let k = 0; tensors.has(`attention_layers.${k}.in_proj_weight`); k++)
    takeBlock(blueprint, checkpoint, k);
  needLayer(blueprint, checkpoint, "last_layernorm", "norm");
  describe(blueprint, items.shape[1], hasEmptyRow, options);
  putEmpty(blueprint, items, hasEmptyRow);
  blueprint.padding = 1;
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return blueprint;
}

/**
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {number} k
 */
function takeBlock(blueprint, checkpoint, k) {
  const attention = `attention_layers.${k}`;
  ["query", "key", "value"].forEach((part, third) => {
    for (const [from, to] of /** @type {const} */ ([
      [`${attention}.in_proj_weight`, "weight"],
      [`${attention}.in_proj_bias`, "bias"],
    ]))
      need(blueprint, checkpoint, from, `blocks.${k}.${part}.${to}`, (tensor) => {
        const rows = tensor.shape[0] / 3;
        return rowsFrom(tensor, third * rows, rows);
      });
  });
  needLayer(blueprint, checkpoint, `${attention}.out_proj`, `blocks.${k}.attention`);
  needLayer(blueprint, checkpoint, `attention_layernorms.${k}`, `blocks.${k}.attention.norm`);
  needLayer(blueprint, checkpoint, `forward_layernorms.${k}`, `blocks.${k}.feed.norm`);
  [1, 2].forEach((number, at) => {
    const from = `forward_layers.${k}.conv${number}`;
    const to = `blocks.${k}.feed.${at}`;
    need(blueprint, checkpoint, `${from}.weight`, `${to}.weight`, withoutOnes);
    need(blueprint, checkpoint, `${from}.bias`, `${to}.bias`);
  });
}

/**
 * @param {Blueprint} blueprint changed
 * @param {number} width
 * @param {boolean} isLater whether row 0 of the positions stands for none
 * @param {LayoutOptions} options
 */
function describe(blueprint, width, isLater, options) {
  const open = (/** @type {any[]} */ ...question) =>
    settled(blueprint, options, .../** @type {[any, any, any]} */ (question));
  const orders = ["after", "before", "query"];
  blueprint.description = {
    heads: open("heads", 1, headsOf(width)),
    norm: { order: open("norm order", isLater ? "after" : "query", orders), epsilon: EPSILON },
    activation: open("activation", "relu", ["identity", "gelu"]),
    embedding_scale: open("embedding scale", Math.sqrt(width)),
    positions: options.positions ?? "last",
    padding: isLater
      ? open("empty positions", "attended", ["zero", "masked"])
      : open("empty positions", "zero", ["masked"]),
  };
}

/**
 * Positions without an event that take part start from row 0 of both tables.
 *
 * @param {Blueprint} blueprint changed
 * @param {ForeignTensor} items
 * @param {boolean} isLater
 */
function putEmpty({ description, tensors }, items, isLater) {
  if (description.padding !== "attended") return;
  if (!isLater) {
    const found = "a row a position, so that each would differ";
    throw new PocketrecError("unsupported", "pos_emb.weight", "row 0 for no event", found, {
      hint: "--empty-positions masked and zero are computed.",
    });
  }
  if (isZeroRow(items, 0)) return;
  const scale = Number(description.embedding_scale);
  const { shape, values } = rowsFrom(items, 0, 1);
  tensors.set("padding.embedding", {
    shape: shape.slice(1),
    values: values.map((value) => scale * value),
  });
}
