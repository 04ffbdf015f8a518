import { argumentError } from "../common/arguments.js";

/** Of the name as part of a URI, which is the name of the file in Node. */
const MAX_ENCODED_LENGTH = 60;

/**
 * @param {unknown} name of a history
 * @returns {asserts name is string}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function assertHistoryName(name) {
  if (typeof name === "string" && name !== "" && encodedLength(name) <= MAX_ENCODED_LENGTH) return;
  throw argumentError("name", `a string of 1 to ${MAX_ENCODED_LENGTH} characters`, name);
}

/** @param {string} name */
function encodedLength(name) {
  try {
    return encodeURIComponent(name).length;
  } catch {
    return Infinity; // a lone surrogate
  }
}
