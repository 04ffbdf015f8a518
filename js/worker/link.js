import { proxy, wrap } from "comlink";

import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { wait } from "../common/timeout.js";

/**
 * @typedef {object} Call
 * @property {number} call its number
 * @property {number} target whose method: an object's number, or 0 for the package itself
 * @property {string} method or the name of a property
 * @property {unknown[]} [args]
 * @property {number} [keep] the number that the result gets, which then stays here
 * @property {boolean} [canStop] whether the method takes a signal among its options, the last
 *   argument
 *
 * @typedef {Pick<import("../common/errors.js").PocketrecError, "code" | "subject" | "expected"
 *   | "found" | "hint">} Trouble
 * @typedef {{ value: unknown } | { trouble: Trouble }} Outcome errors of ours lose their fields on
 *   the way, so they are told
 *
 * @typedef {object} Remote the service on the other side
 * @property {(call: Call, ...onProgress: import("../file/source.js").OnProgress[]) =>
 *   Promise<Outcome>} run
 * @property {(call: number) => Promise<void>} abort
 * @property {(handle: number) => Promise<void>} drop
 *
 * @typedef {object} Endpoint what messages go through
 * @property {(...message: any[]) => void} postMessage
 * @property {(type: string, listener: any, options?: {}) => void} addEventListener
 * @property {(type: string, listener: any, options?: {}) => void} removeEventListener
 * @property {() => void} [start]
 *
 * @typedef {object} Thread a worker, as the environment has it
 * @property {Endpoint} endpoint
 * @property {(listener: (reason: string) => void) => void} onEnd it ended by itself
 * @property {() => void} terminate
 * @property {(isBusy: boolean) => void} [hold] in Node: whether the process waits for it
 *
 * @typedef {object} Asked
 * @property {AbortSignal} [signal]
 * @property {import("../file/source.js").OnProgress} [onProgress]
 */

/**
 * One worker from its start to its end, and the calls that it has not answered.
 */
export class Link {
  #thread;
  /** @type {Remote} */
  #remote;
  #calls = 0;
  #open = 0;
  /** @type {(error: PocketrecError) => void} */
  #fail = () => {};
  /** @type {Promise<never>} */
  #end;
  /** Why it has ended. @type {PocketrecError | undefined} */
  ended;

  /**
   * @param {Thread} thread
   * @param {(error: PocketrecError) => void} onCrash
   */
  constructor(thread, onCrash) {
    this.#thread = thread;
    this.#end = new Promise((_, reject) => (this.#fail = reject));
    // Calls hear of it, if there are any.
    this.#end.catch(() => {});
    this.#remote = /** @type {any} */ (wrap(thread.endpoint));
    thread.onEnd((reason) => {
      if (this.ended) return;
      const error = new PocketrecError("worker-crashed", "worker", "to work on", reason, {
        hint: "The next call starts another, which makes models and users again.",
      });
      this.end(error);
      onCrash(error);
    });
  }

  /**
   * @param {Omit<Call, "call">} what
   * @param {Asked} [asked]
   * @returns {Promise<any>}
   */
  async run(what, { signal, onProgress } = {}) {
    throwIfAborted(signal, what.method);
    if (this.ended) throw this.ended;
    const call = ++this.#calls;
    const stop = () => void this.#remote.abort(call);
    const progress = guarded(onProgress, stop);
    signal?.addEventListener("abort", stop, { once: true });
    if (this.#open++ === 0) this.#thread.hold?.(true);
    try {
      const answer = this.#remote
        .run({ ...what, call }, ...(progress ? [proxy(progress.hear)] : []))
        .catch(refuse);
      const outcome = await wait(
        Promise.race([answer, this.#end, ...(progress ? [progress.failure] : [])]),
        what.method,
        signal,
      );
      if ("value" in outcome) return outcome.value;
      const { code, subject, expected, found, hint } = outcome.trouble;
      throw new PocketrecError(code, subject, expected, found, { hint });
    } finally {
      signal?.removeEventListener("abort", stop);
      if (--this.#open === 0) this.#thread.hold?.(false);
    }
  }

  /** @param {number} handle */
  drop(handle) {
    if (!this.ended) void this.#remote.drop(handle);
  }

  /** @param {PocketrecError} error what open calls end with */
  end(error) {
    this.ended = error;
    this.#fail(error);
    this.#thread.terminate();
  }
}

/**
 * An error in the app's own function ends the call, as it does without a worker.
 *
 * @param {import("../file/source.js").OnProgress | undefined} onProgress
 * @param {() => void} stop
 */
function guarded(onProgress, stop) {
  if (!onProgress) return undefined;
  let fail = (/** @type {unknown} */ _error) => {};
  const failure = new Promise((/** @type {(none: never) => void} */ _, reject) => (fail = reject));
  failure.catch(() => {});
  const hear = (/** @type {{ loaded: number, total?: number }} */ progress) => {
    try {
      onProgress(progress);
    } catch (error) {
      stop();
      fail(error);
    }
  };
  return { hear, failure };
}

/**
 * A function among the options, or what else cannot be sent.
 * @param {unknown} cause
 * @returns {never}
 */
function refuse(cause) {
  throw new PocketrecError(
    "bad-argument",
    "worker",
    "arguments that can be sent to a worker",
    String(cause),
    { cause },
  );
}
