import { PocketrecError } from "../common/errors.js";
import { Link } from "./link.js";
import { WorkerModel } from "./model.js";
import { readable } from "./readable.js";

/**
 * @typedef {object} WorkerOptions
 * @property {(error: PocketrecError) => void} [onCrash] hears when the worker ended by itself;
 *   calls that it had not answered fail with the same error, and the next call starts another
 *   worker
 *
 * @typedef {import("../model/load.js").Source | import("../model/load.js").Fusion
 *   | import("./readable.js").Kept} WorkerSource
 */

/**
 * Models in a worker, all in one, so that loading, fitting and ranking leave the thread of the page
 * alone. The worker starts with the first model. Made by `createWorker`.
 */
export class ModelWorker {
  #start;
  #onCrash;
  /** @type {Link | undefined} */
  #link;
  #isTerminated = false;
  #numbers = 0;
  /** What nobody has any more goes in the worker too. */
  #forgotten = new FinalizationRegistry((/** @type {number} */ number) => this.#link?.drop(number));

  /**
   * @param {() => import("./link.js").Thread} start
   * @param {WorkerOptions} options
   */
  constructor(start, { onCrash = () => {} }) {
    this.#start = start;
    this.#onCrash = onCrash;
  }

  /**
   * As `loadModel` of "pocketrec", in the worker; also `{ manifest, name }`, weights of
   * pocketrec/cache. What the app gives is read again where the worker has to be replaced.
   *
   * @param {WorkerSource} source
   * @param {import("../model/load.js").LoadOptions} [options]
   * @returns {Promise<WorkerModel>}
   * @throws {PocketrecError} as loadModel, and "worker-crashed"
   */
  async loadModel(source, { signal, onProgress, ...options } = {}) {
    const asked = { signal, onProgress };
    const model = new WorkerModel(this, await readable(source, signal), options);
    await model.numberIn(this.link(), asked);
    return model;
  }

  /** Ends the worker. Whatever is asked of it or its models afterwards throws "disposed". */
  terminate() {
    this.#isTerminated = true;
    this.#link?.end(gone());
  }

  /** The worker, or one in place of one that crashed. @internal */
  link() {
    if (this.#isTerminated) throw gone();
    if (!this.#link || this.#link.ended) this.#link = new Link(this.#start(), this.#onCrash);
    return this.#link;
  }

  /** A number for an object in the worker. @param {object} handle @internal */
  register(handle) {
    this.#forgotten.register(handle, ++this.#numbers);
    return this.#numbers;
  }
}

const gone = () => new PocketrecError("disposed", "worker", "one in use", "one after terminate()");
