import { PocketrecError, show } from "./errors.js";

/**
 * Checks of arguments. A failed check throws `PocketrecError` "bad-argument".
 *
 * @import { ItemId } from "./ids.js" the app's id of an item
 */

/**
 * @param {string} subject the argument, by name
 * @param {string} expected
 * @param {unknown} found
 */
export const argumentError = (subject, expected, found) =>
  new PocketrecError("bad-argument", subject, expected, show(found));

/**
 * @param {unknown} value
 * @param {string} subject the argument, by name
 * @param {{ min?: number, max?: number, integer?: boolean }} [limits] integer: also takes Infinity,
 *   which means "all"
 * @throws {PocketrecError} "bad-argument"
 */
export function assertNumber(value, subject, { min = 0, max = Infinity, integer = false } = {}) {
  const isInteger = value === Infinity || Number.isInteger(value);
  if (typeof value === "number" && value >= min && value <= max && (isInteger || !integer)) return;
  const range = `from ${min}${max < Infinity ? ` to ${max}` : ""}`;
  throw argumentError(subject, `a ${integer ? "whole " : ""}number ${range}`, value);
}

/**
 * @param {unknown} seed of a pseudo-random generator
 * @returns {asserts seed is number}
 * @throws {PocketrecError} "bad-argument"
 */
export function assertSeed(seed) {
  if (Number.isInteger(seed) && Number(seed) >= 1 && Number(seed) < 2 ** 32) return;
  throw argumentError("seed", "1 to 2^32 - 1", seed);
}

/**
 * @param {unknown} value
 * @returns {value is ItemId}
 */
export const isItemId = (value) => typeof value === "string" || Number.isFinite(value);

/**
 * Whether a value is an iterable object. A string is not: it would be read as a list of characters.
 *
 * @param {unknown} value
 * @returns {value is Iterable<unknown>}
 */
export const isIterable = (value) =>
  typeof value === "object" &&
  typeof (/** @type {any} */ (value)?.[Symbol.iterator]) === "function";
