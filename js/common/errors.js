/** @typedef {keyof typeof import("./error-codes.js").ERROR_CODES} ErrorCode */

/**
 * The only error class of this package. Each entry has a copy of the class; `instanceof` accepts an
 * error of any copy.
 */
export class PocketrecError extends Error {
  /** @param {unknown} value */
  static [Symbol.hasInstance](value) {
    return value instanceof Error && value.name === "PocketrecError";
  }

  /**
   * @param {ErrorCode} code
   * @param {string} subject name of the tensor, argument or URL that is wrong
   * @param {string} expected
   * @param {string} found
   * @param {{ hint?: string, cause?: unknown }} [more] hint: how to fix it, a sentence
   */
  constructor(code, subject, expected, found, { hint, cause } = {}) {
    super(`${subject}: expected ${expected}, found ${found}.${hint ? ` ${hint}` : ""}`, { cause });
    this.name = "PocketrecError";
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
    this.hint = hint;
  }
}

/**
 * A value as text of at most 80 characters, for a message.
 * @param {unknown} value
 */
export function show(value) {
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function")
    return String(value);
  if (typeof value === "number" || value === undefined) return `${value}`;
  let text;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * @param {AbortSignal} [signal]
 * @param {string} [subject] the operation that stops
 * @throws {PocketrecError} "aborted"
 */
export function throwIfAborted(signal, subject = "loadModel") {
  if (!signal?.aborted) return;
  throw new PocketrecError("aborted", subject, "to finish", "an abort", { cause: signal.reason });
}
