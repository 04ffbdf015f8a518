import { argumentError } from "../common/arguments.js";
import { demandDelta, demandEpsilon } from "./limits.js";
import { density, mills, upperTail } from "./normal.js";

/**
 * The part of epsilon and delta that is held back, for everything that is computed in doubles where
 * the proofs have real numbers: lengths, this calibration, the noise.
 */
const HELD_BACK = 1e-6;

/** How near the bisection comes, as a ratio. */
const PRECISION = 1e-12;

/**
 * The least standard deviation with which the Gaussian mechanism is (epsilon, delta)-differentially
 * private: the analytic calibration of Balle and Wang (ICML 2018, Theorem 8), exact for every
 * epsilon, where the textbook's formula holds below 1 only. A millionth of epsilon and delta is
 * held back.
 *
 * @param {{ epsilon: number, delta: number, sensitivity: number }} wanted sensitivity: the largest
 *   Euclidean distance between what two neighbours would answer without noise
 * @returns {number}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function gaussianSigma({ epsilon, delta, sensitivity }) {
  const most = demandDelta(delta) * (1 - HELD_BACK);
  const bound = demandEpsilon(epsilon) * (1 - HELD_BACK);
  if (!(typeof sensitivity === "number" && sensitivity > 0 && sensitivity < Infinity)) {
    throw argumentError("sensitivity", "a number above 0", sensitivity);
  }
  // The distance in standard deviations: delta grows with it.
  let low = 1;
  let high = 2;
  while (deltaAt(low, bound) > most) low /= 2;
  while (deltaAt(high, bound) <= most) high *= 2;
  while (high / low > 1 + PRECISION) {
    const middle = low * Math.sqrt(high / low);
    if (deltaAt(middle, bound) > most) high = middle;
    else low = middle;
  }
  return sensitivity / low;
}

/**
 * By how much the most telling event is likelier for somebody than e^epsilon times its probability
 * for a neighbour:
 *
 *     tail(epsilon / distance - distance / 2) - e^epsilon tail(epsilon / distance + distance / 2)
 *
 * e^epsilon times the density at the second point is the density at the first, so that nothing
 * overflows.
 *
 * @param {number} distance between the two, in standard deviations
 * @param {number} epsilon
 */
function deltaAt(distance, epsilon) {
  const near = epsilon / distance - distance / 2;
  const far = epsilon / distance + distance / 2;
  if (near >= 0) return density(near) * (mills(near) - mills(far));
  return upperTail(near) - density(near) * mills(far);
}
