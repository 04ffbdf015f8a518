import { argumentError } from "../common/arguments.js";

/**
 * @typedef {"exact" | "fast"} Precision how lists are found: "exact" scores every candidate in
 *   float32; "fast" estimates all in integers, and scores in float32 those that may be among the
 *   best (docs/precision.md)
 */

/**
 * @param {unknown} precision
 * @returns {boolean | undefined} whether it is "fast"; undefined: not given
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readPrecision(precision) {
  if (precision === undefined) return undefined;
  if (precision === "exact" || precision === "fast") return precision === "fast";
  throw argumentError("precision", '"exact" or "fast"', precision);
}
