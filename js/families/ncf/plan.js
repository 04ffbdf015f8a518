import {
  ACTIVATIONS,
  NCF_LAYERS_MAX,
  NCF_LAYER_BIAS,
  NCF_LAYER_WEIGHT,
  NCF_TENSORS,
} from "../../runtime/abi.js";
import { NCF_CONFIG, writeConfig } from "../../runtime/configs.js";
import { activationsOf } from "../activations.js";
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
  const expected = new ExpectedTensors(tensors, info.kind);
  const hasGmf = info.kind !== "mlp";
  const hasTower = info.kind !== "gmf";
  // The item table is taken after the first layer: the C core folds mlp.item as it arrives.
  const folded = hasTower && tensors.has("mlp.item_hidden");
  const table = expected.shapeOf(!hasTower ? "gmf.item" : folded ? "mlp.item_hidden" : "mlp.item");
  const items = table[0];
  const item = hasTower && !folded ? table[1] : 0;
  const need = (/** @type {string} */ name, /** @type {(number | null)[]} */ shape) =>
    expected.need(name, shape, NCF_TENSORS[name]);

  const widths = hasTower ? takeTower(expected, folded ? table[1] : null) : [];
  const mlp = hasTower ? expected.list[0].width - item : 0;
  if (hasTower && mlp < 1) {
    throw new PocketrecError(
      "bad-shape",
      "mlp.layers.0.weight",
      `more than the item's ${item} columns`,
      `${expected.list[0].width}`,
    );
  }
  const gmf = hasGmf ? need("gmf.item", [items, null])[1] : 0;
  assertUserWidths(gmf, mlp);
  if (hasTower) need(folded ? "mlp.item_hidden" : "mlp.item", [items, table[1]]);
  need("output.weight", [1, gmf + (widths.at(-1) ?? 0)]);
  expected.take("output.bias", [1], NCF_TENSORS["output.bias"]);
  const itemBias = expected.take("item.bias", [items], NCF_TENSORS["item.bias"], {
    isColumn: true,
  });
  const hasItemBias = itemBias !== undefined;

  takeAggregates(expected, { gmf, mlp });
  const hidden = widths[0] ?? 0;
  return {
    items,
    rows: items,
    vectorWidth: gmf || hidden,
    gmf,
    mlp,
    mlpItem: item,
    hidden,
    hasItemBias,
    config: writeConfig(NCF_CONFIG, {
      items,
      gmf,
      mlp_user: mlp,
      mlp_item: item,
      has_item_bias: hasItemBias,
      output: ACTIVATIONS[info.output],
      is_fixed: false,
      layers: widths.length,
      width: widths,
      activation: activationsOf(info, widths.length),
    }),
    parts: expected.list,
    userTables: takeUsers(expected, { gmf, mlp }),
  };
}

/**
 * @param {number} gmf
 * @param {number} mlp
 */
function assertUserWidths(gmf, mlp) {
  if (gmf <= USER_WIDTH_MAX && mlp <= USER_WIDTH_MAX) return;
  throw new PocketrecError(
    "too-large",
    "user vector",
    `at most ${USER_WIDTH_MAX} numbers in each half`,
    `${gmf} and ${mlp}`,
  );
}

/**
 * Takes the tower's layers; each has as many columns as the layer before it has rows.
 *
 * @param {ExpectedTensors} expected
 * @param {number | null} first width of the first layer, where the folded table gives it
 * @returns {number[]} widths
 */
function takeTower(expected, first) {
  const widths = [];
  for (let k = 0; k === 0 || expected.tensors.has(`mlp.layers.${k}.weight`); k++) {
    if (k === NCF_LAYERS_MAX) {
      throw new PocketrecError(
        "unsupported",
        `mlp.layers.${k}.weight`,
        `at most ${NCF_LAYERS_MAX} layers`,
        "more",
      );
    }
    const [width] = expected.need(
      `mlp.layers.${k}.weight`,
      [k ? null : first, k ? widths[k - 1] : null],
      NCF_LAYER_WEIGHT + k,
    );
    expected.need(`mlp.layers.${k}.bias`, [width], NCF_LAYER_BIAS + k);
    widths.push(width);
  }
  return widths;
}

/**
 * Takes the mean and the covariance of the training users: the start and the prior of a fold-in.
 *
 * @param {ExpectedTensors} expected
 * @param {{ gmf: number, mlp: number }} widths of the two halves of a user vector
 */
function takeAggregates(expected, widths) {
  for (const [half, width] of Object.entries(widths)) {
    if (!width) continue;
    const mean = `${half}.user_mean`;
    const covariance = `${half}.user_covariance`;
    expected.take(mean, [width], NCF_TENSORS[mean]);
    expected.take(covariance, [width, width], NCF_TENSORS[covariance]);
  }
}

/**
 * @param {ExpectedTensors} expected
 * @param {{ gmf: number, mlp: number }} widths
 * @returns {Part[]} empty unless the file has both halves
 */
function takeUsers(expected, widths) {
  const tables = [];
  for (const [half, width] of Object.entries(widths)) {
    if (!width) continue;
    const table = expected.users(`${half}.user`, tables[0]?.rows ?? null, width);
    if (!table) return [];
    tables.push(table);
  }
  return tables;
}
