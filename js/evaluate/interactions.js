import { PocketrecError, show } from "../common/errors.js";

/**
 * Interactions as people keep them: MovieLens' .csv, .dat and u.data, RecBole's .inter, the NCF
 * authors' .rating, numpy's .npz with arrays user, item, rating, time.
 *
 * @typedef {object} Interactions a column each
 * @property {string} path
 * @property {string[]} users what the file calls them
 * @property {string[]} items
 * @property {Uint32Array} user a place in `users`, one an interaction
 * @property {Uint32Array} item
 * @property {Float64Array} [rating]
 * @property {Float64Array} [time]
 */

/** What columns are called, small and without what is no letter. @type {Record<string, string>} */
const COLUMNS = {
  user: "user",
  userid: "user",
  uid: "user",
  member: "user",
  customer: "user",
  item: "item",
  itemid: "item",
  iid: "item",
  sid: "item",
  movie: "item",
  movieid: "item",
  product: "item",
  productid: "item",
  film: "item",
  filmid: "item",
  book: "item",
  bookid: "item",
  isbn: "item",
  rating: "rating",
  score: "rating",
  label: "rating",
  stars: "rating",
  bookrating: "rating",
  timestamp: "time",
  time: "time",
  unixtimestamp: "time",
  date: "time",
};

/** Without a header, as MovieLens and the NCF authors have them. */
const USUAL = ["user", "item", "rating", "time"];

/**
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {Promise<Interactions>}
 */
export async function readInteractions(bytes, path) {
  if (!path.endsWith(".npz")) return fromText(new TextDecoder("utf-8").decode(bytes), path);
  const { readNpzArrays } = await import("../convert/read/numpy.js");
  return fromArrays(await readNpzArrays(bytes), path);
}

/**
 * @param {Map<string, { shape: number[], values: ArrayLike<number> }>} arrays
 * @param {string} path
 * @returns {Interactions}
 */
function fromArrays(arrays, path) {
  /** @type {Record<string, ArrayLike<number>>} */
  const columns = {};
  for (const [name, { values }] of arrays) {
    const column = columnOf(name);
    if (column) columns[column] = values;
  }
  const { user, item, rating, time } = columns;
  if (
    !user ||
    !item ||
    user.length !== item.length ||
    [rating, time].some((values) => values && values.length !== user.length)
  ) {
    throw new PocketrecError(
      "bad-argument",
      path,
      "arrays user and item (rating, time) of one length",
      [...arrays].map(([name, { shape }]) => `${name} [${shape}]`).join(", ") || "none",
    );
  }
  const [users, items] = [new Labels(), new Labels()];
  return {
    path,
    user: Uint32Array.from(user, (id) => users.place(String(id))),
    item: Uint32Array.from(item, (id) => items.place(String(id))),
    users: users.list,
    items: items.list,
    ...(rating ? { rating: Float64Array.from(rating) } : {}),
    ...(time ? { time: Float64Array.from(time) } : {}),
  };
}

/** Names in the order in which they came. */
class Labels {
  /** @type {string[]} */
  list = [];
  /** @type {Map<string, number>} */
  #places = new Map();

  /** @param {string} name */
  place(name) {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.list.push(name) - 1;
      this.#places.set(name, place);
    }
    return place;
  }
}

/** @param {string} name */
const columnOf = (name) =>
  COLUMNS[
    name
      .split(":")[0]
      .toLowerCase()
      .replace(/[^a-z]/g, "")
  ];

/**
 * @param {string} text
 * @param {string} path
 * @returns {Interactions}
 */
function fromText(text, path) {
  const lines = text.split(/\r?\n/);
  const first = lines[0] ?? "";
  const separator = ["::", "\t", ",", ";"].find((mark) => first.includes(mark)) ?? /\s+/;
  const head = fieldsOf(first.replace(/^\ufeff/, ""), separator);
  const hasHeader = head.some((field) => columnOf(field) !== undefined);
  const order = hasHeader ? head.map(columnOf) : USUAL.slice(0, head.length);
  const place = (/** @type {string} */ column) => order.indexOf(column);
  if (place("user") < 0 || place("item") < 0)
    throw new PocketrecError(
      "bad-argument",
      `${path}, line 1`,
      "a header with a user and an item, or lines of user, item, rating, time",
      show(first),
    );
  const [users, items] = [new Labels(), new Labels()];
  const [u, i, r, t] = USUAL.map(place);
  /** @type {{ user: number[], item: number[], rating: number[], time: number[] }} */
  const columns = { user: [], item: [], rating: [], time: [] };
  for (let number = hasHeader ? 1 : 0; number < lines.length; number++) {
    if (lines[number] === "") continue;
    const fields = fieldsOf(lines[number], separator);
    if (fields[u] === undefined || fields[i] === undefined || fields[u] === "" || fields[i] === "")
      throw broken(path, number, "a user and an item", lines[number]);
    columns.user.push(users.place(fields[u]));
    columns.item.push(items.place(fields[i]));
    if (r >= 0) columns.rating.push(numberIn(fields[r], path, number, "rating"));
    if (t >= 0) columns.time.push(timeIn(fields[t], path, number));
  }
  return {
    path,
    users: users.list,
    items: items.list,
    user: Uint32Array.from(columns.user),
    item: Uint32Array.from(columns.item),
    ...(r >= 0 ? { rating: Float64Array.from(columns.rating) } : {}),
    ...(t >= 0 ? { time: Float64Array.from(columns.time) } : {}),
  };
}

/**
 * @param {string} path
 * @param {number} number
 * @param {string} expected
 * @param {unknown} found
 */
const broken = (path, number, expected, found) =>
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
 * @param {number} number
 * @param {string} what
 */
function numberIn(field, path, number, what) {
  const value = Number(field);
  if (field === undefined || field.trim() === "" || !Number.isFinite(value))
    throw broken(path, number, `a ${what} that is a number`, field);
  return value;
}

/**
 * A number, or a date.
 *
 * @param {string | undefined} field
 * @param {string} path
 * @param {number} number
 */
function timeIn(field, path, number) {
  const value = Number(field);
  const time = Number.isFinite(value) && field?.trim() ? value : Date.parse(String(field));
  if (Number.isFinite(time)) return time;
  throw broken(path, number, "a time that is a number or a date", field);
}

/**
 * The NCF authors' lists of negatives: "(user,item)", then the items that it is ranked among.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {{ user: string, item: string, negatives: string[] }[]}
 */
export function readNegatives(bytes, path) {
  const lines = new TextDecoder("utf-8").decode(bytes).split(/\r?\n/).filter(Boolean);
  return lines.map((line, number) => {
    const [pair, ...negatives] = line.split("\t");
    const match = pair.match(/^\(([^,()]+),([^,()]+)\)$/);
    if (!match || !negatives.length)
      throw broken(path, number, "(user,item), then the items to rank it among, with tabs", line);
    return { user: match[1], item: match[2], negatives: negatives.filter(Boolean) };
  });
}
