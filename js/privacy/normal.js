/**
 * The normal distribution's tail, to nearly all digits of a double however far out: privacy is
 * decided there.
 */

/**
 * Terms of the continued fraction: at CROSSING, where it converges most slowly, these give all
 * digits.
 */
const TERMS = 200;

/** Below, the series loses few digits by subtraction; above, the fraction converges. */
const CROSSING = 2;

/** @param {number} x */
export const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Mills' ratio: the tail above x, divided by the density at x. Unlike either it does not underflow.
 *
 * @param {number} x from 0
 */
export function mills(x) {
  if (x < CROSSING) return 0.5 / density(x) - series(x);
  let rest = 0;
  for (let n = TERMS; n > 0; n--) rest = n / (x + rest);
  return 1 / (x + rest);
}

/**
 * The probability of 0 to x, divided by the density at x: sum of x^(2n + 1) / (1 * 3 * ... * (2n +
 * 1)).
 * @param {number} x
 */
function series(x) {
  let sum = 0;
  let before = -1;
  let term = x;
  for (let n = 1; sum !== before; n++) {
    before = sum;
    sum += term;
    term *= (x * x) / (2 * n + 1);
  }
  return sum;
}

/**
 * The probability of more than x.
 * @param {number} x
 */
export const upperTail = (x) => (x < 0 ? 1 - density(x) * mills(-x) : density(x) * mills(x));
