/** The films that a server sends for a vector, and how many of the right ones are among them. */

export const SENT = 100;
export const OWN = 100;

/**
 * @typedef {{ width: number, values: Float32Array }} Films their vectors, by row
 *
 * @param {Films} films
 * @param {ArrayLike<number>} vector
 * @param {number} count
 * @param {ReadonlySet<number>} [without] rows that do not count
 * @returns {Set<number>} the rows of the highest products
 */
export function best({ width, values }, vector, count, without) {
  const scores = new Float64Array(values.length / width);
  for (let row = 0, at = 0; row < scores.length; row += 1) {
    let sum = 0;
    for (let k = 0; k < width; k += 1, at += 1) sum += values[at] * vector[k];
    scores[row] = without?.has(row) ? -Infinity : sum;
  }
  const lowest = scores.toSorted()[scores.length - count];
  const rows = new Set();
  for (let row = 0; row < scores.length && rows.size < count; row += 1)
    if (scores[row] >= lowest) rows.add(row);
  return rows;
}

/**
 * The share of the visitor's own best films that are among those sent for a guess.
 *
 * @param {Films} films
 * @param {ReadonlySet<number>} own
 * @param {ArrayLike<number>} guessed
 */
export function recall(films, own, guessed) {
  const sent = best(films, guessed, SENT);
  return [...own].filter((row) => sent.has(row)).length / own.size;
}
