import { PocketrecError } from "../common/errors.js";
import { Connection } from "./connection.js";
import { WorkerModel } from "./model.js";
import { sendableSource } from "./sendable-source.js";

/**
 * @typedef {object} WorkerOptions
 * @property {(error: PocketrecError) => void} [onCrash] is called when the worker crashed. Pending
 *   calls reject with the same error, and the next call starts another worker
 *
 * @typedef {import("../model/load.js").Source} Source
 * @typedef {import("../model/load.js").Fusion} Fusion
 * @typedef {Source | Fusion | import("./sendable-source.js").CachedSource} WorkerSource
 */

/**
 * A worker with models: loading, fitting and ranking do not block the page. It starts with the
 * first model. Made by `createWorker`.
 */
export class ModelWorker {
  #start;
  #onCrash;
  /** @type {Connection | undefined} */
  #connection;
  #isTerminated = false;
  #lastId = 0;
  /** Objects that are garbage here are released in the worker. */
  #registry = new FinalizationRegistry((/** @type {number} */ id) => this.#connection?.release(id));

  /**
   * @param {() => import("./connection.js").Thread} start
   * @param {WorkerOptions} options
   */
  constructor(start, { onCrash = () => {} }) {
    this.#start = start;
    this.#onCrash = onCrash;
  }

  /**
   * As `loadModel` of "pocketrec", in the worker. `{ manifest, name }` loads weights of
   * pocketrec/cache. After a crash the source is read again.
   *
   *     const manifest = "/models/manifest.json";
   *     const model = await worker.loadModel({ manifest, name: "movies" });
   *
   * @param {WorkerSource} source
   * @param {import("../model/load.js").LoadOptions} [options]
   * @returns {Promise<WorkerModel>}
   * @throws {PocketrecError} as loadModel, and "worker-crashed"
   */
  async loadModel(source, { signal, onProgress, ...options } = {}) {
    const model = new WorkerModel(this, await sendableSource(source, signal), options);
    await model.idIn(this.connect(), { signal, onProgress });
    return model;
  }

  /** Ends the worker. Later calls of it and its models throw "disposed". */
  terminate() {
    this.#isTerminated = true;
    this.#connection?.close(terminated());
  }

  /** The running worker; starts one where none runs. @internal */
  connect() {
    if (this.#isTerminated) throw terminated();
    if (!this.#connection || this.#connection.ended)
      this.#connection = new Connection(this.#start(), this.#onCrash);
    return this.#connection;
  }

  /** A new id for an object in the worker. @param {object} object @internal */
  register(object) {
    this.#registry.register(object, ++this.#lastId);
    return this.#lastId;
  }
}

const terminated = () =>
  new PocketrecError("disposed", "worker", "a running worker", "one after terminate()");
