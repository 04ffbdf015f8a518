import { PocketrecError } from "../../js/common/errors.js";
import { NameIndex } from "./name-index.js";
import { roleOf, ROLES } from "./reading/name-hints.js";
import { withoutMissing } from "./reading/no-rating.js";
import { readText } from "./reading/read-text.js";

/**
 * Interactions of a file, in columns: delimited text, JSON, lists of a user's items, numpy's .npz
 * with arrays user, item, rating, time.
 *
 * @typedef {import("./reading/read-text.js").Options} ReadOptions
 * @typedef {import("./reading/read-text.js").Reading} Reading
 *
 * @typedef {object} Interactions n of them
 * @property {string} path
 * @property {string[]} users the distinct users' names, in order of appearance
 * @property {string[]} items the distinct items' names
 * @property {Uint32Array} user (n) index in `users`
 * @property {Uint32Array} item (n) index in `items`
 * @property {Float64Array} [rating] (n)
 * @property {Float64Array} [time] (n)
 * @property {Reading} reading how the file was understood
 */

/**
 * @param {Uint8Array} bytes
 * @param {string} path names the file in errors
 * @param {ReadOptions} [options]
 * @returns {Promise<Interactions>}
 * @throws {PocketrecError} "bad-argument", with the line where there is one
 */
export async function readInteractions(bytes, path, options = {}) {
  const data = path.endsWith(".npz")
    ? await readNpz(bytes, path, options)
    : readText(bytes, path, options);
  return withoutMissing(data, options.dialect?.missing);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} path
 * @param {ReadOptions} options
 */
async function readNpz(bytes, path, options) {
  const { readNpzArrays } = await import("../convert/read/numpy.js");
  return fromArrays(await readNpzArrays(bytes), path, options.columns);
}

/**
 * @param {Map<string, { shape: number[], values: ArrayLike<number> }>} arrays
 * @param {string} path
 * @param {ReadOptions["columns"]} [wanted]
 * @returns {Interactions}
 */
function fromArrays(arrays, path, wanted = {}) {
  const { columns, names, ignored } = columnsOf(arrays, path, wanted);
  const { user, item, rating, time } = columns;
  const [users, items] = [new NameIndex(), new NameIndex()];
  return {
    path,
    user: Uint32Array.from(user, (id) => users.indexOf(String(id))),
    item: Uint32Array.from(item, (id) => items.indexOf(String(id))),
    users: users.names,
    items: items.names,
    ...(rating ? { rating: Float64Array.from(rating) } : {}),
    ...(time ? { time: Float64Array.from(time) } : {}),
    reading: {
      path,
      form: "arrays of numpy",
      columns: names,
      ignored,
      notes: [],
      interactions: user.length,
      first: {
        user: String(user[0]),
        item: String(item[0]),
        ...(rating ? { rating: rating[0] } : {}),
        ...(time ? { time: String(time[0]) } : {}),
      },
    },
  };
}

/**
 * @param {Map<string, { shape: number[], values: ArrayLike<number> }>} arrays
 * @param {string} path
 * @param {NonNullable<ReadOptions["columns"]>} wanted
 */
function columnsOf(arrays, path, wanted) {
  /** @type {Record<string, ArrayLike<number>>} */
  const columns = {};
  /** @type {Record<string, string>} */
  const names = {};
  const ignored = [];
  for (const [name, { values }] of arrays) {
    const said = ROLES.find((role) => wanted[role] === name);
    const usual = roleOf(name);
    const role = said ?? (usual && wanted[usual] === undefined ? usual : undefined);
    if (!role) ignored.push(name);
    else if (columns[role]) throw arraysError(arrays, path);
    else [columns[role], names[role]] = [values, name];
  }
  const { user, item, rating, time } = columns;
  const isOfOneLength = [item, rating, time].every(
    (values) => !values || values.length === user?.length,
  );
  const isFound = ROLES.every((role) => [undefined, "none", names[role]].includes(wanted[role]));
  if (user && item && isOfOneLength && isFound) return { columns, names, ignored };
  throw arraysError(arrays, path);
}

/**
 * @param {Map<string, { shape: number[] }>} arrays
 * @param {string} path
 */
const arraysError = (arrays, path) =>
  new PocketrecError(
    "bad-argument",
    path,
    "arrays user and item (rating, time) of one length",
    [...arrays].map(([name, { shape }]) => `${name} [${shape}]`).join(", ") || "none",
    { hint: "--columns user=NAME,item=NAME,rating=NAME,time=NAME names others." },
  );
