import { argumentError } from "../common/arguments.js";
import { show } from "../common/errors.js";
import { iterate } from "../file/item-ids.js";

/**
 * @import { PocketrecError } from "../common/errors.js"
 * @import { ItemId } from "../common/ids.js"
 *
 * @typedef {object} RatedItem an item and its rating
 * @property {ItemId} item the item's id
 * @property {number} [rating] on the scale of `model.info.rating`; which models need one says
 *   `model.info.needsRatings`
 *
 * @typedef {ItemId | RatedItem} Interaction what the user did: an id, or an item with a rating
 *
 * @typedef {{ rating?: number, value: number }} Label value: the model's input
 */

/** The largest float of 32 bits. */
export const FLOAT_MAX = Math.fround(3.4028234e38);

/**
 * A change to a history: parallel lists of rows and their new values. Lists, since reading a
 * history is most of the work in JavaScript for a new user.
 */
export class InteractionDelta {
  /** @type {number[]} distinct, unless they are events */
  rows = [];
  /**
   * @type {(number | undefined)[]} the model's input; undefined removes the interaction
   */
  values = [];
  /** @type {(number | undefined)[]} */
  ratings = [];
  /**
   * @type {Map<ItemId, boolean>} items that the model does not know: true for added, false for
   *   removed
   */
  unknown = new Map();
  /** @type {Map<number, PocketrecError>} by row: interactions whose ratings the model cannot use */
  unusable = new Map();

  /**
   * Reads and checks the arguments of `user.update`. Of an item given twice, the last one counts.
   *
   * @param {import("../file/item-ids.js").ItemIndex} items
   * @param {Readonly<import("../file/metadata.js").Info>} info
   * @param {Iterable<Interaction>} add
   * @param {Iterable<ItemId>} [remove]
   * @param {boolean} [isHistory] whether `add` is a history, whose unusable ratings are set aside:
   *   one bad rating in it must not end a user's recommendations
   * @param {boolean} [isOrdered] whether each interaction is an event of its own: an item given
   *   twice then stands twice in the lists, behind what is removed
   */
  static read(items, info, add, remove = [], isHistory = false, isOrdered = false) {
    const delta = new InteractionDelta();
    const positions = items.borrowPositions();
    try {
      readRemoved(delta, items, positions, remove);
      readAdded(delta, items, isOrdered ? undefined : positions, info, add, isHistory);
    } finally {
      for (const row of delta.rows) positions[row] = 0;
      items.returnPositions(positions);
    }
    return delta;
  }
}

/**
 * @param {InteractionDelta} delta
 * @param {import("../file/item-ids.js").ItemIndex} items
 * @param {Uint32Array} positions
 * @param {Iterable<ItemId>} remove
 */
function readRemoved(delta, items, positions, remove) {
  const list = iterate(remove, "remove");
  const find = items.finder(list);
  for (const item of list) {
    const row = find(item);
    if (row === undefined) delta.unknown.set(item, false);
    else put(delta, positions, row, undefined, undefined);
  }
}

/**
 * @param {InteractionDelta} delta
 * @param {import("../file/item-ids.js").ItemIndex} items
 * @param {Uint32Array | undefined} positions
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @param {Iterable<Interaction>} add
 * @param {boolean} isHistory
 */
function readAdded(delta, items, positions, info, add, isHistory) {
  const list = /** @type {Iterable<any>} */ (iterate(add, isHistory ? "history" : "add"));
  const find = items.finder(list);
  const valueOf = valuesBy(info);
  for (const interaction of list) {
    const isObject = interaction !== null && typeof interaction === "object";
    const item = isObject ? interaction.item : interaction;
    const rating = isObject ? interaction.rating : undefined;
    const value = valueOf(rating);
    const row = find(item);
    if (value === undefined) {
      const error = ratingError(info, item, rating);
      if (!isHistory) throw error;
      if (row !== undefined) delta.unusable.set(row, error);
    }
    if (row === undefined) delta.unknown.set(item, true);
    else if (value !== undefined) put(delta, positions, row, value, rating);
  }
}

/**
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @param {ItemId} item
 * @param {unknown} rating
 */
function ratingError({ rating: { minimum, maximum } }, item, rating) {
  const range = [minimum, maximum].includes(undefined) ? "" : ` from ${minimum} to ${maximum}`;
  return argumentError(`rating of item ${show(item)}`, `a number${range}`, rating);
}

/**
 * @param {InteractionDelta} delta
 * @param {Uint32Array | undefined} positions by row: its position in the lists, from 1; undefined
 *   where each interaction is an event of its own
 * @param {number} row
 * @param {number | undefined} value
 * @param {number | undefined} rating
 */
function put({ rows, values, ratings }, positions, row, value, rating) {
  const position = positions?.[row] || 0;
  if (position === 0) {
    const length = rows.push(row);
    if (positions) positions[row] = length;
    values.push(value);
    ratings.push(rating);
  } else {
    values[position - 1] = value;
    ratings[position - 1] = rating;
  }
}

/**
 * A history as a model sees it, in the order given. It keeps the lists that it was read into until
 * the first change.
 */
export class InteractionTable {
  /** @type {InteractionDelta | undefined} additions only */
  #lists;
  /** @type {Map<number, Label> | undefined} by row */
  #map;

