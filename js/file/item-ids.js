import { argumentError, isItemId, isIterable } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { itemOf, twinOf } from "../common/ids.js";
import { readPopularity } from "./popularity.js";

/**
 * @import { ItemId } from "../common/ids.js"
 *
 * @typedef {(Iterable<ItemId> & object) | Uint32Array} ItemList items by the app's ids, not one
 *   text; a Uint32Array is rows wherever items are asked for
 */

const NEWLINE = 10;

const SALT = Math.floor(Math.random() * 2 ** 30);

/**
 * The key of an id in a Map. Engines hash numbers without a seed, so ids that a stranger chose
 * could all share one bucket: they are salted. Other numbers become text, which has a seed.
 *
 * @param {unknown} id
 */
function keyOf(id) {
  if (typeof id === "number") return (id | 0) === id ? id ^ SALT : `\0${id}`;
  return typeof id === "string" && id[0] === "\0" ? `\0${id}` : id;
}

/** Maps the app's ids to the rows of the item table, and back. */
export class ItemIndex {
  /** @type {Uint32Array | undefined} */
  #positions;

  /** By row, where the file has it. @type {Float32Array | undefined} */
  popularity;

  /**
   * @param {number} count
   * @param {ItemId[]} [ids] one a row
   */
  constructor(count, ids) {
    this.count = count;
    this.ids = ids;
    /** By the key of an id. @type {Map<unknown, number> | undefined} */
    this.rows = ids && new Map(ids.map((id, row) => [keyOf(id), row]));
  }

  /**
   * Borrows a buffer of a number per row, zeros, for the reader of a list. Reading runs the app's
   * code (getters, generators), which may read another list: the buffer is then allocated again.
   */
  borrowPositions() {
    const positions = this.#positions ?? new Uint32Array(this.count);
    this.#positions = undefined;
    return positions;
  }

  /** @param {Uint32Array} positions zeros again */
  returnPositions(positions) {
    this.#positions = positions;
  }

  /** @param {number} row */
  idOf(row) {
    return this.ids ? this.ids[row] : row;
  }

  /**
   * The row of an id, or undefined, also for a value that is no id. "260" is found as 260, and 260
   * as "260", where the file has the other one alone.
   *
   * @param {ItemId} id
   */
  find(id) {
    if (this.rows) return this.rows.get(keyOf(id)) ?? this.rows.get(keyOf(twinOf(id)));
    return Number.isInteger(id) && Number(id) >= 0 && Number(id) < this.count
      ? Number(id)
      : undefined;
  }

  /**
   * The row of an item, or undefined where the model does not know it.
   * @param {ItemId} id
   */
  rowOf(id) {
    if (this.rows && isItemId(id)) return this.find(id);
    if (!this.rows && Number.isInteger(id) && /** @type {number} */ (id) >= 0) {
      return /** @type {number} */ (id) < this.count ? /** @type {number} */ (id) : undefined;
    }
    const expected = this.rows
      ? "an id, a string or a number"
      : "a row of the item table, 0 or more";
    throw new PocketrecError("bad-argument", "item", expected, show(id), {
      hint: this.rows ? undefined : "This weights file has no item_ids, so items are named by row.",
    });
  }

  /**
   * A function that finds the items of a list: by row for a Uint32Array, else by id.
   *
   * @param {unknown} list
   * @returns {(item: ItemId) => number | undefined} throws "unknown-item" for a row out of range
   */
  finder(list) {
    const { rows, count } = this;
    if (list instanceof Uint32Array)
      return (row) => {
        if (Number(row) < count) return Number(row);
        throw new PocketrecError("unknown-item", "row", `one below ${count}`, `${row}`);
      };
    // The common case first: reading a history is most of the work in JavaScript for a new user.
    if (rows) return (id) => rows.get(keyOf(id)) ?? this.rowOf(id);
    // + 0 turns -0 into a row.
    return (id) =>
      Number.isInteger(id) && Number(id) >= 0 && Number(id) < count
        ? Number(id) + 0
        : this.rowOf(id);
  }

  /**
   * The rows of the items of a list that the model knows, and their positions in the list;
   * `positions` is undefined where it is every position.
   *
   * @param {Iterable<ItemId> | Uint32Array} list as `iterate` gives it
   * @param {boolean} [isDistinct] whether each item is taken once, at its first position
   * @returns {{ rows: Uint32Array, positions?: Uint32Array, length: number }}
   * @throws {PocketrecError} "bad-argument", "unknown-item" for a row out of range
   */
  locate(list, isDistinct = false) {
    if (list instanceof Uint32Array && areBelow(list, this.count))
      if (!isDistinct || !this.#hasTwice(list)) return { rows: list, length: list.length };
    const seen = isDistinct ? this.borrowPositions() : undefined;
    /** @type {number[]} */
    const rows = [];
    const positions = [];
    let length = 0;
    try {
      const find = this.finder(list);
      for (const id of list) {
        const row = find(id);
        if (row !== undefined && !seen?.[row]) {
          rows.push(row);
          positions.push(length);
          if (seen) seen[row] = 1;
        }
        length++;
      }
    } finally {
      if (seen) {
        for (const row of rows) seen[row] = 0;
        this.returnPositions(seen);
      }
    }
    return {
      rows: Uint32Array.from(rows),
      positions: rows.length < length ? Uint32Array.from(positions) : undefined,
      length,
    };
  }

  /**
   * Whether a row is in a list twice. As fast as it can be: `rank` asks it of all candidates.
   * @param {Uint32Array} rows
   */
  #hasTwice(rows) {
    const seen = this.borrowPositions();
    let isTwice = false;
    for (let i = 0; i < rows.length; i++) {
      isTwice ||= seen[rows[i]] > 0;
      seen[rows[i]] = 1;
    }
    for (let i = 0; i < rows.length; i++) seen[rows[i]] = 0;
    this.returnPositions(seen);
    return isTwice;
  }

