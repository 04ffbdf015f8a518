import { PocketrecError, show } from "../common/errors.js";
import { iterate } from "../file/item-ids.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {ItemId | { item: ItemId, rating?: number }} Interaction
 * @typedef {{ rating?: number, value: number }} Label value: what the model sees of the interaction
 */

/** The largest float of 32 bits. */
export const FLOAT_MAX = Math.fround(3.4028234e38);

/**
 * What is to change in a history: a row each, and what becomes of it. Lists, since reading a
 * history is most of what JavaScript does for a new person.
 */
export class InteractionDelta {
  /** @type {number[]} none twice */
  rows = [];
  /**
   * @type {(number | undefined)[]} what the model will see; undefined where the interaction is
   *   withdrawn
   */
  values = [];
  /** @type {(number | undefined)[]} */
  ratings = [];
  /**
   * @type {Map<ItemId, boolean>} items that the model does not know: whether they are there or
   *   withdrawn
   */
  unknown = new Map();

  /**
   * What `user.update` is asked for. An item that is given twice is what it is given as last.
   *
   * @param {import("../file/item-ids.js").ItemIndex} items
   * @param {Readonly<import("../file/metadata.js").Info>} info
   * @param {Iterable<Interaction>} add
   * @param {Iterable<ItemId>} [remove]
   */
  static read(items, info, add, remove = []) {
    const changes = new InteractionDelta();
    const places = items.takePlaces();
    try {
      readRemoved(changes, items, places, remove);
      readAdded(changes, items, places, info, add);
    } finally {
      for (const row of changes.rows) places[row] = 0;
      items.givePlaces(places);
    }
    return changes;
  }
}

/**
 * @param {InteractionDelta} changes
 * @param {import("../file/item-ids.js").ItemIndex} items
 * @param {Uint32Array} places
 * @param {Iterable<ItemId>} remove
 */
function readRemoved(changes, items, places, remove) {
  const find = items.finder(remove);
  for (const item of iterate(/** @type {any} */ (remove))) {
    const row = find(item);
    if (row === undefined) changes.unknown.set(item, false);
    else put(changes, places, row, undefined, undefined);
  }
}

/**
 * @param {InteractionDelta} changes
 * @param {import("../file/item-ids.js").ItemIndex} items
 * @param {Uint32Array} places
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @param {Iterable<Interaction>} add
 */
function readAdded(changes, items, places, info, add) {
  const find = items.finder(add);
  const valueOf = valuesBy(info);
  let at = 0;
  for (const interaction of /** @type {Iterable<any>} */ (iterate(/** @type {any} */ (add)))) {
    const isObject = interaction !== null && typeof interaction === "object";
    const item = isObject ? interaction.item : interaction;
    const rating = isObject ? interaction.rating : undefined;
    const value = valueOf(rating, at++);
    const row = find(item);
    if (row === undefined) changes.unknown.set(item, true);
    else put(changes, places, row, value, rating);
  }
}

/**
 * @param {InteractionDelta} changes
 * @param {Uint32Array} places by row: where it stands in the lists, from 1
 * @param {number} row
 * @param {number | undefined} value
 * @param {number | undefined} rating
 */
function put({ rows, values, ratings }, places, row, value, rating) {
  const place = places[row];
  if (place === 0) {
    places[row] = rows.push(row);
    values.push(value);
    ratings.push(rating);
  } else {
    values[place - 1] = value;
    ratings[place - 1] = rating;
  }
}

/**
 * A history as a model sees it, in the order given. The lists in which it was read, until somebody
 * changes it.
 */
export class InteractionTable {
  /** @type {InteractionDelta | undefined} additions alone */
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

  /** @param {InteractionDelta} changes */
  apply(changes) {
    const { rows, values, ratings } = changes;
    if (this.size === 0 && !values.includes(undefined)) {
      this.#lists = changes;
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
   * The labels with some changes, apart from these.
   * @param {InteractionDelta} changes
   */
  with(changes) {
    const labels = new InteractionTable();
    if (this.size) labels.#map = new Map(this.#byRow());
    labels.apply(changes);
    return labels;
  }

  /**
   * How many there are after some changes.
   * @param {InteractionDelta} changes
   */
  sizeWith({ rows, values }) {
    let size = this.size;
    for (let i = 0; i < rows.length; i++) {
      const isThere = this.get(rows[i]) !== undefined;
      size += Number(values[i] !== undefined) - Number(isThere);
    }
    return size;
  }

  /** All of it, to be added to nothing. */
  asChanges() {
    const changes = new InteractionDelta();
    for (const [row, { value, rating }] of this.#byRow()) {
      changes.rows.push(row);
      changes.values.push(value);
      changes.ratings.push(rating);
    }
    return changes;
  }

  /**
   * Rows and values, put into the module's memory.
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

/**
 * What a model sees of an interaction, by its rating: that there was one (a dislike is none), or
 * the rating on the model's own scale. What a float can hold, so that it can be withdrawn to the
 * bit.
 *
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @returns {(rating: unknown, at: number) => number}
 */
function valuesBy({ input: { values, scale, shift }, rating: range }) {
  const { minimum = -FLOAT_MAX, maximum = FLOAT_MAX, positive = -Infinity } = range;
  const isBinary = values === "binary";
  const chosen = Math.fround(scale);
  return (rating, at) => {
    if (isBinary && rating === undefined) return chosen;
    if (typeof rating === "number" && rating >= minimum && rating <= maximum) {
      const value = isBinary
        ? rating >= positive
          ? chosen
          : 0
        : Math.fround(scale * (rating - shift));
      // What is next to nothing is nothing: its square would be.
      if (Math.abs(value) <= FLOAT_MAX) return Math.abs(value) < 1e-30 ? 0 : value;
    }
    throw new PocketrecError(
      "bad-argument",
      `rating of interaction ${at}`,
      `a number from ${minimum} to ${maximum}`,
      show(rating),
    );
  };
}
