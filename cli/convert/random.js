import { xorshift } from "../../js/common/random.js";

/**
 * A pseudo-random generator: the same seed always gives the same numbers.
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  /** In [0, 1). */
  const uniform = xorshift(seed >>> 0 || 1);
  /** Standard normal: Box-Muller. */
  const normal = () =>
    Math.sqrt(-2 * Math.log(uniform() || 1e-12)) * Math.cos(2 * Math.PI * uniform());
  /**
   * A whole number in [0, limit).
   * @param {number} limit
   */
  const below = (limit) => Math.floor(uniform() * limit);
  return { uniform, normal, below };
}
