import { argumentError, isItemId, isIterable } from "../common/arguments.js";

/**
 * Interactions as the app passes them in, and as a store holds them.
 *
 * @import { ItemId } from "../common/ids.js"
 *
 * @typedef {object} Interaction as a history gives it
 * @property {ItemId} item the item's id
 * @property {number} [rating] on the app's scale, where there is one
 * @property {number} time in milliseconds since 1970
 *
 * @typedef {object} AddedInteraction an interaction to be added
 * @property {ItemId} item the item's id
 * @property {number} [rating] on the scale of the models that will read the history
 * @property {number} [time] in milliseconds since 1970 (default: now)
 *
 * @typedef {ItemId | AddedInteraction} NewInteraction what `history.add` takes
 *
 * @typedef {Readonly<Interaction & { order: number }>} StoredInteraction order: of two interactions
 *   at the same time the lower is the older. Never mutated, only replaced
 */

/** The largest time of a Date, in ms. */
const MAX_TIME = 8.64e15;

const ITEM_ID = "an item's id, a string or a number";

/**
 * Checks one interaction or a list of them.
 *
 * @param {unknown} given
 * @param {number} now the default time, and the latest: an interaction in the future would stay the
 *   newest for good
 * @returns {Interaction[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readInteractions(given, now) {
  if (!isIterable(given)) {
    if (/** @type {any} */ (given)?.items instanceof Uint32Array)
      throw argumentError("interactions", "items by id: a history knows no rows", given);
    return [readInteraction(given, "interaction", now)];
  }
  return Array.from(given, (entry, at) => readInteraction(entry, `interaction ${at}`, now));
}

/**
 * @param {any} given is read once
 * @param {string} subject
 * @param {number} now
 * @returns {Interaction}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readInteraction(given, subject, now) {
  const { item, rating, time = now } = isItemId(given) ? { item: given } : (given ?? {});
  if (!isItemId(item)) throw argumentError(`${subject}, item`, ITEM_ID, item);
  if (rating !== undefined && !Number.isFinite(rating))
    throw argumentError(`${subject}, rating`, "a number", rating);
  if (!Number.isFinite(time) || time < 0 || time > MAX_TIME)
    throw argumentError(`${subject}, time`, "milliseconds since 1970", time);
  return toInteraction({ item, rating, time: Math.min(time, now) });
}

/**
 * Checks one item id or a list of them.
 *
 * @param {unknown} given
 * @returns {ItemId[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readItemIds(given) {
  const items = isIterable(given) ? [...given] : [given];
  const wrong = items.findIndex((item) => !isItemId(item));
  if (wrong >= 0) throw argumentError(`item ${wrong}`, ITEM_ID, items[wrong]);
  return /** @type {ItemId[]} */ (items);
}

/**
 * Whether a value from a store is an interaction: any script of the origin can write there.
 *
 * @param {any} value
 * @returns {value is StoredInteraction}
 */
export function isStoredInteraction(value) {
  const { item, rating, time, order } = value ?? {};
  return (
    isItemId(item) &&
    (rating === undefined || Number.isFinite(rating)) &&
    Number.isFinite(time) &&
    Number.isFinite(order)
  );
}

/** Sorts the oldest first. @param {StoredInteraction} a @param {StoredInteraction} b */
export const compareAge = (a, b) => a.time - b.time || a.order - b.order;

/**
 * @param {StoredInteraction | undefined} before
 * @param {StoredInteraction} after of the same item
 */
export const isUnchanged = (before, after) =>
  before?.time === after.time && before.rating === after.rating;

/**
 * The fields that the app gets; without a rating the field is absent.
 *
 * @param {{ item: ItemId, rating?: number, time: number }} interaction
 * @returns {Interaction}
 */
export const toInteraction = ({ item, rating, time }) =>
  rating === undefined ? { item, time } : { item, rating, time };