  get size() {
    return this.#map?.size ?? this.#lists?.rows.length ?? 0;
  }

  /**
   * The label of a row, or undefined.
   * @param {number} row
   */
  get(row) {
    return this.size ? this.#byRow().get(row) : undefined;
  }

  /** @returns {Iterable<[row: number, Label]>} */
  entries() {
    return this.#byRow().entries();
  }

  rows() {
    return this.#lists?.rows ?? [...this.#byRow().keys()];
  }

  #byRow() {
    if (!this.#map) {
      const { rows, values, ratings } = this.#lists ?? { rows: [], values: [], ratings: [] };
      this.#map = new Map(
        rows.map((row, i) => [
          row,
          { value: /** @type {number} */ (values[i]), rating: ratings[i] },
        ]),
      );
      this.#lists = undefined;
    }
    return this.#map;
  }

  /** @param {InteractionDelta} delta */
  apply(delta) {
    const { rows, values, ratings } = delta;
    if (this.size === 0 && !values.includes(undefined)) {
      this.#lists = delta;
      this.#map = undefined;
      return;
    }
    const map = this.#byRow();
    for (let i = 0; i < rows.length; i++) {
      const value = values[i];
      if (value === undefined) map.delete(rows[i]);
      else map.set(rows[i], { value, rating: ratings[i] });
    }
  }

  /**
   * A copy with a change applied.
   * @param {InteractionDelta} delta
   */
  with(delta) {
    const table = new InteractionTable();
    if (this.size) table.#map = new Map(this.#byRow());
    table.apply(delta);
    return table;
  }

  /**
   * The last interactions, where there are more.
   * @param {number} count
   */
  recent(count) {
    if (this.size <= count) return this;
    const table = new InteractionTable();
    table.#map = new Map([...this.#byRow()].slice(-count));
    return table;
  }

  /**
   * The size after a change.
   * @param {InteractionDelta} delta
   */
  sizeWith({ rows, values }) {
    let size = this.size;
    for (let i = 0; i < rows.length; i++) {
      const wasThere = this.get(rows[i]) !== undefined;
      size += Number(values[i] !== undefined) - Number(wasThere);
    }
    return size;
  }

  /** The change from an empty history to this one. */
  asDelta() {
    const delta = new InteractionDelta();
    for (const [row, { value, rating }] of this.#byRow()) {
      delta.rows.push(row);
      delta.values.push(value);
      delta.ratings.push(rating);
    }
    return delta;
  }

  /**
   * Copies rows and values into the module's memory.
   *
   * @param {import("../runtime/memory.js").Memory} memory
   * @param {number} rows address
   * @param {number} values address
   */
  put(memory, rows, values) {
    const rowsView = memory.u32(rows, this.size);
    const valuesView = memory.f32(values, this.size);
    if (this.#lists) {
      rowsView.set(this.#lists.rows);
      valuesView.set(/** @type {number[]} */ (this.#lists.values));
      return;
    }
    let at = 0;
    for (const [row, { value }] of this.#byRow()) {
      rowsView[at] = row;
      valuesView[at++] = value;
    }
  }
}

/** A history in which each interaction is an event, in the order given: repeats are kept. */
export class EventList {
  /** @type {[row: number, Label][]} */
  #events = [];

  get size() {
    return this.#events.length;
  }

  entries() {
    return this.#events;
  }

  rows() {
    return this.#events.map(([row]) => row);
  }

  /**
   * Removes all events of the removed items, then appends.
   * @param {InteractionDelta} delta
   */
  apply({ rows, values, ratings }) {
    const removed = new Set(rows.filter((_, i) => values[i] === undefined));
    if (removed.size) this.#events = this.#events.filter(([row]) => !removed.has(row));
    for (const [i, row] of rows.entries()) {
      const value = values[i];
      if (value !== undefined) this.#events.push([row, { value, rating: ratings[i] }]);
    }
  }

  /**
   * A copy with a change applied.
   * @param {InteractionDelta} delta
   */
  with(delta) {
    const list = new EventList();
    list.#events = [...this.#events];
    list.apply(delta);
    return list;
  }
}

/**
 * The model's input for an interaction, by its rating: whether there was one (a dislike counts as
 * none), or the rating on the model's scale. As float32, so that it can be removed to the bit.
 *
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @returns {(rating: unknown) => number | undefined} undefined for a rating that it cannot use
 */
function valuesBy({ input: { values, scale, shift }, rating: range, needsRatings }) {
  const { minimum = -FLOAT_MAX, maximum = FLOAT_MAX, positive = -Infinity } = range;
  const isBinary = values === "binary";
  const chosen = Math.fround(scale);
  return (rating) => {
    if (!needsRatings && rating === undefined) return chosen;
    if (typeof rating === "number" && rating >= minimum && rating <= maximum) {
      const value = isBinary
        ? rating >= positive
          ? chosen
          : 0
        : Math.fround(scale * (rating - shift));
      // A tiny value is 0, since its square is.
      if (Math.abs(value) <= FLOAT_MAX) return Math.abs(value) < 1e-30 ? 0 : value;
    }
    return undefined;
  };
}
