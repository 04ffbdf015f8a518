import { argumentError } from "../common/arguments.js";

/** The length of a mechanism's name and of an id. */
const MAX_LENGTH = 100;

/**
 * @param {unknown} value
 * @returns {value is string}
 */
export const isShortString = (value) => typeof value === "string" && value.length <= MAX_LENGTH;

/**
 * Whether a value is a plain number from 0: not "1", [1], null, or an object with valueOf.
 *
 * @param {unknown} value
 * @returns {value is number}
 */
export const isAmount = (value) => Number.isFinite(value) && Number(value) >= 0;

/**
 * @param {unknown} value
 * @returns {value is number}
 */
export const isDelta = (value) => isAmount(value) && value < 1;

/**
 * @param {unknown} value
 * @param {string} subject
 * @returns {number} -0 as 0
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readAmount(value, subject) {
  if (isAmount(value)) return value + 0;
  throw argumentError(subject, "a finite number from 0", value);
}

/**
 * @param {unknown} value
 * @param {string} subject
 * @returns {number} -0 as 0
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readDelta(value, subject) {
  if (isDelta(value)) return value + 0;
  throw argumentError(subject, "a finite number from 0 to below 1", value);
}

/**
 * A sum that does not depend on the order: what each addition rounds off is added up apart
 * (Neumaier 1974). Its relative error is one rounding, for a million numbers too.
 */
export class Sum {
  #high = 0;
  #low = 0;

  /** @param {number} value */
  add(value) {
    const next = this.#high + value;
    this.#low +=
      Math.abs(this.#high) >= Math.abs(value)
        ? this.#high - next + value
        : value - next + this.#high;
    this.#high = next;
  }

  /** The largest double where the sum exceeds it: JSON has no Infinity. */
  get value() {
    const value = this.#high + this.#low;
    return Number.isFinite(value) ? value : Number.MAX_VALUE;
  }

  /** The sum with another number, which is not added. @param {number} value */
  with(value) {
    const sum = new Sum();
    sum.#high = this.#high;
    sum.#low = this.#low;
    sum.add(value);
    return sum.value;
  }
}
