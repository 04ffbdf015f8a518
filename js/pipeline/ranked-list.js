import { argumentError, isItemId, isIterable } from "../common/arguments.js";
import { getById, itemOf } from "../common/ids.js";
import { FLOAT_MAX } from "../families/interactions.js";

/**
 * Ranked lists between the steps of re-ranking.
 *
 * @import { ItemId } from "../common/ids.js"
 * @import { Ranked } from "../model/model-types.js"
 *
 * @typedef {object} Context what a step may learn about the request; outside a recommender it is
 *   optional
 * @property {number} [topK] how many items will be shown
 * @property {AbortSignal} [signal] of the request
 * @property {(model: import("../model/model.js").Model) => import("../model/user.js").User}
 *   [userOf] the user of the request, for a model
 * @property {(model: any) => Pack | undefined} [packOf] the candidate pack of the request, if this
 *   model ranked one
 *
 * @typedef {object} Pack a candidate pack, from model.openCandidates
 * @property {Iterable<ItemId>} items ids, in the server's order
 * @property {number} itemCount how many
 *
 * @typedef {(list: Iterable<Ranked>, context?: Context) => Ranked[]} SyncStep a step that gives its
 *   list at once
 * @typedef {(list: Iterable<Ranked>, context?: Context) => Promise<Ranked[]>} AsyncStep a step that
 *   gives a promise of its list
 * @typedef {(list: Ranked[], context?: Context) => Ranked[] | Promise<Ranked[]>} Step returns a new
 *   list with entries moved, removed or added; it does not change the list it gets
 */

/**
 * Infinities are scores: an exponential output may overflow.
 *
 * @param {unknown} value
 * @returns {value is number}
 */
export const isScore = (value) => typeof value === "number" && !Number.isNaN(value);

/**
 * A checked copy of a list.
 *
 * @param {unknown} list
 * @param {string} subject the argument, by name
 * @param {string} entries what it is a list of
 * @param {(entry: any) => boolean} isEntry
 * @param {string} expected what an entry is
 * @returns {any[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readList(list, subject, entries, isEntry, expected = entries) {
  if (!isIterable(list)) throw argumentError(subject, `a list of ${entries}`, list);
  const copy = [...list];
  const wrong = copy.findIndex((entry) => !isEntry(entry));
  if (wrong >= 0) throw argumentError(`${subject}, entry ${wrong}`, expected, copy[wrong]);
  return copy;
}

/**
 * A checked copy of a ranked list. The entries are shared with the list.
 *
 * @param {unknown} list
 * @param {string} subject
 * @returns {Ranked[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export const readRanked = (list, subject) =>
  readList(
    list,
    subject,
    "{ item, score }",
    (entry) => isItemId(entry?.item) && (entry.score === null || isScore(entry.score)),
    "{ item, score }, the score a number or null",
  );

/**
 * A checked copy of a list of item ids, or the ids of a list of interactions. Rows mean something
 * to one model only and are refused.
 *
 * @param {unknown} items
 * @param {string} subject
 * @returns {ItemId[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readItemIds(items, subject) {
  const given = /** @type {any} */ (items);
  const isRows = [given, given?.items].some((list) => list instanceof Uint32Array);
  const list = isRows ? "rows, a Uint32Array" : items;
  const isEntry = (/** @type {unknown} */ entry) => isItemId(itemOf(entry));
  const expected = "an item id, a string or a number";
  return readList(list, subject, "item ids", isEntry, expected).map(itemOf);
}

/**
 * A function of an item, or a Map of items, as a function.
 *
 * @template T
 * @param {((item: ItemId) => T) | ReadonlyMap<ItemId, T> | unknown} source
 * @returns {((item: ItemId) => T | undefined) | undefined} undefined where it is neither
 */
export function readLookup(source) {
  if (typeof source === "function") return /** @type {(item: ItemId) => T} */ (source);
  const map = /** @type {ReadonlyMap<ItemId, T> | undefined} */ (source);
  return typeof map?.get === "function" ? (item) => getById(map, item) : undefined;
}

/**
 * Scales scores linearly to 0..1, the lowest to 0, the highest to 1; equal scores to 0.5.
 * Infinities count as the largest 32-bit floats, so that differences stay finite in 64 bits.
 *
 * @param {number[]} scores
 * @returns {number[]}
 */
export function toUnit(scores) {
  const finite = scores.map((score) => Math.min(Math.max(score, -FLOAT_MAX), FLOAT_MAX));
  let min = Infinity;
  let max = -Infinity;
  for (const score of finite) {
    min = Math.min(min, score);
    max = Math.max(max, score);
  }
  return finite.map((score) => (max > min ? (score - min) / (max - min) : 0.5));
}
