import { PocketrecError, show } from "../common/errors.js";
import { NameIndex } from "./name-index.js";

/** Names of columns, in lower case and letters alone. */
const SYNONYMS = {
  user: ["user", "userid", "uid", "member", "customer"],
  item: [
    ...["item", "itemid", "iid", "sid", "movie", "movieid", "product", "productid"],
    ...["film", "filmid", "book", "bookid", "isbn"],
  ],
  rating: ["rating", "score", "label", "stars", "bookrating"],
  time: ["timestamp", "time", "unixtimestamp", "date"],
};

/** The columns of a file without a header: MovieLens, the NCF authors. */
const DEFAULT_ORDER = ["user", "item", "rating", "time"];

const COLUMNS = new Map(
  Object.entries(SYNONYMS).flatMap(([column, names]) => names.map((name) => [name, column])),
);

/**
 * The column that a name stands for: "user_id:token" -> "user".
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export const columnOf = (name) =>
  COLUMNS.get(
    name
      .split(":")[0]
      .toLowerCase()
      .replace(/[^a-z]/g, ""),
  );

/**
 * Reads lines of user, item, rating and time, with or without a header.
 *
 * @param {string} text
 * @param {string} path
 * @returns {import("./interactions.js").Interactions}
 * @throws {PocketrecError} "bad-argument", with the line
 */
export function readText(text, path) {
  const lines = text.split(/\r?\n/);
  const { separator, hasHeader, order } = formatOf(lines[0] ?? "", path);
  const [u, i, r, t] = DEFAULT_ORDER.map((column) => order.indexOf(column));
  const [users, items] = [new NameIndex(), new NameIndex()];
  /** @type {{ user: number[], item: number[], rating: number[], time: number[] }} */
  const columns = { user: [], item: [], rating: [], time: [] };
  for (let number = hasHeader ? 1 : 0; number < lines.length; number++) {
    if (lines[number] === "") continue;
    const fields = fieldsOf(lines[number], separator);
    if (!fields[u] || !fields[i])
      throw lineError(path, number, "a user and an item", lines[number]);
    columns.user.push(users.indexOf(fields[u]));
    columns.item.push(items.indexOf(fields[i]));
    if (r >= 0) columns.rating.push(ratingIn(fields[r], path, number));
    if (t >= 0) columns.time.push(timeIn(fields[t], path, number));
  }
  return {
    path,
    users: users.names,
    items: items.names,
    user: Uint32Array.from(columns.user),
    item: Uint32Array.from(columns.item),
    ...(r >= 0 ? { rating: Float64Array.from(columns.rating) } : {}),
    ...(t >= 0 ? { time: Float64Array.from(columns.time) } : {}),
  };
}

/**
 * Separator and columns, from the first line.
 *
 * @param {string} first
 * @param {string} path
 */
function formatOf(first, path) {
  const separator = ["::", "\t", ",", ";"].find((mark) => first.includes(mark)) ?? /\s+/;
  const head = fieldsOf(first.replace(/^\ufeff/, ""), separator);
  const hasHeader = head.some((field) => columnOf(field) !== undefined);
  const order = hasHeader ? head.map(columnOf) : DEFAULT_ORDER.slice(0, head.length);
  if (order.includes("user") && order.includes("item")) return { separator, hasHeader, order };
  throw lineError(
    path,
    0,
    "a header with a user and an item, or lines of user, item, rating, time",
    first,
  );
}

/**
 * @param {string} path
 * @param {number} number of the line, from 0
 * @param {string} expected
 * @param {unknown} found
 */
export const lineError = (path, number, expected, found) =>
  new PocketrecError("bad-argument", `${path}, line ${number + 1}`, expected, show(found));

/**
 * @param {string} line
 * @param {string | RegExp} separator
 */
function fieldsOf(line, separator) {
  if (!line.includes('"')) return line.split(separator);
  /** @type {string[]} */
  const fields = [];
  // A quoted field, in which "" is a quote, or a plain one; each up to the next separator.
  for (const [, quoted, plain] of line.matchAll(/(?:^|[,\t;])(?:"((?:[^"]|"")*)"|([^,\t;]*))/g))
    fields.push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
  return fields;
}

/**
 * @param {string | undefined} field
 * @param {string} path
 * @param {number} number of the line, from 0
 */
function ratingIn(field, path, number) {
  const value = Number(field);
  if (field !== undefined && field.trim() !== "" && Number.isFinite(value)) return value;
  throw lineError(path, number, "a rating that is a number", field);
}

/**
 * A number, or a date as `Date.parse` reads it.
 *
 * @param {string | undefined} field
 * @param {string} path
 * @param {number} number of the line, from 0
 */
function timeIn(field, path, number) {
  const value = Number(field);
  const time = Number.isFinite(value) && field?.trim() ? value : Date.parse(String(field));
  if (Number.isFinite(time)) return time;
  throw lineError(path, number, "a time that is a number or a date", field);
}
