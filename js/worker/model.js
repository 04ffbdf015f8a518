/// <reference lib="esnext.disposable" preserve="true" />
import { PocketrecError, show } from "../common/errors.js";
import { isIterable } from "../common/arguments.js";
import { readFilter } from "../common/filter.js";
import { wait } from "../common/timeout.js";
import { WorkerPack } from "./pack.js";
import { RemoteObject } from "./remote-object.js";
import { assertNoPromise, toSendable } from "./sendable.js";
import { sendableSource } from "./sendable-source.js";
import { WorkerUser } from "./user.js";

/**
 * @typedef {import("./connection.js").CallOptions} CallOptions
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../file/item-ids.js").ItemList} ItemList
 * @typedef {ItemList | WorkerPack} Items
 * @typedef {import("../model/model.js").Choice} Choice
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
  /** @type {ItemId[] | undefined} */
  #ids;
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
   * @param {Choice & { raw?: boolean } & CallOptions} [options] a filter that is a function runs on
   *   this side
   * @returns {Promise<import("../model/model.js").Ranked[]>}
   */
  async rank(user, candidates, options) {
    this.#assertUser(user);
    this.#assertItems(candidates);
    const isPack = candidates instanceof WorkerPack;
    const list = isPack ? candidates : toSendable(candidates, "candidates");
    const items = isPack ? candidates.items : list;
    const chosen = await this.#withFilter(options, items);
    return this.call("rank", { user, candidates: list, options: chosen }, readOptions(options));
  }

  /**
   * As `Model.recommend`.
   *
   * @param {WorkerUser} user
   * @param {Choice & { raw?: boolean } & CallOptions} [options] a filter that is a function runs on
   *   this side, over all ids
   * @returns {Promise<import("../model/model.js").Recommendation[]>}
   */
  async recommend(user, options) {
    this.#assertUser(user);
    const chosen = await this.#withFilter(options);
    return this.call("recommend", { user, options: chosen }, readOptions(options));
  }

  /**
   * As `Model.similar`.
   *
   * @param {ItemId} item
   * @param {Choice & CallOptions} [options] as in `recommend`
   * @returns {Promise<import("../model/model.js").Recommendation[]>}
   */
  async similar(item, options) {
    const chosen = await this.#withFilter(options);
    return this.call("similar", { item, options: chosen }, readOptions(options));
  }

  /**
   * As `Model.has`.
   *
   * @param {ItemId} item
   * @returns {Promise<boolean>}
   */
  has(item) {
    return this.call("has", { item });
  }

  /** As `Model.ids`. @returns {Promise<ItemId[]>} */
  async ids() {
    const ids = (this.#ids ??= await this.call("ids"));
    return [...ids];
  }

  /**
   * A function cannot be sent to a worker: the ids for which it is true are sent in its place.
   *
   * @template {Choice} Options
   * @param {Options | undefined} options
   * @param {any} [items] the items in question; default, and for rows: all
   * @returns {Promise<Options | undefined>}
   */
  async #withFilter(options, items) {
    // A list, which is refused in the worker, has a method of that name.
    if (typeof options?.filter !== "function" || Array.isArray(options)) return options;
    const isAllowed = readFilter(options.filter, () => []);
    const isList = isIterable(items) && !(items instanceof Uint32Array);
    const ids = isList ? [.../** @type {Iterable<ItemId>} */ (items)] : await this.ids();
    return { ...options, filter: ids.filter(isAllowed) };
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
