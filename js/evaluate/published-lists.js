import { PocketrecError, show } from "../common/errors.js";
import { readInteractions } from "./interactions.js";

/**
 * Lists that somebody published of what a model recommends: JSON (a list of lists, one a user from
 * the first on, or an object from user to list), a .npy of users by places, lines of a user and
 * their list, or lines of user and item in the lists' order.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @param {number} userBase what the first user is called
 * @returns {Promise<Map<string, string[]>>} by user
 */
export async function readLists(bytes, path, userBase) {
  if (path.endsWith(".npy")) {
    const { readNpy } = await import("../convert/read/numpy.js");
    const { shape, values } = readNpy(bytes, path);
    const [users, places] = shape;
    if (shape.length !== 2)
      throw new PocketrecError("bad-shape", path, "[users, places]", show(shape));
    return new Map(
      Array.from({ length: users }, (_, user) => [
        String(user + userBase),
        Array.from(values.subarray(user * places, (user + 1) * places), String),
      ]),
    );
  }
  if (path.endsWith(".json")) return fromJson(new TextDecoder().decode(bytes), path, userBase);
  const text = new TextDecoder("utf-8").decode(bytes);
  if (isListALine(text)) return fromLines(text);
  const { users, items, user, item } = await readInteractions(bytes, path);
  const lists = users.map(() => /** @type {string[]} */ ([]));
  user.forEach((place, n) => lists[place].push(items[item[n]]));
  return new Map(users.map((name, place) => [name, lists[place]]));
}

/** What ids are made of, in a line of them. */
const ID = /[\p{L}\p{N}_.-]+/gu;

/** Interactions have a user, an item, a rating, a time; more is a list. */
const COLUMNS_MAX = 4;

/** @param {string} text */
function isListALine(text) {
  const [first, second] = text.split(/\r?\n/, 2);
  const line = second || first || "";
  return (line.match(ID) ?? []).length > COLUMNS_MAX;
}

/**
 * A user, then the list, however it is set apart; a header is none of them.
 * @param {string} text
 * @returns {Map<string, string[]>}
 */
function fromLines(text) {
  const lines = text.split(/\r?\n/).map((line) => line.match(ID) ?? []);
  const hasHeader = (lines[0]?.length ?? 0) < (lines[1]?.length ?? 0);
  return new Map(
    lines
      .slice(Number(hasHeader))
      .filter((ids) => ids.length > 1)
      .map(([user, ...list]) => [user, list]),
  );
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
      if (
        !Array.isArray(list) ||
        !list.every((item) => typeof item === "string" || typeof item === "number")
      ) {
        throw new PocketrecError("bad-argument", `${path}, ${user}`, "a list of items", show(list));
      }
      return [user, list.map(String)];
    }),
  );
}

/**
 * How much of a list a model says, too.
 *
 * @param {number[]} list rows
 * @param {ArrayLike<number>} raw scores of the whole catalogue
 * @param {Set<number>} history not recommended
 * @returns {{ overlap: number, same: number }} overlap: the share of the list among the model's
 *   best as many; same: 1 where the order is the same, too, but for scores that are equal
 */
export function compareList(list, raw, history) {
  const order = Array.from({ length: raw.length }, (_, row) => row)
    .filter((row) => !history.has(row))
    .sort((a, b) => raw[b] - raw[a] || a - b);
  const best = new Set(order.slice(0, list.length));
  const overlap = list.filter((row) => best.has(row)).length / list.length;
  return { overlap, same: Number(list.every((row, place) => raw[row] === raw[order[place]])) };
}
