import { cut, plain } from "./text.js";

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
    const parts = `${cut(subject)}: expected ${cut(expected)}, found ${cut(found)}.`;
    super(plain(hint ? `${parts} ${cut(hint)}` : parts), { cause });
    this.name = "PocketrecError";
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
    this.hint = hint;
  }
}

/** A shown value is at most this long. */
const SHOWN_MAX = 80;

/**
 * A value as text of at most 80 characters, for a message. Only what is shown is read: it takes as
 * long for a large value as for a small one. It never throws, and runs no `toJSON` or `toString`.
 *
 * @param {unknown} value
 */
export function show(value) {
  try {
    if (typeof (/** @type {any} */ (value)?.then) === "function") return "a promise (await it)";
    return cut(write(value, SHOWN_MAX + 1), SHOWN_MAX);
  } catch {
    return "an object that cannot be read";
  }
}

/**
 * The start of a value's JSON: `room` characters, or some more. Other objects by their class.
 *
 * @param {unknown} value
 * @param {number} room
 * @returns {string}
 */
function write(value, room) {
  if (typeof value === "string") return JSON.stringify(value.slice(0, SHOWN_MAX));
  if (["bigint", "function", "symbol"].includes(typeof value)) return `a ${typeof value}`;
  if (value === null || typeof value !== "object") return `${value}`;
  const kind = Object.prototype.toString.call(value);
  const isList = Array.isArray(value);
  if (!isList && kind !== "[object Object]") return cut(kind, SHOWN_MAX);
  let text = "";
  const add = (/** @type {string} */ name, /** @type {unknown} */ inner) => {
    text += `${text && ","}${name}${write(inner, room - text.length - 1)}`;
  };
  // Of nested lists each takes a character, so the room limits the depth too.
  if (isList) for (let i = 0; i < value.length && text.length < room; i++) add("", value[i]);
  else
    for (const key in value) {
      if (text.length >= room) break;
      add(`${JSON.stringify(cut(key, SHOWN_MAX))}:`, /** @type {any} */ (value)[key]);
    }
  return isList ? `[${text}]` : `{${text}}`;
}

/**
 * An error whose subject begins with where it happened: a file, an address, a stage. Any other
 * value stays as it is.
 *
 * @template T
 * @param {string | undefined} where
 * @param {T} error
 * @returns {T | PocketrecError}
 */
export function within(where, error) {
  if (!where || !(error instanceof PocketrecError) || error.subject === where) return error;
  const { code, subject, expected, found, hint } = error;
  return new PocketrecError(code, `${where}: ${subject}`, expected, found, { hint, cause: error });
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
