import { PocketrecError, show } from "../../js/common/errors.js";

/**
 * The interactions that a model was trained on, by rows of users and items.
 *
 * @param {import("../evaluate/interactions.js").Interactions} data
 * @param {{ itemBase: number, userBase: number, ids?: (string | number)[],
 *   userIds?: (string | number)[] }} options itemBase, userBase: the number of row 0 in the data;
 *   ids, userIds: names by row, instead of numbers
 * @returns {{ items: number, user: Uint32Array, item: Uint32Array, rating?: Float64Array,
 *   named: { users?: number, items?: number } }} named: how many rows have names
 * @throws {PocketrecError} "unknown-item", "unknown-user"
 */
export function ratingsByRow(data, { itemBase, userBase, ids, userIds }) {
  const { path, users, items, user, item, rating } = data;
  const userRows = rowsOf(users, userIds, userBase, path, "user");
  const itemRows = rowsOf(items, ids, itemBase, path, "item");
  const itemCount = ids?.length ?? itemRows.reduce((max, row) => Math.max(max, row + 1), 0);
  return {
    items: itemCount,
    user: Uint32Array.from(user, (index) => userRows[index]),
    item: Uint32Array.from(item, (index) => itemRows[index]),
    rating,
    named: { users: userIds?.length, items: ids?.length },
  };
}

/**
 * @param {string[]} names in the data
 * @param {(string | number)[] | undefined} ids by row
 * @param {number} base
 * @param {string} path
 * @param {"user" | "item"} side
 */
function rowsOf(names, ids, base, path, side) {
  const rows = ids && new Map(ids.map((id, row) => [String(id), row]));
  return names.map((name) =>
    rows ? rowOfId(name, rows, path, side) : rowFrom(name, base, path, side),
  );
}

/**
 * @param {string} name a number
 * @param {number} base
 * @param {string} path
 * @param {"user" | "item"} side
 */
function rowFrom(name, base, path, side) {
  const row = Number(name) - base;
  if (Number.isInteger(row) && row >= 0) return row;
  const hint = `--${side}s FILE names the ${side}s in the order of the rows.`;
  throw new PocketrecError(`unknown-${side}`, path, `rows from ${base} on`, show(name), { hint });
}

/**
 * @param {string} name
 * @param {Map<string, number>} rows
 * @param {string} path
 * @param {"user" | "item"} side
 */
function rowOfId(name, rows, path, side) {
  const row = rows.get(name);
  if (row !== undefined) return row;
  const expected = `${side}s that --${side}s names`;
  throw new PocketrecError(`unknown-${side}`, path, expected, show(name));
}
