// What a reader under test is.

/**
 * @typedef {import("../mutate/random.js").Draws} Draws
 *
 * @typedef {object} Reader
 * @property {() => Promise<Uint8Array[]> | Uint8Array[]} seeds valid inputs
 * @property {(seed: Uint8Array, draws: Draws, other: Uint8Array) => Uint8Array} mutate
 * @property {(bytes: Uint8Array, draws: Draws) => unknown} read gives a right result or throws a
 *   PocketrecError; throws a Wrong where a result is wrong
 * @property {() => unknown} [end] removes what it left behind
 * @property {number} [timeMax] how long it may take, in ms of processor time (default 1,000)
 */

/** A result that is wrong and was given as if it were right. */
export class Wrong extends Error {}

/**
 * @param {unknown} condition
 * @param {string} message
 * @returns {asserts condition}
 */
export function mustHold(condition, message) {
  if (!condition) throw new Wrong(message);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param {string} text */
export const bytesOf = (text) => encoder.encode(text);

/** @param {Uint8Array} bytes */
export const textOf = (bytes) => decoder.decode(bytes);
