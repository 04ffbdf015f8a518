import { proxy, wrap } from "comlink";

import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { unsendable } from "./sendable.js";
import { newToken } from "./token.js";

/**
 * @import { OnProgress } from "../file/source.js"
 *
 * @typedef {object} Call
 * @property {string} call its id
 * @property {string} target the id of the object that is called; "root": see root.js
 * @property {string} method or the name of a property
 * @property {unknown[]} [args]
 * @property {Reference[]} [references] the arguments that are objects in the worker
 * @property {string} [resultId] the id under which the worker keeps the result, instead of sending
 *   it
 * @property {boolean} [isAbortable] whether the method takes `signal` and `onProgress` in its
 *   options, the last argument
 * @property {string} [pieces] the generator that does the method's work, and yields after each
 *   piece of it
 * @property {boolean} [isReading] whether a method in pieces leaves its object as it is: other
 *   calls of the object come between the pieces
 *
 * @typedef {object} Reference
 * @property {number} arg which argument
 * @property {string | number} [key] which of its properties or entries, if it is one
 * @property {string} id
 * @property {import("./remote-object.js").RemoteObject} [object] on the page's side
 *
 * @typedef {Pick<PocketrecError, "code" | "subject" | "expected" | "found" | "hint">} ErrorFields
 * @typedef {{ value: unknown } | { error: ErrorFields }} Outcome a posted Error would lose its
 *   fields, so they are sent as an object
 *
 * @typedef {object} Remote the service in the worker
 * @property {(call: Call, ...onProgress: OnProgress[]) => Promise<Outcome>} run
 * @property {(call: string) => Promise<void>} abort
 * @property {(id: string) => Promise<void>} release
 * @property {() => Promise<boolean>} hello answers once the script runs
 *
 * @typedef {object} Endpoint
 * @property {(...message: any[]) => void} postMessage
 * @property {(type: string, listener: any, options?: {}) => void} addEventListener
 * @property {(type: string, listener: any, options?: {}) => void} removeEventListener
 * @property {() => void} [start]
 *
 * @typedef {object} Thread a worker of the browser or of Node
 * @property {Endpoint} endpoint
 * @property {string} script what runs in it, for errors
 * @property {(listener: (reason: string, hint?: string) => void) => void} onCrash
 * @property {() => void} terminate
 * @property {(isBusy: boolean) => void} [setBusy] in Node: whether the process waits for the thread
 *
 * @typedef {object} CallOptions what each call of a worker takes beside its own options
 * @property {AbortSignal} [signal] ends the wait for the call at once, with "aborted"
 * @property {OnProgress} [onProgress] of calls that load bytes
 */

const NEXT_WORKER =
  "The next call starts another worker, which creates the models and users again.";

/** One worker from its start to its end, and its pending calls. */
export class Connection {
  /** @type {Thread | undefined} */
  #thread;
  /** @type {Remote | undefined} */
  #remote;
  /** Settles when the thread is there, where that takes time. @type {Promise<void> | undefined} */
  #opened;
  /** Aborts when the worker ends. */
  #starting = new AbortController();
  #token = newToken();
  #calls = 0;
  #pending = 0;
  /** @type {(error: PocketrecError) => void} */
  #rejectEnd = () => {};
  /** Rejects when the worker ends. @type {Promise<never>} */
  #end;
  /** Why the worker has ended. @type {PocketrecError | undefined} */
  ended;

  /**
   * @param {(signal: AbortSignal) => Thread | Promise<Thread>} start
   * @param {(error: PocketrecError) => void} onCrash
   * @param {number} startTimeout ms until the script must answer
   */
  constructor(start, onCrash, startTimeout) {
    this.#end = new Promise((_, reject) => (this.#rejectEnd = reject));
    this.#end.catch(() => {}); // Without a pending call there is nothing to reject.
    const end = (/** @type {PocketrecError} */ error) => {
      if (this.ended) return;
      this.close(error);
      onCrash(error);
    };
    const starting = start(this.#starting.signal);
    // Not instanceof: an app may have another Promise (zone.js, a polyfill).
    if ("then" in starting) {
      this.#opened = starting.then((thread) => this.#open(thread, end));
      this.#opened.catch((error) => end(error));
    } else this.#open(starting, end);
    this.#awaitStart(startTimeout).catch((error) => end(error));
  }

  /**
   * @param {Thread} thread
   * @param {(error: PocketrecError) => void} end
   */
  #open(thread, end) {
    this.#thread = thread;
    if (this.ended) return thread.terminate();
    this.#remote = /** @type {any} */ (wrap(thread.endpoint));
    thread.onCrash((reason, hint) => end(crashed(reason, { hint })));
  }

