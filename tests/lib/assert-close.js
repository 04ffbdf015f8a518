import assert from "node:assert/strict";

/** Agreement with float64: relative to the larger of 1 and the value. */
export const TOLERANCE = 1e-5;

/**
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} expected
 * @param {string} [what]
 * @param {number} [tolerance]
 */
export function assertClose(found, expected, what = "", tolerance = TOLERANCE) {
  assert.equal(found.length, expected.length, `${what}: length`);
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    assert.ok(off <= tolerance, `${what}: ${found[i]} instead of ${expected[i]} at ${i}`);
  }
}
