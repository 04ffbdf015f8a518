import { argumentError } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";

/**
 * @param {any} value
 * @returns {value is ArrayLike<any>}
 */
export const isArray = (value) =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/**
 * A copy of a vector, each number of which is read once and checked.
 *
 * @param {unknown} vector
 * @param {string} subject
 * @returns {Float64Array} at least one finite number
 * @throws {PocketrecError} "bad-argument", "not-finite"
 */
export function readVector(vector, subject) {
  const length = isArray(vector) ? vector.length : 0;
  if (length === 0) throw argumentError(subject, "a vector of numbers", vector);
  const given = /** @type {ArrayLike<unknown>} */ (vector);
  return Float64Array.from({ length }, (_, i) => {
    const value = given[i];
    const name = `${subject}, number ${i}`;
    if (typeof value !== "number") throw argumentError(name, "a number", value);
    if (Number.isFinite(value)) return value;
    throw new PocketrecError("not-finite", name, "a finite number", String(value));
  });
}

/**
 * The vector of the same direction with another length; zeros stay zeros.
 *
 * @param {ArrayLike<number>} vector
 * @param {number} length
 * @returns {Float64Array}
 */
export function scaleTo(vector, length) {
  const scaled = Float64Array.from(vector);
  // First the largest number to 1: squares neither overflow nor underflow.
  const largest = scaled.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return scaled;
  let squares = 0;
  for (let i = 0; i < scaled.length; i++) {
    scaled[i] /= largest;
    squares += scaled[i] ** 2;
  }
  return scaled.map((value) => (value / Math.sqrt(squares)) * length);
}
