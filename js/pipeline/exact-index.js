import { argumentError } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { isModel } from "./is-model.js";

/**
 * @import { ItemId } from "../common/ids.js"
 *
 * @typedef {object} Found an item that an index found
 * @property {ItemId} item the item's id
 * @property {number} score the raw score
 *
 * @typedef {object} SearchOptions what an index searches for
 * @property {number} [topK] how many items (default 10)
 * @property {Iterable<ItemId>} [exclude] ids to leave out
 * @property {(item: ItemId) => boolean} [filter] true for an item that may be found
 * @property {AbortSignal} [signal] ends the search, with "aborted"
 *
 * @typedef {object} ItemIndex finds the items with the highest raw scores for a user vector
 * @property {number} itemCount how many items it has
 * @property {(vector: ArrayLike<number>, options?: SearchOptions) => Promise<Found[]>} search
 *   vector: `user.vector`; the best item comes first
 */

/**
 * An index that scans the whole catalogue and finds the exact best. The kernel's scan takes about
 * as long as reading the item table once.
 *
 * @param {import("../model/model.js").Model} model of any kind whose user can be given as a vector
 * @returns {ItemIndex}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const index = exactIndex(model);
 * const found = await index.search(user.vector, { topK: 1, exclude: user.items });
 * found; // => [{ item: "Orbit of Glass", score: 0.32 }]
 */
export function exactIndex(model) {
  if (!isModel(model)) throw argumentError("exactIndex", "a model", model);
  return {
    get itemCount() {
      return model.itemCount;
    },
    async search(vector, options) {
      const names = "topK exclude filter signal";
      const { signal: _signal, ...choice } = checkOptions(options, "search", names);
      return model.recommend(model.user({ vector }), { ...choice, raw: true, precision: "exact" });
    },
  };
}
