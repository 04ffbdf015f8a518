/** Vectors are read by so many items at a time: a copy of a large table would not fit beside it. */
const CHUNK = 4096;

/**
 * The rows whose vectors have the largest cosine with that of a row, the largest first. A vector of
 * zeros is similar to nothing. A family may have a measure of its own, of which 0 and less is none.
 *
 * @param {import("./engine.js").Engine} engine
 * @param {number} row
 * @param {number} topK
 * @param {Iterable<number>} excluded rows
 * @returns {{ positions: ArrayLike<number>, scores: ArrayLike<number> }} rows and cosines
 */
export function mostSimilar(engine, row, topK, excluded) {
  const user = engine.userEncoder.like?.(row);
  if (user) {
    const wanted = { topK, excluded: [Uint32Array.from(excluded)], raw: true };
    const [{ positions, scores }] = engine.best([user], wanted);
    const length = scores.filter((score) => score > 0).length;
    return { positions: positions.slice(0, length), scores: scores.slice(0, length) };
  }
  const { count } = engine.items;
  const cosines = new Float32Array(count);
  const query = engine.vectors(Uint32Array.of(row));
  for (let first = 0; first < count; first += CHUNK) {
    const length = Math.min(CHUNK, count - first);
    const vectors = engine.vectors(Uint32Array.from({ length }, (_, i) => first + i));
    for (let i = 0; i < length; i++) cosines[first + i] = cosine(query, vectors, i * query.length);
  }
  for (const other of excluded) cosines[other] = -Infinity;
  // Sorting numbers is fast, sorting by a function is not: it gets the topK and their ties alone.
  const least = cosines.slice().sort()[Math.max(count - topK, 0)];
  const positions = Uint32Array.from(cosines.keys())
    .filter((other) => cosines[other] >= least && cosines[other] > -Infinity)
    .sort((a, b) => cosines[b] - cosines[a] || a - b)
    .slice(0, topK);
  return { positions, scores: Float32Array.from(positions, (other) => cosines[other]) };
}

/**
 * @param {Float32Array} query
 * @param {Float32Array} vectors
 * @param {number} at where the other vector begins
 */
function cosine(query, vectors, at) {
  let [product, a, b] = [0, 0, 0];
  for (let k = 0; k < query.length; k++) {
    const other = vectors[at + k];
    product += query[k] * other;
    a += query[k] * query[k];
    b += other * other;
  }
  return a && b ? product / Math.sqrt(a) / Math.sqrt(b) : -Infinity;
}
