/// <reference lib="esnext.disposable" preserve="true" />
import { PocketrecError, show } from "../common/errors.js";
import { isIterable } from "../common/arguments.js";
import { wait } from "../common/timeout.js";
import { WorkerPack } from "./pack.js";
import { RemoteObject } from "./remote-object.js";
import { assertNoPromise } from "./sendable.js";
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
  /** What must not differ after a crash. @type {string | undefined} */
  #identity;

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
    const call = {
      target: "root",
      method: "loadModel",
      args,
      resultId: this.id,
      isAbortable: true,
    };
    const description = await connection.run(call, options);
    const identity = JSON.stringify([description.info, description.itemCount]);
    this.#identity ??= identity;
    // Its users' vectors are of the weights that were read before.
    if (identity !== this.#identity)
      throw new PocketrecError("integrity", "model", "the same weights after a crash", "others", {
        hint: "Load the model again, and create its users again.",
      });
    this.#description = description;
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
   * @param {CallOptions} [options] signal: also ends the fit in the worker
   * @returns {Promise<WorkerUser>}
   */
  async user(source = {}, options) {
    if (source === null || typeof source !== "object")
      throw new PocketrecError("bad-argument", "user", "what is known of the user", show(source));
    const user = new WorkerUser(this.#worker, this, source);
    await wait(user.idIn(this.#worker.connect(), options), "user", options?.signal);
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
  async score(user, items, options) {
    this.#assertUser(user);
    this.#assertItems(items);
    return this.call("score", { user, items, options }, readOptions(options));
  }

  /**
   * As `Model.rank`.
   *
   * @param {WorkerUser} user
   * @param {Items} candidates
   * @param {{ topK?: number, exclude?: ItemList, raw?: boolean } & CallOptions} [options]
   * @returns {Promise<import("../model/model.js").Ranked[]>}
   */
  async rank(user, candidates, options) {
    this.#assertUser(user);
    this.#assertItems(candidates);
    return this.call("rank", { user, candidates, options }, readOptions(options));
  }

  /**
   * As `Model.recommend`.
   *
   * @param {WorkerUser} user
   * @param {{ topK?: number, exclude?: ItemList, raw?: boolean } & CallOptions} [options]
   * @returns {Promise<import("../model/model.js").Recommendation[]>}
   */
  async recommend(user, options) {
    this.#assertUser(user);
    return this.call("recommend", { user, options }, readOptions(options));
  }

  /**
   * As `Model.explain`.
   *
   * @param {WorkerUser} user
   * @param {ItemId} item
   * @param {{ topK?: number, pack?: WorkerPack } & CallOptions} [options]
   * @returns {Promise<import("../model/model.js").Reason[]>}
   */
  async explain(user, item, options) {
    this.#assertUser(user);
    if (options?.pack !== undefined) this.#assertItems(options.pack);
    return this.call("explain", { user, item, options }, readOptions(options));
  }

  /**
   * As `Model.vectors`.
   *
   * @param {Items} items
   * @param {CallOptions} [options]
   * @returns {Promise<Float32Array>}
   */
  async vectors(items, options) {
    this.#assertItems(items);
    return this.call("vectors", { items }, readOptions(options));
  }

  /**
   * As `Model.openCandidates`.
   *
   * @param {import("../file/source.js").Source} source
   * @param {CallOptions} [given]
   * @returns {Promise<WorkerPack>}
   */
  async openCandidates(source, given) {
    const options = readOptions(given);
    const sendable = await sendableSource(source, options.signal);
    const pack = new WorkerPack(this.#worker, this, sendable);
    await pack.idIn(this.#worker.connect(), options);
    return pack;
  }

  /**
   * Releases the memory. Later calls throw "disposed", and so do fits that run in the worker.
   * `await using` calls it too.
   */
  async dispose() {
    const isThere = !this.#isDisposed && this.exists;
    this.#isDisposed = true;
    if (!isThere) return;
    const connection = this.#worker.connect();
    const target = await this.idIn(connection);
    this.invalidate();
    await connection.run({ target, method: "dispose" });
  }

  /** `await using` calls it, in engines that have the symbol. */
  [Symbol.asyncDispose]() {
    return this.dispose();
  }

  /** @param {unknown} user */
  #assertUser(user) {
    assertNoPromise(user, "user");
    const stranger =
      user instanceof WorkerUser
        ? RemoteObject.strangerOf(user, this)
        : typeof (/** @type {any} */ (user)?.update) === "function"
          ? "one of a model without a worker"
          : show(user);
    if (stranger === undefined) return;
    throw new PocketrecError("bad-argument", "user", "what this model's user() returned", stranger);
  }

  /** @param {any} items a list, or a pack, which must be of this model */
  #assertItems(items) {
    assertNoPromise(items, "candidates");
    const stranger =
      items instanceof WorkerPack
        ? RemoteObject.strangerOf(items, this)
        : typeof items === "object" && !isIterable(items) && items?.itemCount !== undefined
          ? "one of a model without a worker"
          : undefined;
    if (stranger === undefined) return;
    const expected = "a pack that this model opened";
    throw new PocketrecError("bad-argument", "candidates", expected, stranger);
  }
}

/**
 * @template {CallOptions} Options
 * @param {Options | undefined} options
 * @returns {CallOptions}
 */
function readOptions(options = /** @type {Options} */ ({})) {
  if (options === null || typeof options !== "object")
    throw new PocketrecError("bad-argument", "options", "options by name", show(options));
  const { signal } = options;
  if (signal === undefined || typeof signal?.addEventListener === "function") return options;
  throw new PocketrecError("bad-argument", "signal", "an AbortSignal", show(signal));
}
