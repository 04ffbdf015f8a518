import { NCF_TENSORS } from "../runtime/abi.js";
import { CANDIDATES_STORE, takeVectors } from "../families/two-stage/candidates.js";
import { PocketrecError } from "../common/errors.js";
import { countIds, readItemIndex } from "../file/item-ids.js";
import { UNKNOWN } from "../families/two-stage/features.js";
import { ItemFeatures } from "../families/two-stage/item-features.js";
import { NCF_STORE } from "../families/ncf/plan.js";
import { ExpectedTensors } from "../file/expected-tensors.js";
import { RANKER_STORE, takeHidden } from "../families/two-stage/ranker.js";
import { placeParts } from "../runtime/place-tensors.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {Map<string, import("../file/safetensors.js").Tensor>} Tensors
 * @typedef {object} Side the item side of a pack, checked
 * @property {import("../runtime/place-tensors.js").Store} store
 * @property {import("../file/expected-tensors.js").Part[]} parts
 * @property {number} [dtype] of the vectors of candidates
 * @property {ItemFeatures} [itemFeatures]
 */

/**
 * Candidates that brought their own item rows (docs/format.md, "Candidate packs"). Made by
 * `model.openCandidates(...)`; what `rank` and `score` take in place of a list.
 */
export class CandidatePack {
  #engine;
  #side;
  #tensors;
  #ids;

  /**
   * @param {Engine} engine
   * @param {Tensors} tensors
   */
  constructor(engine, tensors) {
    const ids = tensors.get("item_ids");
    if (!ids)
      throw new PocketrecError("missing-tensor", "item_ids", "the ids of a candidate pack", "none");
    const length = countIds(ids);
    if (length === 0) throw new PocketrecError("bad-shape", "item_ids", "at least one id", "none");
    this.#engine = engine;
    this.#ids = readItemIndex(ids, length);
    this.#tensors = tensors;
    this.#side = sideOf(engine, tensors, this.#ids);
  }

  /** How many candidates there are. */
  get itemCount() {
    return this.#ids.count;
  }

  /**
   * Their ids, in the server's order.
   * @returns {import("../file/item-ids.js").ItemId[]}
   */
  get items() {
    return [.../** @type {import("../file/item-ids.js").ItemId[]} */ (this.#ids.ids)];
  }

  /** @internal */
  get located() {
    return this.#ids;
  }

  /**
   * Puts the rows in their places in the module. The items of the pack are the ones in use then.
   *
   * @param {(bytes: number) => number} takeRoom
   * @returns {number} the address of the C struct
   * @internal
   */
  place(takeRoom) {
    const engine = this.#engine;
    const { wasm, address } = engine;
    const { store, parts, dtype, itemFeatures } = this.#side;
    const count = this.itemCount;
    let items;
    if (engine.family === "candidates") {
      items = takeRoom(wasm.pr_candidates_items_size(address, count, dtype ?? 0));
      wasm.pr_candidates_items_init(address, items, count, dtype ?? 0);
    } else {
      items = takeRoom(wasm.pr_ncf_items_size(engine.scorer, count));
      wasm.pr_ncf_items_init(engine.scorer, items, count);
    }
    engine.useItems(items);
    for (const _ of placeParts(engine, store, parts, this.#tensors));
    if (itemFeatures) for (const _ of itemFeatures.place(engine));
    if (engine.family === "candidates") wasm.pr_candidates_items_ready(address);
    return items;
  }

  /**
   * @param {unknown} value
   * @param {Engine} engine
   * @returns {value is CandidatePack}
   * @internal
   */
  static isOf(value, engine) {
    return value instanceof CandidatePack && #engine in value && value.#engine === engine;
  }
}

/**
 * @param {Engine} engine
 * @param {Tensors} tensors
 * @param {import("../file/item-ids.js").ItemIndex} ids
 * @returns {Side}
 */
function sideOf({ family, plan, info, items }, tensors, ids) {
  const parts = new ExpectedTensors(tensors, info.kind);
  const { count } = ids;
  if (family === "candidates" && "width" in plan) {
    const dtype = takeVectors(parts, count, plan.width);
    return { store: CANDIDATES_STORE, parts: parts.list, dtype };
  }
  if (family === "ranker" && "takesValues" in plan) {
    if (tensors.has("item.hidden") || !plan.takesValues) {
      takeHidden(parts, count, plan.hidden);
      return { store: RANKER_STORE, parts: parts.list };
    }
    const own = /** @type {import("../file/item-ids.js").ItemId[]} */ (ids.ids).map(
      (id) => items.find(id) ?? UNKNOWN,
    );
    return {
      store: RANKER_STORE,
      parts: [],
      itemFeatures: ItemFeatures.read(plan.features, tensors, count, own),
    };
  }
  if (family === "ncf" && "gmf" in plan)
    return { store: NCF_STORE, parts: ncfParts(parts, plan, count) };
  throw new PocketrecError(
    "unsupported",
    "candidate pack",
    "a model of kind candidates, ranker, gmf, mlp or neumf",
    `"${info.kind}"`,
  );
}

/**
 * @param {ExpectedTensors} parts
 * @param {import("../families/ncf/plan.js").NcfPlan} plan
 * @param {number} count
 */
function ncfParts(parts, { gmf, mlp, mlpItem, hidden, hasItemBias }, count) {
  const take = (/** @type {string} */ name, /** @type {number} */ width) =>
    parts.need(name, [count, width], NCF_TENSORS[name]);
  if (gmf) take("gmf.item", gmf);
  if (mlp && mlpItem && !parts.tensors.has("mlp.item_hidden")) take("mlp.item", mlpItem);
  else if (mlp) take("mlp.item_hidden", hidden);
  if (hasItemBias) parts.take("item.bias", [count], NCF_TENSORS["item.bias"], { isColumn: true });
  return parts.list;
}
