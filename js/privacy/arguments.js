import { argumentError, assertNumber } from "../common/arguments.js";

/**
 * Below these values an answer is almost only noise, and the rounding of doubles would start to
 * matter (docs/private-queries.md).
 */
const MIN_EPSILON = 1e-3;
const MIN_DELTA = 1e-100;

/**
 * @param {unknown} epsilon
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readEpsilon(epsilon) {
  assertNumber(epsilon, "epsilon", { min: MIN_EPSILON, max: Number.MAX_VALUE });
  return /** @type {number} */ (epsilon);
}

/**
 * @param {unknown} delta
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readDelta(delta) {
  if (typeof delta === "number" && delta >= MIN_DELTA && delta < 1) return delta;
  throw argumentError("delta", `a number from ${MIN_DELTA} to below 1`, delta);
}

/**
 * Refuses options of other mechanisms: an app that passes epsilon to buckets expects a guarantee
 * that they do not give.
 *
 * @param {Record<string, unknown>} options
 * @param {string} mechanism
 * @param {string[]} names of the mechanism's own options
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function assertOnly(options, mechanism, names) {
  const known = ["mechanism", "ledger", ...names];
  const other = Object.keys(options).find(
    (name) => options[name] !== undefined && !known.includes(name),
  );
  if (other === undefined) return;
  throw argumentError(other, `an option of ${mechanism} (${names.join(", ")})`, options[other]);
}
