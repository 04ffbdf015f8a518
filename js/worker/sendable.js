import { argumentError, isIterable } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { copyRows } from "../common/interaction-rows.js";

/** Arguments that may be interactions in typed arrays. */
const INTERACTIONS = ["history", "add", "exclude"];

/**
 * A value in a form that can be posted: an iterable as a list. Of a typed array only its own part
 * of the buffer is sent, as a copy where other threads share it.
 *
 * @param {any} value
 * @param {string} subject the argument, by name
 * @throws {PocketrecError} "bad-argument"
 */
export function toSendable(value, subject) {
  assertNoPromise(value, subject);
  if (ArrayBuffer.isView(value)) {
    const view = /** @type {Uint8Array} */ (value);
    const isOwn = view.buffer instanceof ArrayBuffer;
    return isOwn && view.byteLength === view.buffer.byteLength ? view : view.slice();
  }
  const rows = INTERACTIONS.includes(subject) ? copyRows(value, subject) : undefined;
  if (rows) return rows;
  if (!isIterable(value) || Array.isArray(value)) return value;
  // The iterator of a typed array throws where it is called by a proxy.
  if (value instanceof Object.getPrototypeOf(Uint8Array))
    throw argumentError(subject, "a list or a typed array", "a proxy of a typed array");
  return [...value];
}

/**
 * A copy that later changes of the app's own lists and objects do not reach: an object that is
 * created again after a crash is then the same.
 *
 * @template {Record<string, any>} Values
 * @param {Values} values by name
 * @returns {Values}
 * @throws {PocketrecError} "bad-argument"
 */
export function copyOf(values) {
  const sendable = Object.entries(values).map(([name, value]) => [name, toSendable(value, name)]);
  try {
    return structuredClone(Object.fromEntries(sendable));
  } catch (cause) {
    throw unsendable(cause);
  }
}

/**
 * @param {any} value
 * @param {string} subject
 * @throws {PocketrecError} "bad-argument"
 */
export function assertNoPromise(value, subject) {
  if (typeof value?.then !== "function") return;
  // This error tells what is wrong. A failure of the promise must not end the process too.
  Promise.resolve(value).catch(() => {});
  throw new PocketrecError("bad-argument", subject, "a value", "a promise", {
    hint: "Await it first.",
  });
}

/**
 * An argument cannot be cloned: a function among the options, for example.
 * @param {unknown} cause
 */
export const unsendable = (cause) =>
  new PocketrecError(
    "bad-argument",
    "worker",
    "arguments that can be sent to a worker",
    String(cause),
    { hint: "Pass plain copies: neither functions, nor a framework's proxies.", cause },
  );
