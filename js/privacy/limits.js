import { argumentError, assertNumber } from "../common/arguments.js";

/**
 * Below, an answer is noise, and what doubles lack to real numbers would begin to count
 * (docs/private-queries.md).
 */
const LEAST_EPSILON = 1e-3;
const LEAST_DELTA = 1e-100;

/** @param {unknown} epsilon */
export function demandEpsilon(epsilon) {
  assertNumber(epsilon, "epsilon", { min: LEAST_EPSILON, max: Number.MAX_VALUE });
  return /** @type {number} */ (epsilon);
}

/** @param {unknown} delta */
export function demandDelta(delta) {
  if (typeof delta === "number" && delta >= LEAST_DELTA && delta < 1) return delta;
  throw argumentError("delta", `a number from ${LEAST_DELTA} to below 1`, delta);
}

/**
 * An option of another mechanism is refused: who says epsilon of buckets believes in a promise that
 * they do not make.
 *
 * @param {Record<string, unknown>} options
 * @param {string} mechanism
 * @param {string[]} own
 */
export function demandOnly(options, mechanism, own) {
  const known = ["mechanism", "ledger", ...own];
  const stranger = Object.keys(options).find(
    (name) => options[name] !== undefined && !known.includes(name),
  );
  if (stranger !== undefined)
    throw argumentError(
      stranger,
      `an option of ${mechanism} (${own.join(", ")})`,
      options[stranger],
    );
}
