import { PocketrecError, show } from "./errors.js";
import { iterate } from "./items.js";

/**
 * A history as a model sees it.
 *
 * @typedef {import("./items.js").ItemId} ItemId
 * @typedef {ItemId | { item: ItemId, rating?: number }} Interaction
 * @typedef {{ rating?: number, value: number }} Label value: what the model sees of the interaction
 * @typedef {Map<number, Label>} Labels by row, in the order given
 * @typedef {Map<number, Label | undefined>} Changes by row; undefined where the interaction is withdrawn
 */

/**
 * Reads interactions: those with known items by row into `known`, the others into `unknown`.
 *
 * @param {import("./items.js").Items} items
 * @param {Readonly<import("./metadata.js").Info>} info
 * @param {Iterable<Interaction>} interactions
 * @param {Changes} known
 * @param {Map<ItemId, any>} unknown
 */
export function readInteractions(items, info, interactions, known, unknown) {
  const find = items.finder(interactions);
  let at = 0;
  for (const interaction of /** @type {Iterable<any>} */ (iterate(/** @type {any} */ (interactions)))) {
    const isObject = interaction !== null && typeof interaction === "object";
    const item = isObject ? interaction.item : interaction;
    const rating = isObject ? interaction.rating : undefined;
    const value = valueOf(info, rating, at++);
    const row = find(item);
    if (row === undefined) unknown.set(item, { rating });
    else known.set(row, { rating, value });
  }
}

/**
 * What a model sees of an interaction: that there was one (a dislike is none), or the rating on its own scale. What a
 * float can hold, so that it can be withdrawn to the bit.
 *
 * @param {Readonly<import("./metadata.js").Info>} info
 * @param {unknown} rating
 * @param {number} at
 */
function valueOf({ input: { values, scale, shift }, rating: range }, rating, at) {
  const { minimum = -Infinity, maximum = Infinity, positive = -Infinity } = range;
  if (rating === undefined && values === "binary") return Math.fround(scale);
  const value = Math.fround(values === "binary" ? scale * Number(Number(rating) >= positive) : scale * (Number(rating) - shift));
  if (typeof rating !== "number" || !Number.isFinite(Math.fround(rating)) || rating < minimum || rating > maximum) {
    throw new PocketrecError("bad-argument", `rating of interaction ${at}`, `a number from ${minimum} to ${maximum}`, show(rating));
  }
  return value;
}

/**
 * Labels with some changes, in a map of their own.
 *
 * @param {Labels} labels
 * @param {Changes} changes
 * @returns {Labels}
 */
export function merge(labels, changes) {
  const merged = new Map(labels);
  apply(merged, changes);
  return merged;
}

/**
 * Makes changes to a map: what is undefined goes.
 *
 * @template Key, Value
 * @param {Map<Key, Value>} map
 * @param {Map<Key, Value | undefined>} changes
 */
export function apply(map, changes) {
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}

/**
 * Rows and values of a history, in the module's memory.
 *
 * @param {import("./memory.js").Memory} memory
 * @param {Labels} labels
 * @param {number} rows address
 * @param {number} values address
 */
export function putLabels(memory, labels, rows, values) {
  const rowsView = memory.u32(rows, labels.size), valuesView = memory.f32(values, labels.size);
  let at = 0;
  for (const [row, { value }] of labels) {
    rowsView[at] = row;
    valuesView[at++] = value;
  }
}
