import { isIterable } from "./arguments.js";
import { PocketrecError, show } from "./errors.js";
import { checkOptions } from "./options.js";

/**
 * @typedef {object} InteractionRows interactions in typed arrays: the fast form of a history
 * @property {Uint32Array} items rows of the item table
 * @property {Float32Array} [ratings] one a row, on the scale of `model.info.rating`
 *
 * @typedef {InteractionRows & { length: number }} CheckedRows length: of both arrays
 */

const LIST_HINT = "Give ids as a list, without items.";

/**
 * Interactions in typed arrays, checked. They are the app's own arrays, which another thread may
 * share: each number is to be read once.
 *
 * @param {unknown} given
 * @param {string} subject the argument, by name
 * @returns {CheckedRows | undefined} undefined for what has another form
 * @throws {PocketrecError} "bad-argument"
 */
export function interactionRows(given, subject) {
  if (!hasItems(given)) return undefined;
  const { items, ratings } = /** @type {InteractionRows} */ (given);
  if (Object.keys(given).length > 2 - Number(ratings === undefined))
    checkOptions(given, subject, "items ratings");
  const length = lengthIn(items, "Uint32Array", `${subject}.items`, LIST_HINT);
  if (ratings !== undefined) {
    const count = lengthIn(ratings, "Float32Array", `${subject}.ratings`);
    if (count !== length) {
      const expected = `${length} numbers, one a row`;
      throw new PocketrecError("bad-argument", `${subject}.ratings`, expected, `${count}`);
    }
  }
  return { items, ratings, length };
}

/**
 * A copy, which later changes of the app's arrays do not reach.
 *
 * @param {unknown} given
 * @param {string} subject the argument, by name
 * @returns {InteractionRows | undefined}
 * @throws {PocketrecError} "bad-argument"
 */
export function copyRows(given, subject) {
  const { items, ratings } = interactionRows(given, subject) ?? {};
  return items && { items: new Uint32Array(items), ratings: ratings && new Float32Array(ratings) };
}

/**
 * Items to leave out, as a list: of interactions in typed arrays their rows.
 *
 * @template T
 * @param {T | InteractionRows} given
 * @param {string} subject the argument, by name
 * @returns {T | Uint32Array}
 * @throws {PocketrecError} "bad-argument"
 */
export const rowsOrList = (given, subject) =>
  copyRows(given, subject)?.items ?? /** @type {T} */ (given);

/**
 * @param {any} given
 * @returns {given is InteractionRows}
 */
function hasItems(given) {
  try {
    return typeof given === "object" && !isIterable(given) && given?.items !== undefined;
  } catch {
    // A proxy whose object is gone: what reads lists refuses it.
    return false;
  }
}

/**
 * The length of a typed array. A proxy of one is none.
 *
 * @param {any} list
 * @param {string} name of the class
 * @param {string} subject
 * @param {string} [hint] for an array of another class
 * @returns {number}
 */
function lengthIn(list, name, subject, hint) {
  // By the engine's own getters: a subclass may claim another class or length.
  const read = (/** @type {string | symbol} */ key) =>
    Reflect.get(Uint32Array.prototype, key, list);
  const length = read(Symbol.toStringTag) === name ? read("length") : undefined;
  if (length) return length;
  let found = show(list);
  try {
    // Of a buffer that was transferred away the length is 0 too, but there is nothing to copy.
    if (length === 0) return new Uint32Array(list).length;
  } catch {
    found = "one that was transferred away";
    hint = undefined;
  }
  throw new PocketrecError("bad-argument", subject, `a ${name}`, found, { hint });
}
