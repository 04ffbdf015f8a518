import { PocketrecError } from "../common/errors.js";

/**
 * Random numbers, all from `Words`: uniform 32-bit integers.
 *
 * @typedef {() => number} Words
 */

/** How many words are requested at once. */
const BUFFER_LENGTH = 256;

/**
 * Words of the system's cryptographic generator: draws do not reveal other draws. None is drawn
 * before the first call.
 * @returns {Words}
 */
export function systemWords() {
  const buffer = new Uint32Array(BUFFER_LENGTH);
  let at = BUFFER_LENGTH;
  return () => {
    if (at === BUFFER_LENGTH) {
      globalThis.crypto.getRandomValues(buffer);
      at = 0;
    }
    return buffer[at++];
  };
}

/**
 * Asserts that there is a cryptographic generator; Math.random is no replacement.
 * @throws {PocketrecError} "unsupported"
 */
export function assertCrypto() {
  if (typeof globalThis.crypto?.getRandomValues === "function") return;
  const found = "an environment without it";
  throw new PocketrecError("unsupported", "privateQuery", "crypto.getRandomValues", found);
}

/**
 * Uniform in [0, 1), with 53 random bits.
 * @param {Words} words
 */
export const uniform = (words) => ((words() >>> 5) * 2 ** 26 + (words() >>> 6)) / 2 ** 53;

/**
 * Geometric: the number of zero bits before the first one.
 * @param {Words} words
 */
function leadingZeros(words) {
  let zeros = 0;
  let word = words();
  for (; word === 0; word = words()) zeros += 32;
  return zeros + Math.clz32(word);
}

/**
 * Exponential: above x with probability e^-x for every x, and with all digits near 0. The logarithm
 * of a uniform double would end at 37, and a value that one user can never get would tell two users
 * apart with certainty. So this is the logarithm of a number below 1 whose leading zeros are drawn
 * one by one; for a number near 1, those of its distance to 1.
 *
 * @param {Words} words
 */
export function exponential(words) {
  const zeros = leadingZeros(words);
  const distance = (2 ** -leadingZeros(words) * (1 + uniform(words))) / 2;
  return zeros * Math.LN2 - Math.log1p(-distance / 2);
}

/**
 * Standard normal numbers by Box and Muller, in pairs, with unbounded tails.
 *
 * @param {Words} words
 * @returns {() => number}
 */
export function normals(words) {
  /** @type {number | undefined} */
  let second;
  return () => {
    if (second !== undefined) {
      const value = second;
      second = undefined;
      return value;
    }
    const radius = Math.sqrt(2 * exponential(words));
    const angle = 2 * Math.PI * uniform(words);
    second = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * A uniform integer below a limit. Words of the last, incomplete round are drawn again, so that no
 * value is more likely.
 *
 * @param {Words} words
 * @param {number} limit 1 to 2^32
 */
export function integerBelow(words, limit) {
  const complete = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const word = words();
    if (word < complete) return word % limit;
  }
}
