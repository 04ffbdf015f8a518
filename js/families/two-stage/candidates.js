import { CANDIDATES_LAYERS_MAX, DTYPES, TABLES_MAX } from "../../runtime/abi.js";
import { activationsOf } from "../activations.js";
import { CANDIDATES_CONFIG, writeConfig } from "../../runtime/configs.js";
import { dtypeOf, placeParts } from "../../runtime/place-tensors.js";
import { dotPackItems } from "../dot/pack-items.js";
import { Features, QUANTILES, setQuantiles } from "./features.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";
import { countIds } from "../../file/item-ids.js";
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
const STORE = {
  set(engine, part, first, count, values) {
    const { wasm, address } = engine;
    const { code } = part;
    if (code >= QUANTILES) setQuantiles(engine, wasm.pr_candidates_features(address), part, values);
    else if (code >= BIAS) wasm.pr_candidates_set_bias(address, code - BIAS, values);
    else wasm.pr_candidates_set_weight(address, code - WEIGHT, first, count, values);
  },
  table: ({ wasm, address, scorer }, code) =>
    code === ITEM_TABLE
      ? wasm.pr_dot_table(scorer)
      : wasm.pr_features_table_at(wasm.pr_candidates_features(address), code),
};

/**
 * @typedef {import("../../file/safetensors.js").Tensor} Tensor
 * @typedef {import("../family.js").Plan & { width: number, features: Features }} CandidatesPlan
 *   width: of a vector
 */

/**
 * Checks a file's tensors, and plans the C model (pr_candidates_config) and the order of loading.
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @returns {CandidatesPlan}
 */
export function planCandidates(tensors, info) {
  const expected = new ExpectedTensors(tensors, info.kind);
  const rows = tensors.has("item.embedding") ? expected.shapeOf("item.embedding")[0] : 0;
  const known = rows || countIds(tensors.get("item_ids"));
  const features = new Features(expected, readSchema(info.features), known);
  const items = known || features.itemRows;
  const widths = takeTower(expected, {
    inputs: features.widthOf("user"),
    maxLayers: CANDIDATES_LAYERS_MAX,
    weight: WEIGHT,
    bias: BIAS,
  });
  const width = /** @type {number} */ (widths.at(-1));
  const dtype = takeVectors(expected, rows, width);
  const config = writeConfig(CANDIDATES_CONFIG, {
    items: rows,
    dtype,
    is_normalized: info.normalize === "l2",
    layers: widths.length,
    width: widths,
    activation: activationsOf(info, widths.length),
    features: features.config,
  });
  return {
    items,
    rows,
    vectorWidth: width,
    scoresAreInnerProducts: true,
    width,
    features,
    config,
    parts: expected.list,
  };
}

/**
 * The items' vectors: how many there are, and as the C model counts dtypes, in what.
 *
 * @param {ExpectedTensors} expected
 * @param {number} rows 0: there are none
 * @param {number} width
 */
function takeVectors(expected, rows, width) {
  if (!rows) return DTYPES.F32.code;
  expected.need("item.embedding", [rows, width], ITEM_TABLE, { isTable: true });
  return dtypeOf(/** @type {Tensor} */ (expected.tensors.get("item.embedding"))).code;
}

/**
 * Puts a file's tensors in their places, and yields after each piece of work.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {CandidatesPlan} plan
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeCandidates(engine, { parts }, tensors) {
  yield* placeParts(engine, STORE, parts, tensors);
  engine.wasm.pr_dot_items_ready(engine.scorer);
}

/**
 * The item side of a candidate pack: `item.embedding` (items, width) in any dtype.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {import("../family.js").Tensors} tensors
 * @param {import("../../file/item-ids.js").ItemIndex} ids
 * @returns {import("../family.js").PackItems}
 */
export function openCandidatesPack(engine, tensors, { count }) {
  const plan = /** @type {CandidatesPlan} */ (engine.plan);
  const expected = new ExpectedTensors(tensors, engine.info.kind);
  const dtype = takeVectors(expected, count, plan.width);
  const place = () => placeCandidates(engine, { ...plan, parts: expected.list }, tensors);
  return dotPackItems(engine, count, dtype, place);
}
