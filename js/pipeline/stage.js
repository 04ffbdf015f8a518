import { PocketrecError, throwIfAborted, within } from "../common/errors.js";
import { wait } from "../common/timeout.js";

/**
 * Runs a stage of a request until it ends or the signal aborts. Its errors carry the stage's name.
 *
 * @template T
 * @param {string} name
 * @param {AbortSignal | undefined} signal
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 * @throws {PocketrecError} "aborted", and `stageError` of what the stage throws
 */
export async function runStage(name, signal, work) {
  try {
    throwIfAborted(signal, "recommend");
    return await wait((async () => work())(), "recommend", signal);
  } catch (error) {
    throwIfAborted(signal, "recommend");
    throw stageError(name, error);
  }
}

/**
 * An error of a stage. An error of the package keeps its code, and its subject begins with the
 * stage's name: "rank: history". Any other becomes "failed", with the original as its cause.
 *
 * @param {string} name
 * @param {unknown} cause
 * @returns {PocketrecError}
 */
export function stageError(name, cause) {
  return cause instanceof PocketrecError
    ? within(name, cause)
    : new PocketrecError("failed", name, "to finish", String(cause), { cause });
}
