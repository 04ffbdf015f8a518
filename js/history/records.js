import { argumentError, isItemId, isIterable } from "../common/arguments.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 *
 * @typedef {object} Interaction one of the person's interactions, as a history keeps it
 * @property {ItemId} item
 * @property {number} [rating]
 * @property {number} time when it was, in milliseconds since 1970
 *
 * @typedef {ItemId | { item: ItemId, rating?: number, time?: number }} NewInteraction without a
 *   time it is now
 *
 * @typedef {Readonly<Interaction & { order: number }>} Kept one that a store holds; order: of two
 *   at the same time the lower is the older. Never changed, but replaced
 */

/** What a Date can hold, in ms. */
const TIME_MAX = 8.64e15;

/**
 * One interaction or a list of them, checked.
 *
 * @param {unknown} given
 * @param {number} now the time of those that have none, and the latest that any may have: one that
 *   is still to come would be the newest for ever
 * @returns {Interaction[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readInteractions(given, now) {
  if (!isIterable(given)) return [readInteraction(given, "interaction", now)];
  return Array.from(given, (entry, at) => readInteraction(entry, `interaction ${at}`, now));
}

/**
 * @param {any} given
 * @param {string} subject
 * @param {number} now
 * @returns {Interaction}
 */
function readInteraction(given, subject, now) {
  const { item, rating, time = now } = isItemId(given) ? { item: given } : (given ?? {});
  if (!isItemId(item))
    throw argumentError(`${subject}, item`, "an item's id, a string or a number", item);
  if (rating !== undefined && !Number.isFinite(rating))
    throw argumentError(`${subject}, rating`, "a number", rating);
  if (!Number.isFinite(time) || time < 0 || time > TIME_MAX)
    throw argumentError(`${subject}, time`, "milliseconds since 1970", time);
  const past = Math.min(time, now);
  return rating === undefined ? { item, time: past } : { item, rating, time: past };
}

/**
 * Whether something in a store is a record: anybody on the origin can write there.
 * @param {any} value
 * @returns {value is Kept}
 */
export function isKept(value) {
  const { item, rating, time, order } = value ?? {};
  return (
    isItemId(item) &&
    (rating === undefined || Number.isFinite(rating)) &&
    Number.isFinite(time) &&
    Number.isFinite(order)
  );
}

/**
 * One item or a list of them, checked.
 *
 * @param {unknown} given
 * @returns {ItemId[]}
 */
export function readItems(given) {
  const items = isIterable(given) ? [...given] : [given];
  const wrong = items.findIndex((item) => !isItemId(item));
  if (wrong >= 0)
    throw argumentError(`item ${wrong}`, "an item's id, a string or a number", items[wrong]);
  return /** @type {ItemId[]} */ (items);
}

/** @param {Kept} one @param {Kept} other */
export const byAge = (one, other) => one.time - other.time || one.order - other.order;

/**
 * Whether nothing changed between two states of an item.
 * @param {Kept | undefined} one
 * @param {Kept} other
 */
export const isSame = (one, other) => one?.time === other.time && one.rating === other.rating;

/**
 * What of it is the app's affair.
 * @param {Kept} kept
 * @returns {Interaction}
 */
export const asInteraction = ({ item, rating, time }) =>
  rating === undefined ? { item, time } : { item, rating, time };
