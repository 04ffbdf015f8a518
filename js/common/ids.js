/**
 * An item as an app names it: an id of the file's `item_ids`, or a row of the table where the file
 * has none. A CSV, an `<input>` or JSON gives "260" where a file has 260, so an id that is not
 * found is looked up as the other type. Where both are known they are two items.
 *
 * @typedef {string | number} ItemId
 */

/**
 * The same id as the other type: "260" for 260 and 260 for "260"; undefined where there is none.
 *
 * @param {unknown} id
 * @returns {ItemId | undefined}
 */
export function twinOf(id) {
  if (typeof id === "number") return `${id}`;
  return typeof id === "string" && `${Number(id)}` === id ? Number(id) : undefined;
}

/**
 * Reads a Map of ids, an id that is not in it as the other type.
 *
 * @template T
 * @param {ReadonlyMap<ItemId, T>} map
 * @param {ItemId} id
 * @returns {T | undefined}
 */
export const getById = (map, id) => map.get(id) ?? map.get(/** @type {ItemId} */ (twinOf(id)));

/**
 * Whether a Set has an id, in either type.
 *
 * @param {ReadonlySet<ItemId>} set
 * @param {ItemId} id
 */
export const hasId = (set, id) => set.has(id) || set.has(/** @type {ItemId} */ (twinOf(id)));

/**
 * The item of an entry, which may be an id, an interaction or an entry of a ranked list.
 * @param {any} entry
 * @returns {ItemId}
 */
export const itemOf = (entry) => entry?.item ?? entry;
