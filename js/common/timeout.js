import { PocketrecError, throwIfAborted } from "./errors.js";

/** The longest delay of `setTimeout`, in ms. */
export const TIMER_MAX = 2 ** 31 - 1;

/**
 * Awaits a promise until a timeout or an abort. The work behind the promise continues.
 *
 * @template T
 * @param {Promise<T> | T} promise
 * @param {string} subject the operation, for the error
 * @param {AbortSignal} [signal]
 * @param {number} [timeout] ms
 * @returns {Promise<T>}
 * @throws {PocketrecError} "timeout", "aborted", and what the promise throws
 */
export async function wait(promise, subject, signal, timeout = Infinity) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {() => void} */
  let stop = () => {};
  const end = new Promise((_, reject) => {
    stop = () => {
      try {
        throwIfAborted(signal, subject);
      } catch (error) {
        reject(error);
      }
    };
    if (timeout <= TIMER_MAX) {
      const expected = `an answer within ${timeout} ms`;
      const error = new PocketrecError("timeout", subject, expected, "none");
      timer = setTimeout(() => reject(error), timeout);
    }
    signal?.addEventListener("abort", stop, { once: true });
    stop();
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([end, promise]));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