  /**
   * Awaits the first answer in two halves: where the page itself was busy meanwhile, the answer
   * has arrived and is read in the second.
   *
   * @param {number} startTimeout ms
   */
  async #awaitStart(startTimeout) {
    const hello = this.#remote?.hello() ?? this.#opened?.then(() => this.#remote?.hello());
    for (const isLast of [false, true]) {
      try {
        return await wait(Promise.race([hello, this.#end]), "worker", undefined, startTimeout / 2);
      } catch (error) {
        if (this.ended) return undefined;
        const { script } = this.#thread ?? { script: "the package's own script" };
        if (!(error instanceof PocketrecError)) throw crashed(String(error), { script });
        if (isLast) throw silent(script, startTimeout);
      }
    }
  }

  /**
   * Runs a call in the worker.
   *
   * @param {Omit<Call, "call">} what
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   * @throws {PocketrecError} what the method throws; "aborted", "worker-crashed", "disposed";
   *   "bad-argument" where an argument cannot be sent
   */
  async run(what, { signal, onProgress } = {}) {
    throwIfAborted(signal, what.method);
    if (this.ended) throw this.ended;
    if (!this.#remote) await wait(Promise.race([this.#opened, this.#end]), what.method, signal);
    const remote = /** @type {Remote} */ (this.#remote);
    const call = `${this.#token}.${++this.#calls}`;
    const abort = () => void remote.abort(call);
    const progress = guardProgress(onProgress, abort);
    signal?.addEventListener("abort", abort, { once: true });
    if (this.#pending++ === 0) this.#thread?.setBusy?.(true);
    try {
      const callbacks = progress ? [proxy(progress.report)] : [];
      const answer = remote.run({ ...what, call }, ...callbacks).catch((cause) => {
        throw unsendable(cause);
      });
      const first = Promise.race([answer, this.#end, ...(progress ? [progress.failure] : [])]);
      const outcome = await wait(first, what.method, signal);
      if ("value" in outcome) return outcome.value;
      throw errorOf(outcome.error);
    } finally {
      signal?.removeEventListener("abort", abort);
      if (--this.#pending === 0) this.#thread?.setBusy?.(false);
    }
  }

  /** Releases an object in the worker. @param {string} id */
  release(id) {
    if (!this.ended) void this.#remote?.release(id);
  }

  /** Ends the worker. @param {PocketrecError} error pending and later calls throw it */
  close(error) {
    this.ended = error;
    this.#rejectEnd(error);
    this.#starting.abort();
    this.#thread?.terminate();
  }
}

/**
 * An error of the worker, from its fields.
 * @param {ErrorFields} fields
 */
export const errorOf = ({ code, subject, expected, found, hint }) =>
  new PocketrecError(code, subject, expected, found, { hint });

/**
 * Runs the app's onProgress; an error in it ends the call, as it does without a worker.
 *
 * @param {OnProgress | undefined} onProgress
 * @param {() => void} abort
 */
function guardProgress(onProgress, abort) {
  if (!onProgress) return undefined;
  let fail = (/** @type {unknown} */ _error) => {};
  const failure = new Promise((/** @type {(none: never) => void} */ _, reject) => (fail = reject));
  failure.catch(() => {});
  const report = (/** @type {Parameters<OnProgress>[0]} */ progress) => {
    try {
      onProgress(progress);
    } catch (error) {
      abort();
      fail(error);
    }
  };
  return { report, failure };
}

/**
 * @param {string} reason
 * @param {{ script?: string, hint?: string }} [more]
 */
const crashed = (reason, { script, hint = NEXT_WORKER } = {}) =>
  new PocketrecError(
    "worker-crashed",
    "worker",
    "to keep running",
    script ? `${reason}, of ${script}` : reason,
    { hint },
  );

/**
 * @param {string} script
 * @param {number} timeout
 */
const silent = (script, timeout) =>
  new PocketrecError("timeout", "worker", `an answer within ${timeout} ms`, `none of ${script}`, {
    hint: 'The script must be there, and must import "pocketrec/worker-thread".',
  });
