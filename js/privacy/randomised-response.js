import { nearest, nearness } from "./centroids.js";
import { demandEpsilon, demandOnly } from "./limits.js";
import { exponential, wholeBelow } from "./randomness.js";

/**
 * @typedef {object} ResponseAnswer
 * @property {"randomised-response"} mechanism
 * @property {number} centroid a place in the list, from 0
 * @property {number} epsilon
 * @property {0} delta
 * @property {number} truthProbability the probability that it is the person's nearest one
 * @property {number} centroidCount
 */

/**
 * The part of epsilon that is held back for the rounding of a logarithm; no less than this much of
 * 1.
 */
const HELD_BACK = 1e-12;

/**
 * The nearest centroid with probability e^epsilon / (e^epsilon + count - 1), else one of the
 * others, each as likely (Warner 1965; for several answers Kairouz, Oh and Viswanath 2016).
 *
 * @param {ArrayLike<number>} vector
 * @param {{ epsilon?: unknown, centroids?: unknown }} options
 * @returns {import("../privacy.js").Prepared<ResponseAnswer>}
 */
export function prepareResponse(vector, options) {
  demandOnly(options, "randomised-response", ["epsilon", "centroids"]);
  const epsilon = demandEpsilon(options.epsilon);
  const near = nearness(options.centroids, vector);
  const count = near.length;
  const own = nearest(near);
  const mechanism = /** @type {const} */ ("randomised-response");
  const delta = /** @type {const} */ (0);
  const truthProbability = 1 / (1 + oddsOfOthers(epsilon, count));
  return {
    charge: { mechanism, epsilon, delta },
    answer: (words) => ({
      mechanism,
      centroid: respond(own, count, epsilon, words),
      epsilon,
      delta,
      truthProbability,
      centroidCount: count,
    }),
  };
}

/**
 * @param {number} own
 * @param {number} count
 * @param {number} epsilon
 * @param {import("./randomness.js").Words} words
 */
export function respond(own, count, epsilon, words) {
  if (exponential(words) <= falseThreshold(epsilon, count)) return own;
  const other = wholeBelow(words, count - 1);
  return other < own ? other : other + 1;
}

/**
 * Minus the logarithm of the probability of another than the nearest: large where epsilon is, when
 * the probability itself would vanish, and exact where it is small, when there are very many.
 *
 * @param {number} epsilon
 * @param {number} count
 */
function falseThreshold(epsilon, count) {
  const odds = oddsOfOthers(epsilon, count);
  return odds > 1
    ? -Math.log1p(-1 / (1 + odds))
    : Math.log1p(odds) + heldBack(epsilon) - Math.log(count - 1);
}

/**
 * All others together, against the nearest one.
 *
 * @param {number} epsilon
 * @param {number} count
 */
const oddsOfOthers = (epsilon, count) => (count - 1) * Math.exp(-heldBack(epsilon));

/** @param {number} epsilon */
const heldBack = (epsilon) => epsilon - HELD_BACK * Math.max(1, epsilon);
