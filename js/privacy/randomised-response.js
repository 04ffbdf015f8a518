import { assertOnly, readEpsilon } from "./arguments.js";
import { indexOfNearest, similarities } from "./centroids.js";
import { exponential, integerBelow } from "./random.js";

/**
 * @typedef {object} ResponseAnswer what may be sent: a centroid
 * @property {"randomised-response"} mechanism its name
 * @property {number} centroid its index, from 0
 * @property {number} epsilon as charged
 * @property {0} delta pure differential privacy
 * @property {number} truthProbability the probability that it is the user's nearest centroid
 * @property {number} centroidCount how many centroids there are
 */

/**
 * How much of epsilon is held back for the rounding of a logarithm, relative to epsilon, and to 1
 * for a smaller epsilon.
 */
const HELD_BACK = 1e-12;

/**
 * The nearest centroid with probability e^epsilon / (e^epsilon + k - 1), else one of the k - 1
 * others, with equal probability (Warner 1965; for k answers Kairouz, Oh and Viswanath 2016).
 *
 * @param {ArrayLike<number>} vector
 * @param {{ epsilon?: unknown, centroids?: unknown }} options
 * @returns {import("./private-query.js").PreparedQuery<ResponseAnswer>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "not-finite"
 */
export function prepareResponse(vector, options) {
  assertOnly(options, "randomised-response", ["epsilon", "centroids"]);
  const epsilon = readEpsilon(options.epsilon);
  const cosines = similarities(options.centroids, vector);
  const centroidCount = cosines.length;
  const nearest = indexOfNearest(cosines);
  const mechanism = /** @type {const} */ ("randomised-response");
  const delta = /** @type {const} */ (0);
  const truthProbability = 1 / (1 + oddsOfOthers(epsilon, centroidCount));
  return {
    charge: { mechanism, epsilon, delta },
    answer: (words) => {
      const centroid = respond(nearest, centroidCount, epsilon, words);
      return { mechanism, centroid, epsilon, delta, truthProbability, centroidCount };
    },
  };
}

/**
 * @param {number} nearest
 * @param {number} count
 * @param {number} epsilon
 * @param {import("./random.js").Words} words
 */
export function respond(nearest, count, epsilon, words) {
  if (exponential(words) <= otherThreshold(epsilon, count)) return nearest;
  const other = integerBelow(words, count - 1);
  return other < nearest ? other : other + 1;
}

/**
 * -log(the probability of another centroid). As a logarithm it does not underflow for a large
 * epsilon; for very many centroids it is exact near 0.
 *
 * @param {number} epsilon
 * @param {number} count
 */
function otherThreshold(epsilon, count) {
  const odds = oddsOfOthers(epsilon, count);
  return odds > 1
    ? -Math.log1p(-1 / (1 + odds))
    : Math.log1p(odds) + reduced(epsilon) - Math.log(count - 1);
}

/**
 * The odds of all other centroids together against the nearest one.
 *
 * @param {number} epsilon
 * @param {number} count
 */
const oddsOfOthers = (epsilon, count) => (count - 1) * Math.exp(-reduced(epsilon));

/** Epsilon without what is held back. @param {number} epsilon */
const reduced = (epsilon) => epsilon - HELD_BACK * Math.max(1, epsilon);
