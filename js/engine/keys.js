import { argumentError, isItemId } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Key, Stored } from "./engine.js"
 */

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * How a collection names items: whole numbers as numbers and strings as strings, which other
 * programs can read; both together, or what is not known yet, as JSON.
 *
 * @param {ItemId[]} ids
 * @returns {Stored["keys"]}
 */
export function kindOfKeys(ids) {
  if (!ids.length) return "json";
  if (ids.every(Number.isSafeInteger)) return "integer";
  return ids.every((id) => typeof id === "string") ? "string" : "json";
}

/**
 * @param {ItemId} id
 * @param {Stored["keys"]} kind
 * @returns {Key}
 * @throws {PocketrecError} "bad-argument" for an id that the collection cannot hold
 */
export function keyOf(id, kind) {
  if (!isItemId(id)) throw argumentError("item", "an id, a string or a number", id);
  if (kind === "integer") {
    if (Number.isSafeInteger(id)) return Number(id) + 0; // + 0 turns -0 into 0
    throw wrongId(id, "a whole number below 2^53");
  }
  if (kind === "string" && typeof id !== "string") throw wrongId(id, "a string");
  if (typeof id === "string" && LONE_SURROGATE.test(id))
    throw argumentError("item", "a string of whole characters", id);
  return kind === "string" ? id : JSON.stringify(id);
}

/**
 * @param {ItemId} id
 * @param {string} expected
 */
const wrongId = (id, expected) =>
  new PocketrecError("bad-argument", "item", expected, show(id), {
    hint: "The collection was made for ids of one type; put both into a new collection.",
  });

/**
 * The id of a key. Clients give 64-bit numbers as strings.
 *
 * @param {unknown} key
 * @param {Stored["keys"]} kind
 * @param {string} name of the engine, for the error
 * @returns {ItemId}
 */
export function idOfKey(key, kind, name) {
  if (kind === "string" && typeof key === "string") return key;
  const id = kind === "integer" ? Number(key) : parse(key);
  if (kind === "integer" ? Number.isSafeInteger(id) : isItemId(id)) return id;
  throw new PocketrecError("engine", name, `keys of kind ${kind}`, show(key), {
    hint: "Another program has written to the collection.",
  });
}

/** @param {unknown} key */
function parse(key) {
  try {
    return JSON.parse(String(key));
  } catch {
    return undefined;
  }
}
