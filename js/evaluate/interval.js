import { createRandom } from "../convert/random.js";

/** Resamples; the ends of the interval are good to a few hundredths of its length. */
const RESAMPLES = 1000;

/**
 * 95% intervals by the bootstrap over people: as many people as there are, drawn with replacement,
 * a thousand times.
 *
 * @param {Float64Array[]} columns one number a person in each
 * @param {(sums: number[], people: number) => number[]} summarise from the columns' sums over the
 *   people drawn to the figures
 * @param {number} seed
 * @returns {{ value: number, low: number, high: number }[]} one a figure
 */
export function withIntervals(columns, summarise, seed) {
  const people = columns[0].length;
  const draws = createRandom(seed);
  const sumsOf = (/** @type {Uint32Array | undefined} */ drawn) =>
    columns.map((column) => {
      let sum = 0;
      for (let i = 0; i < people; i++) sum += column[drawn ? drawn[i] : i];
      return sum;
    });
  const values = summarise(sumsOf(undefined), people);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    summarise(sumsOf(Uint32Array.from({ length: people }, () => draws.below(people))), people),
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
