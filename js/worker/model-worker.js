import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { TIMER_MAX } from "../common/timeout.js";
import { Connection } from "./connection.js";
import { WorkerModel } from "./model.js";
import { sendableSource } from "./sendable-source.js";
import { newToken } from "./token.js";

/**
 * @typedef {object} WorkerOptions of `createWorker`
 * @property {(error: PocketrecError) => void} [onCrash] is called when the worker crashed. Pending
 *   calls reject with the same error, and the next call starts another worker
 * @property {number} [startTimeout] ms until the worker's script must answer (default 30,000)
 *
 * @import { Source } from "../file/source.js"
 * @import { Fusion } from "../model/load.js"
 * @typedef {Source | Fusion | import("./sendable-source.js").CachedSource} WorkerSource what a
 *   worker loads a model from
 */

/**
 * A worker with models: loading, fitting and ranking do not block the page. It starts with the
 * first model. Made by `createWorker`.
 *
 * @hideconstructor
 */
export class ModelWorker {
  #start;
  #onCrash;
  /** @type {Connection | undefined} */
  #connection;
  #isTerminated = false;
  #startTimeout;
  #token = newToken();
  #lastId = 0;
  /** Objects that are garbage here are released in the worker. */
  #registry = new FinalizationRegistry((/** @type {string} */ id) => this.#connection?.release(id));

  /**
   * @param {(
   *   start: (() => any) | undefined,
   *   signal: AbortSignal,
   * ) => import("./connection.js").Thread | Promise<import("./connection.js").Thread>} start gets
   *   the app's `start`, and a signal that aborts when the worker ends
   * @param {WorkerOptions & { start?: () => unknown }} options
   */
  constructor(start, options) {
    if (options === null || typeof options !== "object")
      throw argumentError("createWorker", "options by name", options);
    const { start: own, onCrash = () => {}, startTimeout = 30_000 } = options;
    if (own !== undefined && typeof own !== "function")
      throw argumentError("start", "a function that returns a Worker", own);
    if (typeof onCrash !== "function") throw argumentError("onCrash", "a function", onCrash);
    assertNumber(startTimeout, "startTimeout", { min: 1, max: TIMER_MAX });
    this.#start = (/** @type {AbortSignal} */ signal) => start(own, signal);
    this.#onCrash = onCrash;
    this.#startTimeout = startTimeout;
  }

  /**
   * As `loadModel` of "pocketrec", in the worker. `{ manifest, name }` loads weights of
   * pocketrec/cache. After a crash the source is read again.
   *
   * @param {WorkerSource} source
   * @param {import("../model/load.js").LoadOptions} [given]
   * @returns {Promise<WorkerModel>}
   * @throws {PocketrecError} as loadModel, and "worker-crashed"
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * model.kind; // => "gmf"
   * worker.terminate();
   */
  async loadModel(source, given = {}) {
    const { signal, onProgress, ...options } = given ?? {};
    const model = new WorkerModel(this, await sendableSource(source, signal), options);
    await model.idIn(this.connect(), { signal, onProgress });
    return model;
  }

  /**
   * Ends the worker. Later calls of it and its models throw "disposed".
   *
   * @example
   * const worker = createWorker();
   * worker.terminate();
   */
  terminate() {
    this.#isTerminated = true;
    this.#connection?.close(terminated());
  }

  /** The running worker; starts one where none runs. @internal */
  connect() {
    if (this.#isTerminated) throw terminated();
    if (!this.#connection || this.#connection.ended)
      this.#connection = new Connection(this.#startThread, this.#onCrash, this.#startTimeout);
    return this.#connection;
  }

  /** @param {AbortSignal} signal */
  #startThread = (signal) => {
    try {
      const starting = this.#start(signal);
      return "then" in starting ? starting.catch(throwUnstarted) : starting;
    } catch (cause) {
      return throwUnstarted(cause);
    }
  };

  /** A new id for an object in the worker. @param {object} object @internal */
  register(object) {
    const id = `${this.#token}.${++this.#lastId}`;
    this.#registry.register(object, id);
    return id;
  }
}

/**
 * @param {unknown} cause
 * @returns {never}
 */
function throwUnstarted(cause) {
  if (cause instanceof PocketrecError) throw cause;
  throw new PocketrecError("worker-crashed", "worker", "to start", String(cause), { cause });
}

const terminated = () =>
  new PocketrecError("disposed", "worker", "a running worker", "one after terminate()");
