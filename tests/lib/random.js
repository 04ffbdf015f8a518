// Seeded random numbers, so that every run and every peer sees the same weights.

/** mulberry32: uniform in [0, 1). */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal, by Box and Muller. */
export function normal(seed) {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** `count` different rows below `limit`, in random order. */
export function sampleRows(count, limit, seed) {
  const next = uniform(seed);
  const rows = Uint32Array.from({ length: limit }, (_, row) => row);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(next() * (limit - i));
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  return rows.slice(0, count);
}
