import { argumentError, isItemId, isIterable } from "../common/arguments.js";
import { FLOAT_MAX } from "../families/interactions.js";

/**
 * Ranked lists on their way through the steps of a re-ranking.
 *
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../model/model.js").Ranked} Ranked
 * @typedef {object} Context what a step may know of the request; alone, a step needs none of it
 * @property {number} [topK] how many items will be shown
 * @property {AbortSignal} [signal]
 * @property {(model: import("../model/model.js").Model) => import("../model/user.js").User}
 *   [userOf] the person, as a model sees them
 * @property {(model: any) => Pack | undefined} [packOf] the candidates, where they brought the
 *   model their own rows
 *
 * @typedef {{ items: Iterable<ItemId>, itemCount: number }} Pack candidates with their own rows, as
 *   model.openCandidates gives them
 *
 * @typedef {(list: Iterable<Ranked>, context?: Context) => Ranked[]} SyncStep
 * @typedef {(list: Iterable<Ranked>, context?: Context) => Promise<Ranked[]>} AsyncStep
 * @typedef {(list: Ranked[], context?: Context) => Ranked[] | Promise<Ranked[]>} Step takes a list
 *   and gives another: it may move, drop and add entries, and leaves the one that it got as it was
 */

/**
 * Infinities are scores too: an exponential may end there.
 * @param {unknown} value
 * @returns {value is number}
 */
export const isScore = (value) => typeof value === "number" && !Number.isNaN(value);

/**
 * A ranked list, checked and copied; the entries are those of the list.
 *
 * @param {unknown} list
 * @param {string} subject who reads it
 * @returns {Ranked[]}
 */
export function readRanked(list, subject) {
  if (!isIterable(list)) throw argumentError(subject, "a list of { item, score }", list);
  const ranked = /** @type {any[]} */ ([...list]);
  const wrong = ranked.findIndex(
    (entry) => !isItemId(entry?.item) || !(entry.score === null || isScore(entry.score)),
  );
  if (wrong >= 0)
    throw argumentError(
      `${subject}, entry ${wrong}`,
      "{ item, score }, the score a number or null",
      ranked[wrong],
    );
  return ranked;
}

/**
 * Items by the app's ids, read once.
 *
 * @param {unknown} items
 * @param {string} subject
 * @returns {ItemId[]}
 */
export function readItemIds(items, subject) {
  if (!isIterable(items)) throw argumentError(subject, "a list of the items' ids", items);
  if (items instanceof Uint32Array)
    throw argumentError(
      subject,
      "a list of the items' ids",
      "rows, which only one model knows: a Uint32Array",
    );
  const ids = [...items];
  const wrong = ids.findIndex((id) => !isItemId(id));
  if (wrong >= 0)
    throw argumentError(
      `${subject}, entry ${wrong}`,
      "an item's id, a string or a number",
      ids[wrong],
    );
  return /** @type {ItemId[]} */ (ids);
}

/**
 * Between 0 and 1, the smallest to 0 and the largest to 1; all the same to 0.5. Infinities count as
 * the largest floats, of 32 bits: differences stay finite in 64.
 * @param {number[]} scores
 */
export function toUnit(scores) {
  const held = scores.map((score) => Math.min(Math.max(score, -FLOAT_MAX), FLOAT_MAX));
  let least = Infinity;
  let most = -Infinity;
  for (const score of held) {
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  return held.map((score) => (most > least ? (score - least) / (most - least) : 0.5));
}
