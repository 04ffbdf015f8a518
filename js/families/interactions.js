/**
 * @import { ItemId } from "../common/ids.js"
 * @import { InteractionRows } from "../common/interaction-rows.js"
 *
 * @typedef {object} RatedItem an item and its rating
 * @property {ItemId} item the item's id
 * @property {number} [rating] on the scale of `model.info.rating`; which models need one says
 *   `model.info.needsRatings`
 *
 * @typedef {ItemId | RatedItem} Interaction what the user did: an id, or an item with a rating
 *
 * @typedef {(Iterable<Interaction> & object) | InteractionRows} Interactions a list of them, rows
 *   as a Uint32Array, or rows and ratings in typed arrays
 *
 * @typedef {object} Columns interactions as parallel lists: reading a history is most of the work
 *   in JavaScript for a new user, and typed arrays are what the module takes
 * @property {Uint32Array} rows
 * @property {Float32Array} values the model's input
 * @property {Float64Array} ratings NaN: none
 *
 * @typedef {{ item: ItemId, rating: unknown }} Unusable whose rating the model cannot use
 */

/** Numbers that an engine keeps in the object of a typed array. */
const FEW = 8;

/** The largest float of 32 bits. */
export const FLOAT_MAX = Math.fround(3.4028234e38);

/** No interactions. @type {Columns} */
export const NONE = {
  rows: new Uint32Array(0),
  values: new Float32Array(0),
  ratings: new Float64Array(0),
};

/**
 * Room for interactions.
 *
 * @param {number} length
 * @returns {Columns}
 */
export function columnsFor(length) {
  if (!length) return NONE;
  // A buffer takes longer to make than to fill. A few numbers need none.
  if (length <= FEW)
    return {
      rows: new Uint32Array(length),
      values: new Float32Array(length),
      ratings: new Float64Array(length),
    };
  const buffer = new ArrayBuffer(16 * length);
  return {
    rows: new Uint32Array(buffer, 8 * length, length),
    values: new Float32Array(buffer, 12 * length, length),
    ratings: new Float64Array(buffer, 0, length),
  };
}

/**
 * Some neighbours, as views.
 *
 * @param {Columns} columns
 * @param {number} first
 * @param {number} [end]
 * @returns {Columns}
 */
export const slice = ({ rows, values, ratings }, first, end) => ({
  rows: rows.subarray(first, end),
  values: values.subarray(first, end),
  ratings: ratings.subarray(first, end),
});

/**
 * Some interactions, and others behind them.
 *
 * @param {Columns} some
 * @param {Columns} others
 * @returns {Columns}
 */
export function join(some, others) {
  const { length } = some.rows;
  if (!length) return others;
  const all = columnsFor(length + others.rows.length);
  for (const name of /** @type {const} */ (["rows", "values", "ratings"])) {
    all[name].set(some[name]);
    all[name].set(others[name], length);
  }
  return all;
}

/**
 * An interaction as the app gets it.
 *
 * @param {ItemId} item
 * @param {number} rating NaN: none
 * @returns {RatedItem}
 */
export const ratedItem = (item, rating) => (Number.isNaN(rating) ? { item } : { item, rating });

/** A change to a history. Interactions of value NaN are removed. */
export class InteractionDelta {
  /**
   * @param {Columns} [columns] of distinct rows, unless they are events
   * @param {Map<ItemId, boolean>} [unknown] items that the model does not know: whether they were
   *   added
   * @param {Map<number, Unusable>} [unusable] by row
   */
  constructor({ rows, values, ratings } = NONE, unknown = new Map(), unusable = new Map()) {
    this.rows = rows;
    this.values = values;
    this.ratings = ratings;
    this.unknown = unknown;
    this.unusable = unusable;
  }

  /** How many interactions it removes. They stand in front where the others are events. */
  get removedCount() {
    let count = 0;
    for (let i = 0; i < this.values.length; i++) count += Number(Number.isNaN(this.values[i]));
    return count;
  }
}

/**
 * A history as a model sees it, in the order given. It keeps the lists that it was read into until
 * the first change.
 */
export class InteractionTable {
  /** @type {Columns | undefined} undefined after a change, until they are asked for */
  #columns = NONE;
  /** @type {Map<number, { value: number, rating: number }> | undefined} by row, once asked for */
  #map;

  get size() {
    return this.#columns?.rows.length ?? this.#byRow().size;
  }

  /**
   * The value of a row, or undefined.
   * @param {number} row
   */
  get(row) {
    return this.size ? this.#byRow().get(row)?.value : undefined;
  }

  /** All interactions. */
  get columns() {
    if (this.#columns) return this.#columns;
    const columns = columnsFor(this.size);
    let at = 0;
    for (const [row, { value, rating }] of this.#byRow()) {
      columns.rows[at] = row;
      columns.values[at] = value;
      columns.ratings[at++] = rating;
    }
    return (this.#columns = columns);
  }

  #byRow() {
    if (!this.#map) {
      const { rows, values, ratings } = this.columns;
      this.#map = new Map();
      for (let i = 0; i < rows.length; i++)
        this.#map.set(rows[i], { value: values[i], rating: ratings[i] });
    }
    return this.#map;
  }

  /** @param {InteractionDelta} delta */
  apply(delta) {
    const { rows, values, ratings } = delta;
    if (this.size === 0 && delta.removedCount === 0) {
      this.#columns = delta;
      this.#map = undefined;
      return;
    }
    const map = this.#byRow();
    this.#columns = undefined;
    for (let i = 0; i < rows.length; i++) {
      if (Number.isNaN(values[i])) map.delete(rows[i]);
      else map.set(rows[i], { value: values[i], rating: ratings[i] });
    }
  }

  /**
   * A copy with a change applied.
   * @param {InteractionDelta} delta
   */
  with(delta) {
    const table = new InteractionTable();
    if (this.size) {
      table.#map = new Map(this.#byRow());
      table.#columns = undefined;
    }
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
    table.#columns = slice(this.columns, this.size - count);
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
      size += Number(!Number.isNaN(values[i])) - Number(wasThere);
    }
    return size;
  }

  /**
   * Copies rows and values into the module's memory.
   *
   * @param {import("../runtime/memory.js").Memory} memory
   * @param {number} rows address
   * @param {number} values address
   */
  put(memory, rows, values) {
    memory.u32(rows, this.size).set(this.columns.rows);
    memory.f32(values, this.size).set(this.columns.values);
  }
}

/** A history in which each interaction is an event, in the order given: repeats are kept. */
export class EventList {
  /** All events. */
  columns = NONE;

  get size() {
    return this.columns.rows.length;
  }

  /**
   * Removes all events of the removed items, then appends.
   * @param {InteractionDelta} delta
   */
  apply(delta) {
    this.columns = this.with(delta).columns;
  }

  /**
   * A copy with a change applied.
   * @param {InteractionDelta} delta
   */
  with(delta) {
    const list = new EventList();
    const { removedCount } = delta;
    const removed = new Set(delta.rows.subarray(0, removedCount));
    const kept = removed.size ? without(this.columns, removed) : this.columns;
    list.columns = join(kept, slice(delta, removedCount));
    return list;
  }
}

/**
 * The events of other items than these.
 *
 * @param {Columns} columns
 * @param {Set<number>} removed rows
 */
function without(columns, removed) {
  const { rows, values, ratings } = columns;
  const kept = columnsFor(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (removed.has(rows[i])) continue;
    kept.rows[count] = rows[i];
    kept.values[count] = values[i];
    kept.ratings[count++] = ratings[i];
  }
  return slice(kept, 0, count);
}
