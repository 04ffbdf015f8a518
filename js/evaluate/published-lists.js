import { PocketrecError, show } from "../common/errors.js";
import { readInteractions } from "./interactions.js";

/**
 * Reads published recommendations of a model. Formats: JSON (a list of lists, one per user, or an
 * object from user to list), .npy of users by items, lines of a user and their list, or lines of
 * user and item in the order of the list.
 *
 * @param {Uint8Array} bytes
 * @param {string} path names the format, and the file in errors
 * @param {number} userBase the number of the first user
 * @returns {Promise<Map<string, string[]>>} by user
 * @throws {PocketrecError} "bad-argument", "bad-shape"
 */
export async function readLists(bytes, path, userBase) {
  if (path.endsWith(".npy")) return readNumpyLists(bytes, path, userBase);
  const text = new TextDecoder("utf-8").decode(bytes);
  if (path.endsWith(".json")) return fromJson(text, path, userBase);
  if (isListPerLine(text)) return fromLines(text);
  const { users, items, user, item } = await readInteractions(bytes, path);
  const lists = users.map(() => /** @type {string[]} */ ([]));
  user.forEach((index, n) => lists[index].push(items[item[n]]));
  return new Map(users.map((name, index) => [name, lists[index]]));
}

/**
 * @param {Uint8Array} bytes
 * @param {string} path
 * @param {number} userBase
 */
async function readNumpyLists(bytes, path, userBase) {
  const { readNpy } = await import("../convert/read/numpy.js");
  const { shape, values } = readNpy(bytes, path);
  const [users, length] = shape;
  if (shape.length !== 2)
    throw new PocketrecError("bad-shape", path, "[users, items]", show(shape));
  return new Map(
    Array.from({ length: users }, (_, user) => [
      String(user + userBase),
      Array.from(values.subarray(user * length, (user + 1) * length), String),
    ]),
  );
}

/** An id in a line of ids. */
const ID = /[\p{L}\p{N}_.-]+/gu;

/** Interactions have a user, an item, a rating and a time; a longer line is a list. */
const COLUMNS_MAX = 4;

/** @param {string} text */
function isListPerLine(text) {
  const [first, second] = text.split(/\r?\n/, 2);
  const line = second || first || "";
  return (line.match(ID) ?? []).length > COLUMNS_MAX;
}

/**
 * A user, then the list, with any separators and perhaps a header.
 *
 * @param {string} text
 * @returns {Map<string, string[]>}
 */
function fromLines(text) {
  const lines = text.split(/\r?\n/).map((line) => line.match(ID) ?? []);
  const hasHeader = (lines[0]?.length ?? 0) < (lines[1]?.length ?? 0);
  const lists = lines.slice(Number(hasHeader)).filter((ids) => ids.length > 1);
  return new Map(lists.map(([user, ...list]) => [user, list]));
}

/**
 * @param {string} text
 * @param {string} path
 * @param {number} userBase
 */
function fromJson(text, path, userBase) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "JSON", "something else", { cause });
  }
  const entries = Array.isArray(value)
    ? value.map((list, user) => [String(user + userBase), list])
    : Object.entries(value ?? {});
  return new Map(
    entries.map(([user, list]) => {
      if (!isListOfIds(list))
        throw new PocketrecError("bad-argument", `${path}, ${user}`, "a list of items", show(list));
      return [user, list.map(String)];
    }),
  );
}

/**
 * @param {unknown} value
 * @returns {value is (string | number)[]}
 */
const isListOfIds = (value) =>
  Array.isArray(value) &&
  value.every((item) => typeof item === "string" || typeof item === "number");

/**
 * Compares a published list with the model's recommendations.
 *
 * @param {number[]} list rows
 * @param {ArrayLike<number>} raw scores of the whole catalogue
 * @param {Set<number>} history not recommended
 * @returns {{ overlap: number, same: number }} overlap: the share of the list among the model's
 *   best `list.length` items; same: 1 where the order is the model's as well, but for ties
 */
export function compareList(list, raw, history) {
  const order = Array.from({ length: raw.length }, (_, row) => row)
    .filter((row) => !history.has(row))
    .sort((a, b) => raw[b] - raw[a] || a - b);
  const best = new Set(order.slice(0, list.length));
  const overlap = list.filter((row) => best.has(row)).length / list.length;
  return { overlap, same: Number(list.every((row, place) => raw[row] === raw[order[place]])) };
}
