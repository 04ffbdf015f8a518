import { PocketrecError, show } from "../common/errors.js";

/** @param {any} value */
export const isObject = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * @param {unknown} fine
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 * @param {import("../common/errors.js").ErrorCode} [code]
 */
export function assert(fine, subject, expected, found, code = "bad-metadata") {
  if (!fine) throw new PocketrecError(code, subject, expected, show(found));
}

/**
 * @param {string[]} names
 * @param {string} subject
 * @param {unknown} found
 */
export const assertOneOf = (names, subject, found) =>
  assert(names.includes(/** @type {string} */ (found)), subject, names.join(", "), found);

/** The upper limit of a number, where it is not 1000. */
const LIMITS = /** @type {Record<string, number>} */ ({
  steps: 2000,
  negatives: 100,
  weight: 1e6,
  bias: 1e6,
  scale: 1e6,
  offset: 1e6,
  unobserved: 1e6,
  regularization: 1e6,
  bias_regularization: 1e6,
  exponent: 2,
});

/**
 * Numbers by name, with defaults; one whose default is undefined must be given.
 *
 * @template {Record<string, number | undefined>} Numbers
 * @param {any} given
 * @param {string} key
 * @param {Numbers} defaults
 * @param {number} minimum
 * @returns {{ [Name in keyof Numbers]: number }}
 */
export function readNumbers(given = {}, key, defaults, minimum) {
  assert(isObject(given), key, "numbers by name", given);
  const numbers = { ...defaults, ...given };
  for (const name of Object.keys(defaults)) {
    const value = numbers[name];
    const maximum = LIMITS[name] ?? 1000;
    assert(
      Number.isFinite(value) && value >= minimum && value <= maximum,
      `${key}.${name}`,
      `${minimum} to ${maximum}`,
      value,
    );
  }
  return numbers;
}
