/** @typedef {Pick<import("./hnsw-index.js").IndexedModel, "itemCount" | "vectors">} HasVectors */

/**
 * The item vectors with one more coordinate, which brings each to the length of the longest. A
 * query has 0 there, so inner products stay the same, and the largest has the smallest angle.
 *
 * @param {HasVectors} model
 * @param {number} width
 * @param {number} chunk items to read at a time
 * @returns {HasVectors}
 */
export function withEqualLengths(model, width, chunk) {
  const { itemCount } = model;
  let maxSquare = 0;
  for (let first = 0; first < itemCount; first += chunk) {
    const vectors = model.vectors(rowsFrom(first, Math.min(chunk, itemCount - first)));
    for (const vector of split(vectors, width)) maxSquare = Math.max(maxSquare, squareOf(vector));
  }
  return {
    itemCount,
    vectors(rows) {
      const longer = new Float32Array(rows.length * (width + 1));
      split(model.vectors(rows), width).forEach((vector, i) => {
        const start = i * (width + 1);
        longer.set(vector, start);
        longer[start + width] = Math.sqrt(Math.max(0, maxSquare - squareOf(vector)));
      });
      return longer;
    },
  };
}

/**
 * @param {Float32Array} vectors (n, width) row-major
 * @param {number} width
 */
const split = (vectors, width) =>
  Array.from({ length: vectors.length / width }, (_, i) =>
    vectors.subarray(i * width, (i + 1) * width),
  );

/** @param {Float32Array} vector */
const squareOf = (vector) => vector.reduce((sum, x) => sum + x * x, 0);

/**
 * @param {number} first
 * @param {number} count
 */
export const rowsFrom = (first, count) => Uint32Array.from({ length: count }, (_, i) => first + i);
