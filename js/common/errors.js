import { cut, plain } from "./text.js";

/**
 * @typedef {keyof typeof import("./error-codes.js").ERROR_CODES} ErrorCode what went wrong: stable
 *   names, which docs/errors.md lists with cause and way out
 */

/**
 * The only error class of this package: every failure has a stable `code`, and says what was wrong,
 * what was expected, what was found and, where there is one, the way out. docs/errors.md lists the
 * codes. Each entry has a copy of the class; `instanceof` accepts an error of any copy.
 *
 * @example
 * try {
 *   model.score(user, ["No Such Book"]);
 * } catch (error) {
 *   if (!(error instanceof PocketrecError)) throw error;
 *   error.code; // => "unknown-item"
 *   error.found; // => '"No Such Book"'
 * }
 */
export class PocketrecError extends Error {
  /** As Node prints it, also where the class was minified. @internal */
  static name = "PocketrecError";

  /**
   * Whether a value is an error of any copy of this class: `instanceof` calls it.
   *
   * @param {unknown} value
   */
  static [Symbol.hasInstance](value) {
    return value instanceof Error && value.name === "PocketrecError";
  }

  /**
   * Apps seldom need it.
   *
   * @param {ErrorCode} code
   * @param {string} subject name of the tensor, argument or URL that is wrong
   * @param {string} expected in words
   * @param {string} found in words
   * @param {{ hint?: string, cause?: unknown }} [more] hint: how to fix it, a sentence
   */
  constructor(code, subject, expected, found, { hint, cause } = {}) {
    const parts = `${cut(subject)}: expected ${cut(expected)}, found ${cut(found)}.`;
    super(plain(hint ? `${parts} ${cut(hint)}` : parts), { cause });
    this.name = "PocketrecError";
    /** What went wrong: a name that stays the same between versions. */
    this.code = code;
    /** Name of the tensor, argument, file or URL that is wrong. */
    this.subject = subject;
    /** What was expected, in words. */
    this.expected = expected;
    /** What was found instead, in words. */
    this.found = found;
    /** How to mend it, a sentence, where there is one. */
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
