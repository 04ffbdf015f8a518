import { argumentError, assertNumber, isItemId, isIterable } from "../common/arguments.js";
import { readItemIds, readRanked } from "./ranked-list.js";

/** @typedef {import("./ranked-list.js").ItemId} ItemId */

/**
 * A step that puts items where somebody wants them. A position counts from 0; one behind the end of
 * the list is its end. An item that is not in the list is put in, with `score: null`.
 *
 * @param {Iterable<{ item: ItemId, position: number }>} pins
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function pin(pins) {
  if (!isIterable(pins)) throw argumentError("pin", "a list of { item, position }", pins);
  const sorted = [...pins]
    .map((entry) => {
      if (!isItemId(entry?.item)) throw argumentError("pin", "{ item, position }", entry);
      assertNumber(entry.position, `pin, position of item ${entry.item}`, { integer: true });
      return { item: entry.item, position: entry.position };
    })
    .sort((a, b) => a.position - b.position);
  for (const name of /** @type {const} */ (["item", "position"])) {
    const values = sorted.map((entry) => entry[name]);
    const twice = values.find((value, at) => values.indexOf(value) < at);
    if (twice !== undefined) throw argumentError("pin", `each ${name} once`, twice);
  }
  return (list) => {
    const ranked = readRanked(list, "pin");
    const wanted = new Set(sorted.map(({ item }) => item));
    const left = ranked.filter(({ item }) => !wanted.has(item));
    for (const { item, position } of sorted) {
      left.splice(
        position,
        0,
        ranked.find((entry) => entry.item === item) ?? { item, score: null },
      );
    }
    return left;
  };
}

/**
 * A step that leaves items out.
 *
 * @param {Iterable<ItemId> | ((item: ItemId) => boolean)} which items, or what tells of each. A Set
 *   is asked anew each time, so it may change; another list is read once
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function block(which) {
  if (typeof which === "function")
    return (list) => readRanked(list, "block").filter(({ item }) => !which(item));
  const ids = readItemIds(which, "block");
  const blocked = which instanceof Set ? which : new Set(ids);
  return (list) => readRanked(list, "block").filter(({ item }) => !blocked.has(item));
}
