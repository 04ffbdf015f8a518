/**
 * Natural logarithms that are the same bits in every engine. `Math.log` and `Math.log1p` are not:
 * the language leaves their last bit open, and V8, SpiderMonkey and JavaScriptCore differ in it.
 */

const LN2_HIGH = 0.6931471803691238; // the last 20 bits are 0: products with it are exact
const LN2_LOW = 1.9082149292705877e-10;
const TERMS = 11; // of the series below: the next is under 2^-57 of the sum

/**
 * x = 2^exponent * m with m in [sqrt(1/2), sqrt(2)); with s = (m - 1) / (m + 1),
 * log(m) = 2 * (s + s^3 / 3 + s^5 / 5 + ...).
 *
 * @param {number} x
 * @returns {number} within three units of the last place; NaN and infinities as of Math.log
 */
export function log(x) {
  if (!(x > 0 && x < Infinity)) return Math.log(x);
  const [m, exponent] = split(x);
  const s = (m - 1) / (m + 1);
  let series = 0;
  for (let n = TERMS; n > 0; n--) series = (series + 1 / (2 * n + 1)) * s * s;
  return exponent * LN2_HIGH + (2 * s + (2 * s * series + exponent * LN2_LOW));
}

/**
 * log(1 + x), also for small x (Kahan).
 *
 * @param {number} x
 * @returns {number} within three units of the last place
 */
export function log1p(x) {
  const sum = 1 + x;
  return sum === 1 || sum === Infinity ? x : log(sum) * (x / (sum - 1));
}

/** @param {number} x positive and finite @returns {[m: number, exponent: number]} */
function split(x) {
  const view = new DataView(new ArrayBuffer(8));
  const isSubnormal = x < 2 ** -1022;
  view.setFloat64(0, isSubnormal ? x * 2 ** 54 : x);
  const high = view.getUint32(0);
  view.setUint32(0, (high & 0xfffff) | (1023 << 20));
  const m = view.getFloat64(0);
  const exponent = (high >>> 20) - 1023 - (isSubnormal ? 54 : 0);
  return m < Math.SQRT2 ? [m, exponent] : [m / 2, exponent + 1];
}
