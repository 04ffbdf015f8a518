// Seeded draws for mutations.
import { uniform } from "../../lib/random.js";

/** @typedef {ReturnType<typeof drawsOf>} Draws */

/** @param {number} seed */
export function drawsOf(seed) {
  const next = uniform(seed);
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  return {
    /** A whole number from 0 to limit - 1. */
    below,
    /** Whether an event of probability 1 / n happens. */
    once: (/** @type {number} */ n) => below(n) === 0,
    /**
     * @template T
     * @param {readonly T[]} list
     * @returns {T}
     */
    pick: (list) => list[below(list.length)],
  };
}
