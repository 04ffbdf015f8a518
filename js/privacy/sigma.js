import { argumentError } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { readDelta, readEpsilon } from "./arguments.js";
import { density, mills, upperTail } from "./normal.js";

/**
 * The share of epsilon and delta that is held back, for all that is computed in doubles where the
 * proofs have real numbers: lengths, this calibration, the noise.
 */
const HELD_BACK = 1e-6;

/** The ratio between the bounds at which the bisection ends, minus 1. */
const PRECISION = 1e-12;

/**
 * The smallest standard deviation for which the Gaussian mechanism is
 * (epsilon, delta)-differentially private: the analytic calibration of Balle and Wang (ICML 2018,
 * Theorem 8). It is exact for every epsilon; the textbook formula holds below 1 only. A millionth
 * of epsilon and delta is held back.
 *
 * @param {{ epsilon: number, delta: number, sensitivity: number }} options sensitivity: the largest
 *   Euclidean distance between the exact answers of two users
 * @returns {number}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * gaussianSigma({ epsilon: 4, delta: 1e-6, sensitivity: 2 }); // => 2.387
 */
export function gaussianSigma(options) {
  const names = "epsilon delta sensitivity";
  const { epsilon, delta, sensitivity } = checkOptions(options, "gaussianSigma", names);
  const maxDelta = readDelta(delta) * (1 - HELD_BACK);
  const loss = readEpsilon(epsilon) * (1 - HELD_BACK);
  if (!(typeof sensitivity === "number" && sensitivity > 0 && sensitivity < Infinity)) {
    throw argumentError("sensitivity", "a number above 0", sensitivity);
  }
  // The distance in standard deviations, by bisection: delta grows with it.
  let low = 1;
  let high = 2;
  while (deltaAt(low, loss) > maxDelta) low /= 2;
  while (deltaAt(high, loss) <= maxDelta) high *= 2;
  while (high / low > 1 + PRECISION) {
    const middle = low * Math.sqrt(high / low);
    if (deltaAt(middle, loss) > maxDelta) high = middle;
    else low = middle;
  }
  return sensitivity / low;
}

/**
 * The smallest delta for a distance: the maximum over all events of their probability for one user,
 * minus e^epsilon times their probability for another:
 *
 *     tail(epsilon / distance - distance / 2) - e^epsilon tail(epsilon / distance + distance / 2)
 *
 * e^epsilon times the density at the second point is the density at the first, so nothing
 * overflows.
 *
 * @param {number} distance between the two exact answers, in standard deviations
 * @param {number} epsilon
 */
function deltaAt(distance, epsilon) {
  const near = epsilon / distance - distance / 2;
  const far = epsilon / distance + distance / 2;
  if (near >= 0) return density(near) * (mills(near) - mills(far));
  return upperTail(near) - density(near) * mills(far);
}
