import { PocketrecError, throwIfAborted } from "./errors.js";

/** What a timer can count. */
export const TIMER_MAX = 2 ** 31 - 1;

/**
 * A promise, waited for no longer than this and no longer than the signal allows. The work behind
 * it goes on.
 *
 * @template T
 * @param {Promise<T> | T} promise
 * @param {string} subject what is waited for
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
      const late = new PocketrecError(
        "timeout",
        subject,
        `an answer within ${timeout} ms`,
        "none yet",
      );
      timer = setTimeout(() => reject(late), timeout);
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
