import { CANDIDATES_LAYERS_MAX, DTYPES, TABLES_MAX } from "../../runtime/abi.js";
import { activationsOf } from "../autoencoder/plan.js";
import { CANDIDATES_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf } from "../../runtime/place-tensors.js";
import { Features, QUANTILES, setQuantiles } from "./features.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";
import { readSchema } from "../../file/feature-schema.js";
import { takeTower } from "./tower.js";

/**
 * The codes of parts: a feature's table is its number; the items' vectors; a layer's weight and
 * bias are these plus K.
 */
const ITEM_TABLE = TABLES_MAX;
const WEIGHT = 64;
const BIAS = 96;

/** @type {import("../../runtime/place-tensors.js").Store} */
export const CANDIDATES_STORE = {
  set(engine, part, first, count, values) {
    const { wasm, address } = engine;
    const { code } = part;
    if (code >= QUANTILES) setQuantiles(engine, wasm.pr_candidates_features(address), part, values);
    else if (code >= BIAS) wasm.pr_candidates_set_bias(address, code - BIAS, values);
    else wasm.pr_candidates_set_weight(address, code - WEIGHT, first, count, values);
  },
  table: ({ wasm, address }, code) =>
    code === ITEM_TABLE
      ? wasm.pr_candidates_table(address)
      : wasm.pr_features_table(wasm.pr_candidates_features(address), code),
};

/**
 * @typedef {import("../../file/safetensors.js").Tensor} Tensor
 * @typedef {object} CandidatesPlan
 * @property {number} items how many items the file knows
 * @property {number} rows how many of them it can score
 * @property {number} width of a vector
 * @property {Features} features
 * @property {Int32Array} config pr_candidates_config
 * @property {import("../../file/expected-tensors.js").Part[]} parts
 */

/**
 * Checks a file's tensors, and plans the C model (pr_candidates_config) and the order of loading.
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @param {number} known how many ids the file names, 0 for none
 * @returns {CandidatesPlan}
 */
export function planCandidates(tensors, info, known) {
  const parts = new ExpectedTensors(tensors, info.kind);
  const rows = tensors.has("item.embedding") ? parts.shapeOf("item.embedding")[0] : 0;
  const features = new Features(parts, readSchema(info.features, info.kind), rows || known);
  const items = rows || known || features.itemRows;
  const widths = takeTower(parts, {
    inputs: features.widthOf("user"),
    most: CANDIDATES_LAYERS_MAX,
    weight: WEIGHT,
    bias: BIAS,
  });
  const width = /** @type {number} */ (widths.at(-1));
  const dtype = takeVectors(parts, rows, width);
  const config = writeConfig(CANDIDATES_CONFIG, {
    items: rows,
    dtype,
    is_normalized: info.normalize === "l2",
    layers: widths.length,
    width: widths,
    activation: activationsOf(info, widths.length),
    features: features.config,
  });
  return { items, rows, width, features, config, parts: parts.list };
}

/**
 * The items' vectors: how many there are, and as the C model counts dtypes, in what.
 *
 * @param {ExpectedTensors} parts
 * @param {number} rows 0: there are none
 * @param {number} width
 */
export function takeVectors(parts, rows, width) {
  if (!rows) return DTYPES.F32.code;
  parts.need("item.embedding", [rows, width], ITEM_TABLE, { isTable: true });
  return dtypeOf(/** @type {Tensor} */ (parts.tensors.get("item.embedding"))).code;
}
