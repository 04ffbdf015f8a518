import { PocketrecError } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { Handle } from "./handle.js";
import { WorkerPack } from "./pack.js";
import { readable } from "./readable.js";
import { WorkerUser } from "./user.js";

/**
 * @typedef {import("./link.js").Asked} Asked
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../file/item-ids.js").ItemList | WorkerPack} Items
 * @typedef {import("../model/model.js").Model} Model
 */

/**
 * A model in a worker: what `Model` offers, as promises. Each call takes a `signal` too, which ends
 * the waiting for it at once.
 */
export class WorkerModel extends Handle {
  #worker;
  #source;
  #options;
  #isDisposed = false;
  /**
   * @type {{ kind: Model["kind"], info: Model["info"], itemCount: number, bytes: number, simd:
   *   Model["simd"], weights?: Weights }}
   */
  #known = /** @type {any} */ (undefined);

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {unknown} source one that can be sent, and read again
   * @param {object} options
   */
  constructor(worker, source, options) {
    super(worker);
    this.#worker = worker;
    this.#source = source;
    this.#options = options;
  }

  /**
   * @param {import("./link.js").Link} link
   * @param {Asked} [asked]
   */
  async make(link, asked) {
    if (this.#isDisposed)
      throw new PocketrecError("disposed", "model", "one in use", "one after dispose()");
    const args = [this.#source, this.#options];
    this.#known = await link.run(
      { target: 0, method: "loadModel", args, keep: this.number, canStop: true },
      asked,
    );
  }

  /** As Model has it. */
  get kind() {
    return this.#known.kind;
  }

  /** As Model has it. */
  get info() {
    return this.#known.info;
  }

  /** How many items the model knows. */
  get itemCount() {
    return this.#known.itemCount;
  }

  /** Bytes of memory that the model held when it was loaded. */
  get bytes() {
    return this.#known.bytes;
  }

  /** The instruction set in use. */
  get simd() {
    return this.#known.simd;
  }

  /**
   * Of weights that a manifest names: which, and where they came from.
   * @typedef {{ version: string, source: "cache" | "network", warning?: { code: string, message:
   *   string } }} Weights
   */
  get weights() {
    return this.#known.weights;
  }

  /**
   * As `Model.user`. A history of pocketrec/history stays on this side, and the user in the worker
   * follows it.
   *
   * @param {NonNullable<Parameters<Model["user"]>[0]>} [who]
   * @param {Asked} [asked]
   * @returns {Promise<WorkerUser>}
   */
  async user(who = {}, asked) {
    const user = new WorkerUser(this.#worker, this, who);
    await wait(user.numberIn(this.#worker.link()), "user", asked?.signal);
    return user;
  }

  /**
   * As `Model.score`.
   *
   * @param {WorkerUser} user
   * @param {Items} items
   * @param {{ raw?: boolean } & Asked} [options]
   * @returns {Promise<Float32Array>}
   */
  score(user, items, options = {}) {
    return this.call("score", [user, items, options], options);
  }

  /**
   * As `Model.rank`.
   *
   * @param {WorkerUser} user
   * @param {Items} candidates
   * @param {{ topK?: number, exclude?: import("../file/item-ids.js").ItemList, raw?: boolean } &
   *   Asked} [options]
   * @returns {Promise<import("../model/model.js").Ranked[]>}
   */
  rank(user, candidates, options = {}) {
    return this.call("rank", [user, candidates, options], options);
  }

  /**
   * As `Model.recommend`.
   *
   * @param {WorkerUser} user
   * @param {{ topK?: number, exclude?: import("../file/item-ids.js").ItemList, raw?: boolean } &
   *   Asked} [options]
   * @returns {Promise<import("../model/model.js").Recommendation[]>}
   */
  recommend(user, options = {}) {
    return this.call("recommend", [user, options], options);
  }

  /**
   * As `Model.explain`.
   *
   * @param {WorkerUser} user
   * @param {ItemId} item
   * @param {{ topK?: number, pack?: WorkerPack } & Asked} [options]
   * @returns {Promise<import("../model/model.js").Reason[]>}
   */
  explain(user, item, options = {}) {
    return this.call("explain", [user, item, options], options);
  }

  /**
   * As `Model.vectors`.
   *
   * @param {Items} items
   * @param {Asked} [options]
   * @returns {Promise<Float32Array>}
   */
  vectors(items, options) {
    return this.call("vectors", [items], options);
  }

  /**
   * As `Model.openCandidates`.
   *
   * @param {import("../file/source.js").Source} source
   * @param {Asked} [options]
   * @returns {Promise<WorkerPack>}
   */
  async openCandidates(source, options = {}) {
    const pack = new WorkerPack(this.#worker, this, await readable(source, options.signal));
    await pack.numberIn(this.#worker.link(), options);
    return pack;
  }

  /** Lets the memory go. A later call throws. */
  async dispose() {
    if (this.#isDisposed) return;
    await this.call("dispose");
    this.#isDisposed = true;
    this.lose();
  }
}
