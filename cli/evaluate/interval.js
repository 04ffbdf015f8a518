import { createRandom } from "../convert/random.js";

/** The ends of the interval are accurate to a few hundredths of its length. */
const RESAMPLES = 1000;

/**
 * @typedef {{ value: number, low: number, high: number }} Estimate
 * @typedef {(sample: Uint32Array | undefined) => number[]} Statistic from indices of users, with
 *   repetitions, or from all users, to the figures; NaN where a figure is not defined
 */

/**
 * 95% confidence intervals by the percentile bootstrap over users (Efron and Tibshirani 1993,
 * chapter 13): users are resampled with replacement. Resamples in which a figure is not defined do
 * not count for it.
 *
 * @param {number} users
 * @param {Statistic} statistic
 * @param {number} seed
 * @returns {Estimate[]} one per figure
 */
export function bootstrap(users, statistic, seed) {
  const draws = createRandom(seed);
  const values = statistic(undefined);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    statistic(Uint32Array.from({ length: users }, () => draws.below(users))),
  );
  return values.map((value, figure) => {
    const defined = resampled.map((row) => row[figure]).filter((one) => !Number.isNaN(one));
    const sorted = Float64Array.from(defined).sort();
    return {
      value,
      low: sorted[Math.floor(0.025 * sorted.length)] ?? NaN,
      high: sorted[Math.ceil(0.975 * sorted.length) - 1] ?? NaN,
    };
  });
}

/**
 * Intervals of figures that are functions of sums over users.
 *
 * @param {Float64Array[]} columns one value per user in each
 * @param {(sums: number[], users: number) => number[]} summarise from the columns' sums over the
 *   resampled users to the figures
 * @param {number} seed
 * @returns {Estimate[]} one per figure
 */
export function withIntervals(columns, summarise, seed) {
  const users = columns[0].length;
  return bootstrap(users, (sample) => summarise(sumsOver(columns, sample), users), seed);
}

/**
 * @param {Float64Array[]} columns
 * @param {Uint32Array | undefined} sample
 */
export const sumsOver = (columns, sample) =>
  columns.map((column) => {
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += column[sample ? sample[i] : i];
    return sum;
  });
