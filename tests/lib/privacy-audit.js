// Statistical tests of a mechanism from many of its answers for two neighbouring users: whether its
// (epsilon, delta) is violated, with a negligible rate of false alarms.

/** The probability that a test fails for a correct mechanism. */
const FALSE_ALARM = 1e-10;

/** The largest distance of a share of so many draws from its probability (Hoeffding). */
export const slack = (draws) => Math.sqrt(Math.log(2 / FALSE_ALARM) / (2 * draws));

/**
 * How much an event exceeds what (epsilon, delta) allows: above 0 it is violated; from 0 or less
 * nothing follows.
 *
 * @param {number} hits of the event for one user
 * @param {number} others hits for the neighbour
 * @param {number} draws per user
 */
export function excess(hits, others, draws, { epsilon, delta }) {
  const margin = slack(draws);
  return hits / draws - margin - Math.exp(epsilon) * (others / draws + margin) - delta;
}

/**
 * Pearson's statistic of counts against their probabilities, and the critical value that it exceeds
 * by chance once in about 10^9 times (Wilson and Hilferty's cube, at six standard deviations).
 */
export function chiSquare(counts, probabilities) {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const degrees = counts.length - 1;
  const statistic = counts.reduce(
    (sum, count, i) => sum + (count - draws * probabilities[i]) ** 2 / (draws * probabilities[i]),
    0,
  );
  const cube = 1 - 2 / (9 * degrees) + 6 * Math.sqrt(2 / (9 * degrees));
  return { statistic, critical: degrees * cube ** 3 };
}

/**
 * Kolmogorov and Smirnov's distance of a sample from a distribution, and the critical value that it
 * exceeds by chance once in 10^10 times (Massart).
 */
export function distanceTo(sample, distribution) {
  const sorted = Float64Array.from(sample).sort();
  const { length } = sorted;
  const distance = sorted.reduce((max, value, i) => {
    const share = distribution(value);
    return Math.max(max, share - i / length, (i + 1) / length - share);
  }, 0);
  return { distance, critical: slack(length) };
}

/** Words of 32 bits from a seeded generator. */
export const wordsOf = (next) => () => Math.floor(next() * 2 ** 32);
