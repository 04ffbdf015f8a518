import { countsOf, rowsOf, transposed } from "./matrix.js";
import { Strongest } from "./strongest.js";
import { SparseRows, transposedWeights } from "./weights.js";

/**
 * ItemKNN (Aiolli, RecSys 2013, as RecBole computes it): the weight of an item of the history for a
 * scored item is their cosine, with `shrink` added to its denominator, where the first is among the
 * `neighbours` nearest of the second.
 *
 *     W[i, j] = users of both / (sqrt(users of i * users of j) + shrink)
 *
 * @param {import("./matrix.js").Matrix} matrix
 * @param {{ neighbours: number, shrink: number }} options
 * @param {import("./solver.js").Pace} pace
 * @returns {Promise<import("./weights.js").SparseWeights>}
 */
export async function fitItemKnn(matrix, { neighbours, shrink }, pace) {
  const usersOf = transposed(matrix);
  const counts = countsOf(matrix);
  const nearest = new Strongest(Math.min(neighbours, matrix.items));
  const columns = new SparseRows();
  const together = new Uint32Array(matrix.items);
  for (let item = 0; item < matrix.items; item++) {
    const met = meet(matrix, usersOf, item, together);
    const cosine = (/** @type {number} */ other) =>
      together[other] / (Math.sqrt(counts[item] * counts[other]) + shrink);
    for (const other of met) if (other !== item) nearest.push(other, cosine(other));
    columns.push(nearest.take(), cosine);
    let work = 0;
    for (const user of rowsOf(usersOf, item)) work += rowsOf(matrix, user).length;
    for (const other of met) together[other] = 0;
    await pace(work);
  }
  return transposedWeights(columns.finish());
}

/**
 * Counts the users that an item shares with each other item.
 *
 * @param {import("./matrix.js").Matrix} matrix
 * @param {import("./matrix.js").Matrix} usersOf
 * @param {number} item
 * @param {Uint32Array} together zeros, which become the counts
 * @returns {number[]} the items that are not 0
 */
function meet(matrix, usersOf, item, together) {
  const met = [];
  for (const user of rowsOf(usersOf, item))
    for (const other of rowsOf(matrix, user)) if (!together[other]++) met.push(other);
  return met;
}
