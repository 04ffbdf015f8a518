import assert from "node:assert/strict";

import { PocketrecError } from "../../js/common/errors.js";

/**
 * Asserts that a call is refused with the package's own error, and returns that error.
 *
 * @param {(() => unknown) | Promise<unknown>} attempt a call, or the promise of one
 * @param {string} code the stable `error.code`
 * @param {string | RegExp} [what] a string: the exact `error.subject`; a RegExp: of the message
 * @returns {Promise<PocketrecError>}
 */
export async function assertRefused(attempt, code, what) {
  let error;
  try {
    await (typeof attempt === "function" ? attempt() : attempt);
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error, `refused with "${code}", where nothing was thrown`);
  assert.ok(error instanceof PocketrecError, `a PocketrecError, not ${error.stack ?? error}`);
  assert.equal(error.code, code, error.message);
  if (typeof what === "string") assert.equal(error.subject, what, error.message);
  else if (what) assert.match(error.message, what);
  return error;
}
