// What can be told from many answers of a mechanism for two neighbours: whether its promise is
// broken, with hardly any doubt.

/** A claim that is false would be found by chance once in so many audits. */
export const DOUBT = 1e-10;

/** How far, by Hoeffding, a share of so many draws is from its probability, but for DOUBT. */
export const slack = (draws) => Math.sqrt(Math.log(2 / DOUBT) / (2 * draws));

/**
 * How far an event is beyond what (epsilon, delta) allows: above 0 the promise is broken. Of 0 or
 * less nothing follows.
 *
 * @param {number} hits of the event for one
 * @param {number} others for the neighbour
 * @param {number} draws for each
 */
export function excess(hits, others, draws, { epsilon, delta }) {
  const doubt = slack(draws);
  return hits / draws - doubt - Math.exp(epsilon) * (others / draws + doubt) - delta;
}

/**
 * Pearson's statistic for counts that should be so probable, and what it exceeds by chance once in
 * about 10^9 times (Wilson and Hilferty's cube, six standard deviations out).
 */
export function chiSquare(counts, probabilities) {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const degrees = counts.length - 1;
  const statistic = counts.reduce(
    (sum, count, i) => sum + (count - draws * probabilities[i]) ** 2 / (draws * probabilities[i]),
    0,
  );
  const cube = 1 - 2 / (9 * degrees) + 6 * Math.sqrt(2 / (9 * degrees));
  return { statistic, most: degrees * cube ** 3 };
}

/**
 * Kolmogorov and Smirnov's distance of a sample to a distribution; by chance above `most` once in
 * 10^10 times (Massart).
 */
export function distanceTo(sample, distribution) {
  const sorted = Float64Array.from(sample).sort();
  const { length } = sorted;
  const distance = sorted.reduce((most, value, i) => {
    const share = distribution(value);
    return Math.max(most, share - i / length, (i + 1) / length - share);
  }, 0);
  return { distance, most: slack(length) };
}

/** Words of 32 bits from a seeded uniform source. */
export const wordsOf = (next) => () => Math.floor(next() * 2 ** 32);
