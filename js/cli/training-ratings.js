import { PocketrecError, show } from "../common/errors.js";

/**
 * The ratings that AutoRec by item was trained on, by rows of users and items.
 *
 * @param {import("../evaluate/interactions.js").Interactions} data
 * @param {{ itemBase: number, userBase: number, ids?: (string | number)[] }} options itemBase,
 *   userBase: the number of row 0 in the data; ids: the items' names by row, instead of numbers
 * @returns {{ items: number, user: Uint32Array, item: Uint32Array, rating: Float64Array }}
 * @throws {PocketrecError} "bad-argument", "unknown-item"
 */
export function ratingsByRow(data, { itemBase, userBase, ids }) {
  const { path, users, items, user, item, rating } = data;
  if (!rating) throw new PocketrecError("bad-argument", path, "a column of ratings", "none");
  const rows = ids && new Map(ids.map((id, row) => [String(id), row]));
  const userRows = users.map((name) => rowFrom(name, userBase, path));
  const itemRows = items.map((name) =>
    rows ? rowOfId(name, rows, path) : rowFrom(name, itemBase, path),
  );
  const itemCount = ids?.length ?? itemRows.reduce((max, row) => Math.max(max, row + 1), 0);
  return {
    items: itemCount,
    user: Uint32Array.from(user, (index) => userRows[index]),
    item: Uint32Array.from(item, (index) => itemRows[index]),
    rating,
  };
}

/**
 * @param {string} name a number
 * @param {number} base
 * @param {string} path
 */
function rowFrom(name, base, path) {
  const row = Number(name) - base;
  if (Number.isInteger(row) && row >= 0) return row;
  throw new PocketrecError("unknown-item", path, `rows from ${base} on`, show(name));
}

/**
 * @param {string} name
 * @param {Map<string, number>} rows
 * @param {string} path
 */
function rowOfId(name, rows, path) {
  const row = rows.get(name);
  if (row !== undefined) return row;
  throw new PocketrecError("unknown-item", path, "items that --items names", show(name));
}
