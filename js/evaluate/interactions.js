import { PocketrecError } from "../common/errors.js";
import { columnOf, readText } from "./interaction-text.js";
import { NameIndex } from "./name-index.js";

/**
 * Interactions of a file, in columns: MovieLens' .csv, .dat and u.data, RecBole's .inter, the NCF
 * authors' .rating, numpy's .npz with arrays user, item, rating, time.
 *
 * @typedef {object} Interactions n of them
 * @property {string} path
 * @property {string[]} users the distinct users' names, in order of appearance
 * @property {string[]} items the distinct items' names
 * @property {Uint32Array} user (n) index in `users`
 * @property {Uint32Array} item (n) index in `items`
 * @property {Float64Array} [rating] (n)
 * @property {Float64Array} [time] (n)
 */

/**
 * @param {Uint8Array} bytes
 * @param {string} path names the format, and the file in errors
 * @returns {Promise<Interactions>}
 * @throws {PocketrecError} "bad-argument", with the line where there is one
 */
export async function readInteractions(bytes, path) {
  if (!path.endsWith(".npz")) return readText(new TextDecoder("utf-8").decode(bytes), path);
  const { readNpzArrays } = await import("../convert/read/numpy.js");
  return fromArrays(await readNpzArrays(bytes), path);
}

/**
 * @param {Map<string, { shape: number[], values: ArrayLike<number> }>} arrays
 * @param {string} path
 * @returns {Interactions}
 */
function fromArrays(arrays, path) {
  const { user, item, rating, time } = columnsOf(arrays, path);
  const [users, items] = [new NameIndex(), new NameIndex()];
  return {
    path,
    user: Uint32Array.from(user, (id) => users.indexOf(String(id))),
    item: Uint32Array.from(item, (id) => items.indexOf(String(id))),
    users: users.names,
    items: items.names,
    ...(rating ? { rating: Float64Array.from(rating) } : {}),
    ...(time ? { time: Float64Array.from(time) } : {}),
  };
}

/**
 * @param {Map<string, { shape: number[], values: ArrayLike<number> }>} arrays
 * @param {string} path
 */
function columnsOf(arrays, path) {
  /** @type {Record<string, ArrayLike<number>>} */
  const columns = {};
  for (const [name, { values }] of arrays) {
    const column = columnOf(name);
    if (column) columns[column] = values;
  }
  const { user, item, rating, time } = columns;
  const isOfOneLength = [item, rating, time].every(
    (values) => !values || values.length === user?.length,
  );
  if (user && item && isOfOneLength) return { user, item, rating, time };
  throw new PocketrecError(
    "bad-argument",
    path,
    "arrays user and item (rating, time) of one length",
    [...arrays].map(([name, { shape }]) => `${name} [${shape}]`).join(", ") || "none",
  );
}
