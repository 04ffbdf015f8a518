import {
  ACTIVATIONS,
  NCF_LAYERS_MAX,
  NCF_LAYER_BIAS,
  NCF_LAYER_WEIGHT,
  NCF_TENSORS,
} from "../../runtime/abi.js";
import { NCF_CONFIG, writeConfig } from "../../runtime/configs.js";
import { PocketrecError } from "../../common/errors.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";

/**
 * @typedef {import("../../file/expected-tensors.js").Part} Part
 * @typedef {import("../family.js").Plan & NcfWidths} NcfPlan
 * @typedef {object} NcfWidths
 * @property {number} gmf width of the GMF half of a user vector
 * @property {number} mlp width of the MLP half
 * @property {number} mlpItem width of the items' rows before they are folded, 0 where they came
 *   folded
 * @property {number} hidden width of the first layer
 * @property {boolean} hasItemBias
 * @property {Part[]} userTables the halves of the training users' vectors, read row by row on
 *   demand
 */

/** A wider user vector would take minutes to fit: its covariance and Hessian are squares of it. */
const USER_WIDTH_MAX = 1024;

/** @type {import("../../runtime/place-tensors.js").Store} */
export const NCF_STORE = {
  set: ({ wasm, address }, { code }, first, count, values) =>
    wasm.pr_ncf_set(address, code, first, count, values),
};

/**
 * Checks a file's tensors against its kind, and plans the C model (pr_ncf_config) and the order of
 * loading.
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @returns {NcfPlan}
 */
export function planNcf(tensors, info) {
  const parts = new ExpectedTensors(tensors, info.kind);
  const hasGmf = info.kind !== "mlp";
  const hasTower = info.kind !== "gmf";
  // The item table is taken after the first layer: the C core folds mlp.item as it arrives.
  const folded = hasTower && tensors.has("mlp.item_hidden");
  const table = parts.shapeOf(!hasTower ? "gmf.item" : folded ? "mlp.item_hidden" : "mlp.item");
  const items = table[0];
  const item = hasTower && !folded ? table[1] : 0;
  const need = (/** @type {string} */ name, /** @type {(number | null)[]} */ shape) =>
    parts.need(name, shape, NCF_TENSORS[name]);

  const widths = hasTower ? takeTower(parts, folded ? table[1] : null) : [];
  const mlp = hasTower ? parts.list[0].width - item : 0;
  if (hasTower && mlp < 1) {
    throw new PocketrecError(
      "bad-shape",
      "mlp.layers.0.weight",
      `more than the item's ${item} columns`,
      `${parts.list[0].width}`,
    );
  }
  const gmf = hasGmf ? need("gmf.item", [items, null])[1] : 0;
  if (gmf > USER_WIDTH_MAX || mlp > USER_WIDTH_MAX) {
    throw new PocketrecError(
      "too-large",
      "user vector",
      `at most ${USER_WIDTH_MAX} numbers in each half`,
      `${gmf} and ${mlp}`,
    );
  }
  if (hasTower) need(folded ? "mlp.item_hidden" : "mlp.item", [items, table[1]]);
  need("output.weight", [1, gmf + (widths.at(-1) ?? 0)]);
  parts.take("output.bias", [1], NCF_TENSORS["output.bias"]);
  const itemBias = parts.take("item.bias", [items], NCF_TENSORS["item.bias"], { isColumn: true });
  const hasItemBias = itemBias !== undefined;

  takeAggregates(parts, { gmf, mlp });
  const hidden = widths[0] ?? 0;
  const config = writeConfig(NCF_CONFIG, {
    items,
    gmf,
    mlp_user: mlp,
    mlp_item: item,
    has_item_bias: hasItemBias,
    activation: ACTIVATIONS[/** @type {string} */ (info.activation)],
    output: ACTIVATIONS[info.output],
    is_fixed: false,
    layers: widths.length,
    width: widths,
  });
  return {
    items,
    rows: items,
    vectorWidth: gmf || hidden,
    gmf,
    mlp,
    mlpItem: item,
    hidden,
    hasItemBias,
    config,
    parts: parts.list,
    userTables: takeUsers(parts, { gmf, mlp }),
  };
}

/**
 * Takes the tower's layers; each has as many columns as the layer before it has rows.
 *
 * @param {ExpectedTensors} parts
 * @param {number | null} first width of the first layer, where the folded table gives it
 * @returns {number[]} widths
 */
function takeTower(parts, first) {
  const widths = [];
  for (let k = 0; k === 0 || parts.tensors.has(`mlp.layers.${k}.weight`); k++) {
    if (k === NCF_LAYERS_MAX) {
      throw new PocketrecError(
        "unsupported",
        `mlp.layers.${k}.weight`,
        `at most ${NCF_LAYERS_MAX} layers`,
        "more",
      );
    }
    const [width] = parts.need(
      `mlp.layers.${k}.weight`,
      [k ? null : first, k ? widths[k - 1] : null],
      NCF_LAYER_WEIGHT + k,
    );
    parts.need(`mlp.layers.${k}.bias`, [width], NCF_LAYER_BIAS + k);
    widths.push(width);
  }
  return widths;
}

/**
 * Takes the mean and the covariance of the training users: the start and the prior of a fold-in.
 *
 * @param {ExpectedTensors} parts
 * @param {{ gmf: number, mlp: number }} widths of the two halves of a user vector
 */
function takeAggregates(parts, widths) {
  for (const [half, width] of Object.entries(widths)) {
    if (!width) continue;
    const mean = `${half}.user_mean`;
    const covariance = `${half}.user_covariance`;
    parts.take(mean, [width], NCF_TENSORS[mean]);
    parts.take(covariance, [width, width], NCF_TENSORS[covariance]);
  }
}

/**
 * @param {ExpectedTensors} parts
 * @param {{ gmf: number, mlp: number }} widths
 * @returns {Part[]} empty unless the file has both halves
 */
function takeUsers(parts, widths) {
  const tables = [];
  for (const [half, width] of Object.entries(widths)) {
    if (!width) continue;
    const table = parts.users(`${half}.user`, tables[0]?.rows ?? null, width);
    if (!table) return [];
    tables.push(table);
  }
  return tables;
}
