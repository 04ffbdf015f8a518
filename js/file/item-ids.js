import { isIterable } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";

/**
 * An item as the app names it: an id of the file's `item_ids`, or a row of the table where the file
 * has none.
 * @typedef {string | number} ItemId
 */

/**
 * Items by the app's ids. A Uint32Array is rows wherever items are asked for.
 * @typedef {Iterable<ItemId> | Uint32Array} ItemList
 */

const NEWLINE = 10;

/** Maps the app's ids to the rows of the item table, and back. */
export class ItemIndex {
  /** @type {Uint32Array | undefined} */
  #positions;

  /**
   * @param {number} count
   * @param {ItemId[]} [ids] one a row
   */
  constructor(count, ids) {
    this.count = count;
    this.ids = ids;
    /** @type {Map<ItemId, number> | undefined} */
    this.rows = ids && new Map(ids.map((id, row) => [id, row]));
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
   * The row of an id, or undefined, also for a value that is no id.
   * @param {ItemId} id
   */
  find(id) {
    if (this.rows) return this.rows.get(id);
    return Number.isInteger(id) && Number(id) >= 0 && Number(id) < this.count
      ? Number(id)
      : undefined;
  }

  /**
   * The row of an item, or undefined where the model does not know it.
   * @param {ItemId} id
   */
  rowOf(id) {
    if (this.rows && (typeof id === "string" || Number.isFinite(id))) return this.rows.get(id);
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
   * @param {unknown} list
   * @returns {(item: ItemId) => number | undefined}
   */
  finder(list) {
    const { rows, count } = this;
    if (list instanceof Uint32Array)
      return (row) => (Number(row) < count ? Number(row) : undefined);
    // The common case first: reading a history is most of the work in JavaScript for a new user.
    if (rows) return (id) => rows.get(id) ?? this.rowOf(id);
    // + 0 turns -0 into a row.
    return (id) =>
      Number.isInteger(id) && Number(id) >= 0 && Number(id) < count
        ? Number(id) + 0
        : this.rowOf(id);
  }

  /**
   * The rows of the items of a list that the model knows, and their positions in the list;
   * `positions` is undefined where it knows all.
   *
   * @param {ItemList} list
   * @returns {{ rows: Uint32Array, positions?: Uint32Array, length: number }}
   */
  locate(list) {
    if (list instanceof Uint32Array && areBelow(list, this.count))
      return { rows: list, length: list.length };
    const rows = [];
    const positions = [];
    const find = this.finder(list);
    let length = 0;
    for (const id of iterate(list)) {
      const row = find(id);
      if (row !== undefined) {
        rows.push(row);
        positions.push(length);
      }
      length++;
    }
    return {
      rows: Uint32Array.from(rows),
      positions: rows.length < length ? Uint32Array.from(positions) : undefined,
      length,
    };
  }

  /**
   * The rows of items that must all be known.
   *
   * @param {ItemList} list
   * @throws {PocketrecError} "unknown-item"
   */
  rowsOf(list) {
    const ids = listOf(list);
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
 * @param {ItemList} list
 * @returns {Iterable<ItemId>}
 */
export function iterate(list) {
  if (!isIterable(list))
    throw new PocketrecError("bad-argument", "items", "a list of items", show(list));
  return list;
}

/**
 * A list that can be read more than once.
 * @param {ItemList} list
 */
export const listOf = (list) =>
  Array.isArray(list) || list instanceof Uint32Array ? list : [...iterate(list)];

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
