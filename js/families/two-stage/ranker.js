import {
  ACTIVATIONS,
  NCF_LAYERS_MAX,
  NCF_LAYER_BIAS,
  NCF_LAYER_WEIGHT,
  NCF_TENSORS,
} from "../../runtime/abi.js";
import { RANKER_CONFIG, writeConfig } from "../../runtime/configs.js";
import { activationsOf } from "../activations.js";
import { ncfPackItems } from "../ncf/pack-items.js";
import { Features, UNKNOWN, setQuantiles, widthIn } from "./features.js";
import { ItemFeatures } from "./item-features.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";
import { countIds } from "../../file/item-ids.js";
import { placeParts } from "../../runtime/place-tensors.js";
import { readSchema } from "../../file/feature-schema.js";
import { takeTower } from "./tower.js";

/**
 * The codes of parts: a feature's table is its number, quantiles are as in features.js, and the
 * tower's are NCF's and this.
 */
const TOWER = 1000;

/** @type {import("../../runtime/place-tensors.js").Store} */
const STORE = {
  set(engine, part, first, count, values) {
    const { wasm, address } = engine;
    const { code } = part;
    if (code >= TOWER)
      wasm.pr_ncf_set(wasm.pr_ranker_tower(address), code - TOWER, first, count, values);
    else setQuantiles(engine, wasm.pr_ranker_features(address), part, values);
  },
  table: ({ wasm, address }, code) =>
    wasm.pr_features_table_at(wasm.pr_ranker_features(address), code),
};

/**
 * @typedef {import("../family.js").Plan & RankerWidths} RankerPlan
 * @typedef {object} RankerWidths
 * @property {number} width numbers that the tower sees of a user
 * @property {number} hidden width of the first layer
 * @property {Features} features
 * @property {ItemFeatures} [itemFeatures] the items' values, unless they are folded
 * @property {boolean} takesValues whether items may come as values of features
 */

/**
 * Checks a file's tensors, and plans the C model (pr_ranker_config) and the order of loading.
 *
 * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../../file/metadata.js").Info>} info
 * @returns {RankerPlan}
 */
export function planRanker(tensors, info) {
  const expected = new ExpectedTensors(tensors, info.kind);
  const isFolded = tensors.has("item.hidden");
  const folded = isFolded ? expected.shapeOf("item.hidden")[0] : 0;
  const columns = expected.shapeOf("tower.0.weight")[1];
  const schema = readSchema(info.features);
  // A tower with the user's columns alone takes folded items: the file need not have item features.
  const users = schema.filter(({ side }) => side === "user");
  const takesValues = columns !== widthIn(tensors, users);
  const known = folded || countIds(tensors.get("item_ids"));
  const features = new Features(expected, takesValues ? schema : users, known);
  const items = known || features.itemRows;
  const user = features.widthOf("user");
  const item = features.widthOf("item");
  const widths = takeTower(expected, {
    inputs: user + item,
    maxLayers: NCF_LAYERS_MAX,
    weight: TOWER + NCF_LAYER_WEIGHT,
    bias: TOWER + NCF_LAYER_BIAS,
  });
  expected.need(
    "output.weight",
    [1, /** @type {number} */ (widths.at(-1))],
    TOWER + NCF_TENSORS["output.weight"],
  );
  expected.take("output.bias", [1], TOWER + NCF_TENSORS["output.bias"]);
  takeHidden(expected, folded, widths[0]);
  const itemFeatures =
    takesValues && !isFolded ? ItemFeatures.read(features, tensors, items) : undefined;
  const rows = folded || (itemFeatures?.count ?? 0);
  const config = writeConfig(RANKER_CONFIG, {
    tower: {
      items: rows,
      gmf: 0,
      mlp_user: user,
      mlp_item: item,
      has_item_bias: false,
      output: ACTIVATIONS.identity,
      is_fixed: true,
      layers: widths.length,
      width: widths,
      activation: activationsOf(info, widths.length),
    },
    features: features.config,
  });
  return {
    items: items || rows,
    rows,
    vectorWidth: widths[0],
    width: user,
    hidden: widths[0],
    features,
    config,
    parts: expected.list,
    itemFeatures,
    takesValues,
  };
}

/**
 * Takes items whose half of the first layer is precomputed (folded).
 *
 * @param {ExpectedTensors} expected
 * @param {number} rows 0: there are none
 * @param {number} hidden
 */
function takeHidden(expected, rows, hidden) {
  if (rows) expected.need("item.hidden", [rows, hidden], TOWER + NCF_TENSORS["mlp.item_hidden"]);
}

/**
 * Puts a file's tensors in their places, and yields after each piece of work.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {RankerPlan} plan
 * @param {import("../family.js").Tensors} tensors
 */
export function* placeRanker(engine, plan, tensors) {
  yield* placeParts(engine, STORE, plan.parts, tensors);
  if (plan.itemFeatures) yield* plan.itemFeatures.place(engine);
  // The values are copied: the file may be collected.
  plan.itemFeatures = undefined;
}

/**
 * The item side of a candidate pack: `item.hidden` (items, hidden), or the values of the items'
 * features.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {import("../family.js").Tensors} tensors
 * @param {import("../../file/item-ids.js").ItemIndex} ids
 */
export function openRankerPack(engine, tensors, { count, ids }) {
  const plan = /** @type {RankerPlan} */ (engine.plan);
  if (tensors.has("item.hidden") || !plan.takesValues) {
    const expected = new ExpectedTensors(tensors, engine.info.kind);
    takeHidden(expected, count, plan.hidden);
    return ncfPackItems(engine, count, () => placeParts(engine, STORE, expected.list, tensors));
  }
  const rows = /** @type {import("../../common/ids.js").ItemId[]} */ (ids).map(
    (id) => engine.items.find(id) ?? UNKNOWN,
  );
  const values = ItemFeatures.read(plan.features, tensors, count, rows);
  return ncfPackItems(engine, count, () => values?.place(engine) ?? []);
}
