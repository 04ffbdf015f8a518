import { argumentError } from "../common/arguments.js";
import { show } from "../common/errors.js";
import { interactionRows } from "../common/interaction-rows.js";
import { iterate, listOf } from "../file/item-ids.js";
import { FLOAT_MAX, InteractionDelta, columnsFor, join, slice } from "./interactions.js";

/**
 * @import { CheckedRows } from "../common/interaction-rows.js"
 * @import { ItemId } from "../common/ids.js"
 * @import { ItemIndex } from "../file/item-ids.js"
 * @import { Interactions, Unusable } from "./interactions.js"
 * @typedef {Readonly<import("../file/metadata.js").Info>} Info
 *
 * @typedef {object} Given the arguments of `user.update`
 * @property {Interactions} [add]
 * @property {Iterable<ItemId>} [remove]
 * @property {boolean} [isHistory] whether `add` is a history, whose unusable ratings are set aside:
 *   one bad rating in it must not end a user's recommendations
 * @property {boolean} [isOrdered] whether each interaction is an event of its own: an item given
 *   twice then stands twice in the lists, behind what is removed
 */

/** A row that no table has: of an item that the model does not know. */
const UNKNOWN = 0xffffffff;

/** Room for the interactions of a list that does not say how long it is. */
const ROOM = 4;

/** A list may claim any length: at most so much room is made before its interactions are there. */
const ROOM_MAX = 4096;

/**
 * Reads and checks interactions: rows and ratings first, then values, in loops over typed arrays.
 * Of an item given twice, the last one counts.
 *
 * @param {ItemIndex} items
 * @param {Info} info
 * @param {Given} given
 * @returns {InteractionDelta}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "unknown-item" for a row
 *   out of range
 */
export function readInteractions(items, info, given) {
  const { add = [], remove = [], isHistory = false, isOrdered = false } = given;
  const subject = isHistory ? "history" : "add";
  // The app's code, which may change the arrays of `add`, runs before they are checked.
  const gone = listOf(remove, "remove");
  const rows = interactionRows(add, subject);
  const list = rows ? [] : iterate(/** @type {Iterable<any>} */ (add), subject);
  const room = Array.isArray(list) ? Math.min(list.length, ROOM_MAX) : ROOM;
  const reading = new Reading(items, rows?.length ?? room);
  try {
    readRemoved(reading, gone);
    const removed = reading.length;
    if (rows) readRows(reading, rows);
    else readList(reading, list);
    reading.areRated = rows?.ratings !== undefined;
    if (!putValues(reading, info, removed)) setAside(reading, info, removed, isHistory);
    settle(reading, removed, isOrdered);
    return reading.delta();
  } finally {
    reading.end();
  }
}

/** Interactions that are being read. */
class Reading {
  length = 0;
  /** Whether each interaction is said to have a rating: NaN is then a wrong one, not none. */
  areRated = false;
  /** By position: what the lists cannot hold. @type {Map<number, Unusable>} */
  given = new Map();
  /** @type {InteractionDelta["unknown"]} */
  unknown = new Map();
  /** @type {InteractionDelta["unusable"]} */
  unusable = new Map();

  /**
   * @param {ItemIndex} items
   * @param {number} room
   */
  constructor(items, room) {
    this.items = items;
    this.columns = columnsFor(room);
    /** By row: its position in the lists, from 1. */
    this.positions = items.borrowPositions();
  }

  /**
   * Makes room for more.
   * @param {number} count
   */
  reserve(count) {
    const missing = this.length + count - this.columns.rows.length;
    if (missing > 0) this.columns = join(this.columns, columnsFor(Math.max(missing, this.length)));
  }

  /**
   * @param {number} row
   * @param {number} rating
   */
  push(row, rating) {
    this.reserve(1);
    this.columns.rows[this.length] = row;
    this.columns.ratings[this.length++] = rating;
  }

  /** @returns {InteractionDelta} */
  delta() {
    const { columns, length, unknown, unusable } = this;
    const read = length === columns.rows.length ? columns : slice(columns, 0, length);
    return new InteractionDelta(read, unknown, unusable);
  }

  /** Returns what was borrowed, zeros again. */
  end() {
    const { rows } = this.columns;
    for (let i = 0; i < this.length; i++) this.positions[rows[i]] = 0;
    this.items.returnPositions(this.positions);
  }
}

/**
 * @param {Reading} reading
 * @param {ItemId[] | Uint32Array} list
 */
function readRemoved(reading, list) {
  const find = reading.items.finder(list);
  for (const item of list) {
    const row = find(item);
    if (row === undefined) reading.unknown.set(item, false);
    else if (!reading.positions[row]) {
      reading.push(row, NaN);
      reading.columns.values[reading.length - 1] = NaN;
      reading.positions[row] = reading.length;
    }
  }
}

