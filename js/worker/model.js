/// <reference lib="esnext.disposable" preserve="true" />
import { PocketrecError } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { WorkerPack } from "./pack.js";
import { RemoteObject } from "./remote-object.js";
import { sendableSource } from "./sendable-source.js";
import { WorkerUser } from "./user.js";

/**
 * @typedef {import("./connection.js").CallOptions} CallOptions
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../file/item-ids.js").ItemList} ItemList
 * @typedef {ItemList | WorkerPack} Items
 * @typedef {import("../model/model.js").Model} Model
 *
 * @typedef {{ version: string, source: "cache" | "network", warning?: { code: string, message:
 *   string } }} Weights
 *
 * @typedef {object} ModelDescription
 * @property {Model["kind"]} kind
 * @property {Model["info"]} info
 * @property {number} itemCount
 * @property {number} bytes
 * @property {Model["simd"]} simd
 * @property {Weights} [weights]
 */

/**
 * A model in a worker: the methods of `Model`, as promises. Each call also takes a `signal`, which
 * ends the wait for it at once.
 *
 *     const user = await model.user({ history: [260, 1196] });
 *     const top = await model.rank(user, candidates, { topK: 20, signal });
 */
export class WorkerModel extends RemoteObject {
  #worker;
  #source;
  #options;
  #isDisposed = false;
  /** @type {ModelDescription} */
  #description = /** @type {any} */ (undefined);

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {unknown} source of sendableSource
   * @param {object} options
   */
  constructor(worker, source, options) {
    super(worker);
    this.#worker = worker;
    this.#source = source;
    this.#options = options;
  }

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {CallOptions} [options]
   */
  async create(connection, options) {
    if (this.#isDisposed)
      throw new PocketrecError("disposed", "model", "a model in use", "one after dispose()");
    const args = [this.#source, this.#options];
    const call = { target: 0, method: "loadModel", args, resultId: this.id, isAbortable: true };
    this.#description = await connection.run(call, options);
  }

  /** As `Model.kind`. */
  get kind() {
    return this.#description.kind;
  }

  /** As `Model.info`. */
  get info() {
    return this.#description.info;
  }

  /** How many items the model knows. */
  get itemCount() {
    return this.#description.itemCount;
  }

  /** How many bytes of memory the model took when it was loaded. */
  get bytes() {
    return this.#description.bytes;
  }

  /** The instruction set in use. */
  get simd() {
    return this.#description.simd;
  }

  /** Where the weights of a manifest came from; undefined for other sources. */
  get weights() {
    return this.#description.weights;
  }

  /**
   * As `Model.user`. A history of pocketrec/history stays on this side, and the user in the worker
   * follows it.
   *
   * @param {NonNullable<Parameters<Model["user"]>[0]>} [source]
   * @param {CallOptions} [options]
   * @returns {Promise<WorkerUser>}
   */
  async user(source = {}, options) {
    const user = new WorkerUser(this.#worker, this, source);
    await wait(user.idIn(this.#worker.connect()), "user", options?.signal);
    return user;
  }

  /**
   * As `Model.score`.
   *
   * @param {WorkerUser} user
   * @param {Items} items
   * @param {{ raw?: boolean } & CallOptions} [options]
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
   * @param {{ topK?: number, exclude?: ItemList, raw?: boolean } & CallOptions} [options]
   * @returns {Promise<import("../model/model.js").Ranked[]>}
   */
  rank(user, candidates, options = {}) {
    return this.call("rank", [user, candidates, options], options);
  }

  /**
   * As `Model.recommend`.
   *
   * @param {WorkerUser} user
   * @param {{ topK?: number, exclude?: ItemList, raw?: boolean } & CallOptions} [options]
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
   * @param {{ topK?: number, pack?: WorkerPack } & CallOptions} [options]
   * @returns {Promise<import("../model/model.js").Reason[]>}
   */
  explain(user, item, options = {}) {
    return this.call("explain", [user, item, options], options);
  }

  /**
   * As `Model.vectors`.
   *
   * @param {Items} items
   * @param {CallOptions} [options]
   * @returns {Promise<Float32Array>}
   */
  vectors(items, options) {
    return this.call("vectors", [items], options);
  }

  /**
   * As `Model.openCandidates`.
   *
   * @param {import("../file/source.js").Source} source
   * @param {CallOptions} [options]
   * @returns {Promise<WorkerPack>}
   */
  async openCandidates(source, options = {}) {
    const sendable = await sendableSource(source, options.signal);
    const pack = new WorkerPack(this.#worker, this, sendable);
    await pack.idIn(this.#worker.connect(), options);
    return pack;
  }

  /** Releases the memory. Later calls throw "disposed". `await using` calls it too. */
  async dispose() {
    if (this.#isDisposed) return;
    await this.call("dispose");
    this.#isDisposed = true;
    this.invalidate();
  }

  /** `await using` calls it, in engines that have the symbol. */
  [Symbol.asyncDispose]() {
    return this.dispose();
  }
}
