// The values that the examples of the reference state.
import assert from "node:assert/strict";

/**
 * Asserts that a value is as stated: numbers to the digits of the shorter one, the rest exactly.
 *
 * @param {unknown} value
 * @param {unknown} stated
 */
export function assertGives(value, stated) {
  assert.deepEqual(roundedAs(value, stated), stated);
}

/** A value with its numbers rounded as they are in another. */
function roundedAs(value, stated) {
  if (typeof value === "number" && typeof stated === "number")
    return Number(value.toFixed(`${stated}`.split(".")[1]?.length ?? 0)) + 0;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one, at) => roundedAs(one, stated?.[at]));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, roundedAs(one, stated?.[name])]),
  );
}