/**
 * @param {Reading} reading
 * @param {Iterable<any>} list
 */
function readList(reading, list) {
  const find = reading.items.finder(list);
  for (const interaction of list) {
    const isObject = interaction !== null && typeof interaction === "object";
    const item = isObject ? interaction.item : interaction;
    const rating = isObject ? interaction.rating : undefined;
    const row = find(item);
    if (row === undefined) reading.unknown.set(item, true);
    // NaN stands for no rating, so what is no number is a rating that no scale has.
    const isNumber = typeof rating === "number" && !Number.isNaN(rating);
    const number = isNumber ? rating : rating === undefined ? NaN : Infinity;
    if (row === undefined || number === Infinity)
      reading.given.set(reading.length, { item, rating });
    reading.push(row ?? UNKNOWN, number);
  }
}

/**
 * @param {Reading} reading
 * @param {CheckedRows} given
 */
function readRows(reading, { items, ratings, length }) {
  reading.reserve(length);
  const { rows, ratings: read } = reading.columns;
  const { count } = reading.items;
  const first = reading.length;
  let isKnown = true;
  for (let i = 0; i < length; i++) {
    const row = items[i];
    isKnown &&= row < count;
    rows[first + i] = row;
    read[first + i] = ratings ? ratings[i] : NaN;
  }
  reading.length += length;
  if (!isKnown) rows.subarray(first).forEach(reading.items.finder(rows));
}

/**
 * Puts the model's inputs for interactions, by their ratings: whether there was one (a dislike
 * counts as none), or the rating on the model's scale. As float32, so that it can be removed to the
 * bit. NaN for a rating that the model cannot use.
 *
 * @param {Reading} reading
 * @param {Info} info
 * @param {number} first
 * @returns {boolean} whether it can use all
 */
function putValues({ columns, length, areRated }, info, first) {
  const { ratings, values } = columns;
  const { scale, shift } = info.input;
  const { minimum = -FLOAT_MAX, maximum = FLOAT_MAX, positive = -Infinity } = info.rating;
  const isBinary = info.input.values === "binary";
  const none = info.needsRatings || areRated ? NaN : scale;
  let isComplete = true;
  for (let i = first; i < length; i++) {
    const rating = ratings[i];
    let value = NaN;
    if (Number.isNaN(rating)) value = none;
    else if (rating >= minimum && rating <= maximum)
      value = isBinary ? (rating >= positive ? scale : 0) : scale * (rating - shift);
    const size = Math.abs(Math.fround(value));
    isComplete &&= size <= FLOAT_MAX;
    // A tiny value is 0, since its square is.
    values[i] = size < 1e-30 ? 0 : size <= FLOAT_MAX ? value : NaN;
  }
  return isComplete;
}

/**
 * Sets interactions aside whose ratings the model cannot use, or refuses them.
 *
 * @param {Reading} reading
 * @param {Info} info
 * @param {number} first
 * @param {boolean} isHistory
 */
function setAside(reading, info, first, isHistory) {
  const { areRated, items } = reading;
  const { rows, values, ratings } = reading.columns;
  for (let i = first; i < reading.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    const rating = areRated || !Number.isNaN(ratings[i]) ? ratings[i] : undefined;
    const one = reading.given.get(i) ?? { item: items.idOf(rows[i]), rating };
    if (!isHistory) throw ratingError(info, one);
    if (rows[i] !== UNKNOWN) reading.unusable.set(rows[i], one);
    rows[i] = UNKNOWN;
  }
}

/**
 * Keeps what the model knows and can use, each item once.
 *
 * @param {Reading} reading
 * @param {number} first
 * @param {boolean} isOrdered
 */
function settle(reading, first, isOrdered) {
  const { positions } = reading;
  const { rows, values, ratings } = reading.columns;
  let count = first;
  for (let i = first; i < reading.length; i++) {
    const row = rows[i];
    if (row === UNKNOWN) continue;
    const before = isOrdered ? 0 : positions[row];
    const at = before ? before - 1 : count++;
    if (!isOrdered) positions[row] = at + 1;
    if (at === i) continue;
    rows[at] = row;
    values[at] = values[i];
    ratings[at] = ratings[i];
  }
  reading.length = count;
}

/**
 * @param {Info} info
 * @param {Unusable} unusable
 */
export function ratingError({ rating: { minimum, maximum } }, { item, rating }) {
  const range = [minimum, maximum].includes(undefined) ? "" : ` from ${minimum} to ${maximum}`;
  return argumentError(`rating of item ${show(item)}`, `a number${range}`, rating);
}
