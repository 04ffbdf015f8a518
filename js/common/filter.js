import { argumentError } from "./arguments.js";
import { hasId } from "./ids.js";

/**
 * @import { ItemId } from "./ids.js"
 * @typedef {((item: ItemId) => boolean) | (Iterable<ItemId> & object)} Filter which items may be
 *   recommended: a function of an id that is true for them, or a list of their ids, not one text
 */

/**
 * A filter as a function. An async function is refused: its promise would count as true.
 *
 * @template {Filter | undefined} T
 * @param {T} filter
 * @param {(list: any) => Iterable<ItemId>} read checks a list and gives its ids
 * @returns {T extends undefined ? undefined : (item: ItemId) => boolean}
 * @throws {import("./errors.js").PocketrecError} "bad-argument"
 */
export function readFilter(filter, read) {
  if (filter === undefined) return /** @type {any} */ (undefined);
  if (typeof filter !== "function") {
    const allowed = new Set(read(filter));
    return /** @type {any} */ ((/** @type {ItemId} */ item) => hasId(allowed, item));
  }
  return /** @type {any} */ (
    (/** @type {ItemId} */ item) => {
      const isAllowed = filter(item);
      if (typeof (/** @type {any} */ (isAllowed)?.then) === "function")
        throw argumentError("filter", "true or false", isAllowed);
      return isAllowed;
    }
  );
}
