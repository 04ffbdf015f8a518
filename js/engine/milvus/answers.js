import { show } from "../../common/errors.js";

/**
 * What the Node client of Milvus answers and throws. It throws gRPC's errors, answers of Milvus
 * that are failures (objects, not errors), and a TypeError where it does not expect the failure of
 * a search, as that of a missing collection. Other failures it returns as a status.
 *
 * @import { Explanation } from "../engine.js"
 *
 * @typedef {object} Status of an answer
 * @property {number} [code] of Milvus, 0 where all is well
 * @property {string | number} [error_code] of Milvus before 2.3, "Success" where all is well
 * @property {string} [reason]
 * @property {boolean} [retriable]
 */

/** Codes of Milvus (its pkg/util/merr) that mean more to an app than that the engine failed. */
const RATE_LIMIT = 8;
const NOT_FOUND = [100, 800]; // the collection, the database
const NOT_LOADED = [101, 103, 201, 202];
const WRONG_REQUEST = [6, 1100, 1101, 1102, 2201]; // 6: of Milvus Lite
const NOT_ALLOWED = [1400, 1401, 1800];

/** Codes of gRPC. */
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** An answer that is a failure. */
export class StatusError extends Error {
  /** @param {Status} status */
  constructor(status) {
    super(status.reason || show(status));
    this.status = status;
  }
}

/**
 * The answer, if it is none of a failure.
 *
 * @param {any} answer with a status, or a status
 * @throws {StatusError}
 */
export function given(answer) {
  const status = statusOf(answer);
  if (isFailure(status)) throw new StatusError(status);
  return answer;
}

/** @param {any} answer */
const statusOf = (answer) => answer?.status ?? answer ?? {};

/** @param {Status} status */
const isFailure = ({ code, error_code: name }) =>
  Boolean(code) || (name !== undefined && name !== "Success" && name !== 0);

/** @param {Status} status */
export const isMissing = ({ code = 0 }) => NOT_FOUND.includes(code);

/**
 * @param {any} error
 * @returns {Explanation}
 */
export function explain(error) {
  if (error instanceof StatusError) return explainStatus(error.status);
  if (error instanceof Error && typeof (/** @type {any} */ (error).code) === "number")
    return explainGrpc(/** @type {any} */ (error));
  const status = statusOf(error);
  if (!(error instanceof Error) && isFailure(status)) return explainStatus(status);
  return { code: "engine", found: String(error) };
}

/**
 * @param {Status} status
 * @returns {Explanation}
 */
function explainStatus({ code = 0, reason = "", retriable = false }) {
  const found = reason.replaceAll(/\s+/g, " ") || `code ${code}`;
  if (NOT_FOUND.includes(code))
    return { code: "not-found", found, hint: "Was it dropped or renamed? Make it and fill it." };
  if (NOT_LOADED.includes(code))
    return { code: "engine", found, hint: "Call refresh() of the index, which loads it." };
  if (NOT_ALLOWED.includes(code)) return { code: "not-allowed", found, hint: RIGHTS };
  const isTransient = retriable || code === RATE_LIMIT;
  return { code: WRONG_REQUEST.includes(code) ? "bad-argument" : "engine", found, isTransient };
}

const RIGHTS = "Check the client's username, password or token, and the rights of its role.";

/**
 * @param {{ code: number, details?: string, message: string }} error
 * @returns {Explanation}
 */
function explainGrpc({ code, details, message }) {
  const found = details || message;
  if (code === UNAVAILABLE)
    return { code: "network", found, hint: "Does the engine run there?", isTransient: true };
  if (code === DEADLINE_EXCEEDED) return { code: "timeout", found, isTransient: true };
  if (code === UNAUTHENTICATED || code === PERMISSION_DENIED)
    return { code: "not-allowed", found, hint: RIGHTS };
  return { code: "engine", found, isTransient: code === RESOURCE_EXHAUSTED };
}