  /**
   * The rows of items that must all be known.
   *
   * @param {ItemList} list
   * @throws {PocketrecError} "unknown-item"
   */
  rowsOf(list) {
    const ids = listOf(list);
    if (ids instanceof Uint32Array && areBelow(ids, this.count)) return ids;
    const { rows, positions, length } = this.locate(ids);
    if (!positions) return rows;
    const gap = positions.findIndex((position, i) => position !== i);
    const at = gap < 0 ? rows.length : gap;
    throw new PocketrecError(
      "unknown-item",
      `item ${at} of ${length}`,
      this.ids ? "an id that the weights file has" : `a row below ${this.count}`,
      show(ids[at]),
      { hint: "rank() takes candidates that the model does not know, and lists them last." },
    );
  }
}

/**
 * Whether all rows are below a limit. A plain loop: the only work per item in JavaScript.
 * @param {Uint32Array} rows
 * @param {number} limit
 */
export function areBelow(rows, limit) {
  for (let i = 0; i < rows.length; i++) if (rows[i] >= limit) return false;
  return true;
}

/**
 * A list to be read once. Rows are copied: those of a subclass or a proxy may not be what they
 * seem.
 *
 * @template T
 * @param {Iterable<T> | Uint32Array} list
 * @param {string} [subject] the argument, by name
 * @returns {Iterable<T> | Uint32Array}
 * @throws {PocketrecError} "bad-argument"
 */
export function iterate(list, subject = "items") {
  try {
    if (list instanceof Uint32Array) return new Uint32Array(list);
    if (isIterable(list)) return list;
  } catch {
    // A proxy, or a buffer that was transferred away.
  }
  throw argumentError(subject, "a list of items", list);
}

/**
 * A list that can be read more than once.
 *
 * @param {ItemList} list
 * @param {string} [subject] the argument, by name
 * @returns {ItemId[] | Uint32Array}
 */
export function listOf(list, subject) {
  const items = iterate(list, subject);
  return Array.isArray(items) || items instanceof Uint32Array ? items : [...items];
}

/**
 * The ids of a list of ids, of interactions, or of rows of the items.
 *
 * @param {ItemIndex} items
 * @param {ItemList | Iterable<{ item: ItemId }>} list
 * @param {string} subject the argument, by name
 * @returns {ItemId[]}
 */
export function idsOf(items, list, subject) {
  const given = iterate(/** @type {ItemList} */ (list), subject);
  return given instanceof Uint32Array
    ? Array.from(items.rowsOf(given), (row) => items.idOf(row))
    : Array.from(given, itemOf);
}

/**
 * How many ids a tensor holds, 0 for none.
 * @param {import("./safetensors.js").Tensor | undefined} tensor
 */
export function countIds(tensor) {
  if (!tensor) return 0;
  const { dtype, shape, bytes } = tensor;
  if (dtype !== "U8") return shape[0] ?? 0;
  let lines = bytes.length && bytes[bytes.length - 1] !== NEWLINE ? 1 : 0;
  for (const byte of bytes) lines += Number(byte === NEWLINE);
  return lines;
}

/**
 * The ids of a tensor (`item_ids`, or the vocabulary of a table), checked: one per row, none twice.
 * Without a tensor, items are named by row.
 *
 * @param {import("./safetensors.js").Tensor | undefined} tensor
 * @param {number} count
 */
export function readItemIndex(tensor, count) {
  if (!tensor) return new ItemIndex(count);
  // The capacity of a Map.
  if (count > 2 ** 24)
    throw new PocketrecError("too-large", tensor.name, `at most ${2 ** 24} ids`, `${count}`);
  const ids = tensor.dtype === "U8" ? idsFromLines(tensor) : idsFromIntegers(tensor);
  if (ids.length !== count)
    throw new PocketrecError("bad-shape", tensor.name, `${count} ids`, `${ids.length}`);
  const items = new ItemIndex(count, ids);
  if (items.rows?.size !== count)
    throw new PocketrecError("bad-shape", tensor.name, "ids that differ", "one twice");
  return items;
}

/**
 * What a file or a pack says of its items: their ids and their popularity.
 *
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {number} count
 */
export function readItems(tensors, count) {
  const items = readItemIndex(tensors.get("item_ids"), count);
  items.popularity = readPopularity(tensors.get("item_popularity"), count);
  return items;
}

/** @param {import("./safetensors.js").Tensor} tensor */
function idsFromIntegers({ name, dtype, bytes }) {
  if (dtype !== "I64") throw new PocketrecError("bad-dtype", name, "I64 or U8", dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => {
    const id = Number(view.getBigInt64(8 * i, true));
    if (!Number.isSafeInteger(id))
      throw new PocketrecError("too-large", name, "ids below 2^53", `${id}`);
    return id;
  });
}

/**
 * @param {import("./safetensors.js").Tensor} tensor
 * @returns {ItemId[]}
 */
function idsFromLines({ name, bytes }) {
  try {
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).trimEnd().split("\n");
    const ids = lines.map((line) => JSON.parse(line));
    if (ids.every((id) => typeof id === "string" || Number.isFinite(id))) return ids;
  } catch (cause) {
    throw new PocketrecError(
      "bad-metadata",
      name,
      "a JSON string or number a line",
      "something else",
      { cause },
    );
  }
  throw new PocketrecError("bad-metadata", name, "a JSON string or number a line", "another value");
}
