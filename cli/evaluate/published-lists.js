import { PocketrecError, show } from "../../js/common/errors.js";
import { readInteractions } from "./interactions.js";
import { openText } from "./reading/text.js";

/**
 * Reads published recommendations of a model. Formats: JSON (a list of lists, one per user, or an
 * object from user to list), .npy of users by items, lines of a user and their list, or lines of
 * user and item in the order of the list.
 *
 * @param {Uint8Array} bytes
 * @param {string} path names the format, and the file in errors
 * @param {number} userBase the number of the first user
 * @param {import("./interactions.js").ReadOptions} [options]
 * @returns {Promise<Map<string, string[]>>} by user
 * @throws {PocketrecError} "bad-argument", "bad-shape"
 */
export async function readLists(bytes, path, userBase, options = {}) {
  if (path.endsWith(".npy")) return readNumpyLists(bytes, path, userBase);
  if (path.endsWith(".json")) {
    const chunks = openText(bytes, path, options.dialect?.encoding).chunks();
    return fromJson([...chunks].join(""), path, userBase);
  }
  // Of pairs the order counts: neither ratings nor times are read.
  const columns = { ...options.columns, rating: "none", time: "none" };
  const data = await readInteractions(bytes, path, { ...options, columns });
  const { users, items, user, item } = data;
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
