/**
 * The tail of the normal distribution, to nearly all digits of a double at any distance: privacy is
 * decided there.
 */

/** Terms of the continued fraction: at CROSSING, where it converges slowest, all digits. */
const TERMS = 200;

/** Below it the series loses few digits to cancellation; above it the fraction converges. */
const CROSSING = 2;

/** @param {number} x */
export const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Mills' ratio: the tail above x, divided by the density at x. Unlike both it does not underflow.
 *
 * @param {number} x from 0
 */
export function mills(x) {
  if (x < CROSSING) return 0.5 / density(x) - series(x);
  let fraction = 0;
  for (let n = TERMS; n > 0; n--) fraction = n / (x + fraction);
  return 1 / (x + fraction);
}

/**
 * The probability of 0 to x, divided by the density at x: the sum of x^(2n + 1) / (1 * 3 * ... *
 * (2n + 1)).
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
