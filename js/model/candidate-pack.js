import { packKinds } from "../families/index.js";
import { PocketrecError } from "../common/errors.js";
import { countIds, readItems } from "../file/item-ids.js";

/**
 * @import { ItemId } from "../common/ids.js"
 */

/**
 * Candidates that bring their own item rows (docs/format.md, "Candidate packs"). Made by
 * `model.openCandidates(...)`; `rank`, `score` and `vectors` take one in place of a list.
 *
 * @hideconstructor
 */
export class CandidatePack {
  #engine;
  #items;
  #ids;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {Map<string, import("../file/safetensors.js").Tensor>} tensors
   */
  constructor(engine, tensors) {
    const ids = tensors.get("item_ids");
    if (!ids)
      throw new PocketrecError("missing-tensor", "item_ids", "the ids of a candidate pack", "none");
    const count = countIds(ids);
    if (count === 0) throw new PocketrecError("bad-shape", "item_ids", "at least one id", "none");
    const { family, info } = engine;
    if (!family.openPack)
      throw new PocketrecError(
        "unsupported",
        "candidate pack",
        `a model of kind ${packKinds().join(", ")}`,
        `"${info.kind}"`,
      );
    this.#engine = engine;
    this.#ids = readItems(tensors, count);
    this.#items = family.openPack(engine, tensors, this.#ids);
  }

  /** How many candidates there are. */
  get itemCount() {
    return this.#ids.count;
  }

  /**
   * Their ids, in the server's order.
   * @returns {ItemId[]}
   */
  get items() {
    return [.../** @type {ItemId[]} */ (this.#ids.ids)];
  }

  /** @internal */
  get located() {
    return this.#ids;
  }

  /**
   * Copies the rows into the module. The items of the pack are then the ones in use.
   *
   * @param {(bytes: number) => number} allocate
   * @returns {number} the address of the C struct
   * @internal
   */
  place(allocate) {
    const address = allocate(this.#items.size());
    this.#items.init(address);
    this.#engine.useItems(address);
    for (const _ of this.#items.place());
    return address;
  }

  /**
   * @param {unknown} value
   * @param {import("./engine.js").Engine} engine
   * @returns {value is CandidatePack}
   * @internal
   */
  static isOf(value, engine) {
    return value instanceof CandidatePack && #engine in value && value.#engine === engine;
  }
}
