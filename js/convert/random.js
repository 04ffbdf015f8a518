import { xorshift } from "../common/random.js";

/**
 * Draws that are the same each time, for people who are made up.
 * @param {number} seed
 */
export function createRandom(seed) {
  /** From 0 up to 1. */
  const uniform = xorshift(seed >>> 0 || 1);
  /** With mean 0 and deviation 1: Box and Muller. */
  const normal = () =>
    Math.sqrt(-2 * Math.log(uniform() || 1e-12)) * Math.cos(2 * Math.PI * uniform());
  /** @param {number} limit */
  const below = (limit) => Math.floor(uniform() * limit);
  return { uniform, normal, below };
}
