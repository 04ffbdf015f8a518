import { createRandom } from "../convert/random.js";

/** The ends of the interval are accurate to a few hundredths of its length. */
const RESAMPLES = 1000;

/**
 * 95% confidence intervals by the percentile bootstrap over users (Efron and Tibshirani 1993,
 * chapter 13): users are resampled with replacement.
 *
 * @param {Float64Array[]} columns one value per user in each
 * @param {(sums: number[], users: number) => number[]} summarise from the columns' sums over the
 *   resampled users to the figures
 * @param {number} seed
 * @returns {{ value: number, low: number, high: number }[]} one per figure
 */
export function withIntervals(columns, summarise, seed) {
  const users = columns[0].length;
  const draws = createRandom(seed);
  const sumsOf = (/** @type {Uint32Array | undefined} */ sample) =>
    columns.map((column) => {
      let sum = 0;
      for (let i = 0; i < users; i++) sum += column[sample ? sample[i] : i];
      return sum;
    });
  const values = summarise(sumsOf(undefined), users);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    summarise(sumsOf(Uint32Array.from({ length: users }, () => draws.below(users))), users),
  );
  return values.map((value, figure) => {
    const sorted = Float64Array.from(resampled, (row) => row[figure]).sort();
    return {
      value,
      low: sorted[Math.floor(0.025 * RESAMPLES)],
      high: sorted[Math.ceil(0.975 * RESAMPLES) - 1],
    };
  });
}
