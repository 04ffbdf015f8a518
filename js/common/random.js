/**
 * The pseudo-random generator of the package, uniform in [0, 1): xorshift32 (Marsaglia, Xorshift
 * RNGs, 2003), as in src/random.h.
 *
 * @param {number} state its first state: 32 bits, not all 0
 * @returns {() => number}
 */
export function xorshift(state) {
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
