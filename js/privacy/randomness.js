import { PocketrecError } from "../common/errors.js";

/**
 * Draws. All of them come from `Words`: whole numbers of 32 bits, each as likely as the others.
 *
 * @typedef {() => number} Words
 */

/** How many words are asked for at a time. */
const SUPPLY = 256;

/**
 * The system's cryptographic generator: nobody who sees some draws can tell the others. Nothing is
 * drawn before it is asked for.
 * @returns {Words}
 */
export function systemWords() {
  const supply = new Uint32Array(SUPPLY);
  let at = SUPPLY;
  return () => {
    if (at === SUPPLY) {
      globalThis.crypto.getRandomValues(supply);
      at = 0;
    }
    return supply[at++];
  };
}

/** Before anything is spent: Math.random is no replacement. */
export function demandCrypto() {
  if (typeof globalThis.crypto?.getRandomValues === "function") return;
  throw new PocketrecError(
    "unsupported",
    "privateQuery",
    "crypto.getRandomValues",
    "an environment without it",
  );
}

/**
 * Uniform in [0, 1), of 53 bits.
 * @param {Words} words
 */
export const uniform = (words) => ((words() >>> 5) * 2 ** 26 + (words() >>> 6)) / 2 ** 53;

/**
 * How often a fair coin fell before it showed a head.
 * @param {Words} words
 */
function tosses(words) {
  let tosses = 0;
  let word = words();
  for (; word === 0; word = words()) tosses += 32;
  return tosses + Math.clz32(word);
}

/**
 * Exponential: more than x with probability e^-x, however large x is, and less than x with all
 * digits however small. The logarithm of a uniform double would end at 37, and what it can never be
 * would tell two people apart with certainty. So this is the logarithm of a number below 1 whose
 * leading zeros are tossed one by one; where there are none, those of its distance to 1 are.
 *
 * @param {Words} words
 */
export function exponential(words) {
  const zeros = tosses(words);
  const distance = (2 ** -tosses(words) * (1 + uniform(words))) / 2;
  return zeros * Math.LN2 - Math.log1p(-distance / 2);
}

/**
 * Standard normal numbers, by Box and Muller, in pairs; their tails do not end.
 *
 * @param {Words} words
 * @returns {() => number}
 */
export function normals(words) {
  /** @type {number | undefined} */
  let kept;
  return () => {
    if (kept !== undefined) {
      const second = kept;
      kept = undefined;
      return second;
    }
    const radius = Math.sqrt(2 * exponential(words));
    const angle = 2 * Math.PI * uniform(words);
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * A whole number below the limit, each as likely as the others: words of the last, incomplete round
 * are drawn again.
 *
 * @param {Words} words
 * @param {number} limit 1 to 2^32
 */
export function wholeBelow(words, limit) {
  const complete = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const word = words();
    if (word < complete) return word % limit;
  }
}
