/**
 * Draws that are the same each time, for people who are made up.
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0 || 1;
  /** From 0 up to 1: Marsaglia's xorshift. */
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  /** With mean 0 and deviation 1: Box and Muller. */
  const normal = () =>
    Math.sqrt(-2 * Math.log(uniform() || 1e-12)) * Math.cos(2 * Math.PI * uniform());
  /** @param {number} limit */
  const below = (limit) => Math.floor(uniform() * limit);
  return { uniform, normal, below };
}
