import { argumentError, assertNumber, isItemId, isIterable } from "../common/arguments.js";
import { hasId, twinOf } from "../common/ids.js";
import { readItemIds, readRanked } from "./ranked-list.js";

/**
 * @import { ItemId } from "../common/ids.js"
 *
 * @typedef {object} Pin an item and its place
 * @property {ItemId} item the item's id
 * @property {number} position from 0
 */

/**
 * A step that puts items at fixed positions. A position behind the end of the list means its end.
 * An item that is not in the list is added with `score: null`.
 *
 * @param {Iterable<Pin>} pins
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const step = pin([{ item: "Cold Ink", position: 0 }]);
 * step(model.recommend(user, { topK: 5 }))[0].item; // => "Cold Ink"
 */
export function pin(pins) {
  const sorted = readPins(pins).sort((a, b) => a.position - b.position);
  const pinned = new Set(sorted.map(({ item }) => item));
  return (list) => {
    const ranked = readRanked(list, "pin");
    const arranged = ranked.filter(({ item }) => !hasId(pinned, item));
    for (const { item, position } of sorted) {
      const find = (/** @type {unknown} */ id) => ranked.find((entry) => entry.item === id);
      const entry = find(item) ?? find(twinOf(item)) ?? { item, score: null };
      arranged.splice(position, 0, entry);
    }
    return arranged;
  };
}

/**
 * @param {unknown} pins
 * @returns {Pin[]}
 */
function readPins(pins) {
  if (!isIterable(pins)) throw argumentError("pin", "a list of { item, position }", pins);
  const list = /** @type {Pin[]} */ ([...pins]).map((entry) => {
    if (!isItemId(entry?.item)) throw argumentError("pin", "{ item, position }", entry);
    assertNumber(entry.position, `pin, position of item ${entry.item}`, { integer: true });
    return { item: entry.item, position: entry.position };
  });
  for (const name of /** @type {const} */ (["item", "position"])) {
    const values = list.map((entry) => entry[name]);
    const twice = values.find((value, at) => values.indexOf(value) < at);
    if (twice !== undefined) throw argumentError("pin", `each ${name} once`, twice);
  }
  return list;
}

/**
 * A step that removes items.
 *
 * @param {Iterable<ItemId> | ((item: ItemId) => boolean)} items a list, or a function that returns
 *   true for an item to remove. A Set is consulted at every call, so it may change; any other list
 *   is read once
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const hidden = new Set(["One Glove"]);
 * const step = block(hidden);
 * step(model.rank(user, ["One Glove", "Cold Engines"])).length; // => 1
 * hidden.add("Cold Engines");
 * step(model.rank(user, ["One Glove", "Cold Engines"])).length; // => 0
 * block((item) => item.startsWith("The "));
 */
export function block(items) {
  const isBlocked = typeof items === "function" ? items : blockedBy(items);
  return (list) => readRanked(list, "block").filter(({ item }) => !isBlocked(item));
}

/** @param {Iterable<ItemId>} items */
function blockedBy(items) {
  const ids = readItemIds(items, "block");
  const blocked = items instanceof Set ? items : new Set(ids);
  return (/** @type {ItemId} */ item) => hasId(blocked, item);
}
