/// <reference lib="esnext.disposable" preserve="true" />
import { PocketrecError, show } from "../common/errors.js";
import { argumentError, isIterable } from "../common/arguments.js";
import { readFilter } from "../common/filter.js";
import { wait } from "../common/timeout.js";
import { excludesOf, readOptions } from "./call-options.js";
import { WorkerPack } from "./pack.js";
import { RemoteObject } from "./remote-object.js";
import { assertNoPromise, toSendable } from "./sendable.js";
import { sendableSource } from "./sendable-source.js";
import { WorkerUser } from "./user.js";

/**
 * @import { CallOptions } from "./connection.js"
 * @import { ItemId } from "../common/ids.js"
 * @import { Choice } from "../model/model-types.js"
 * @import { Model } from "../model/model.js"
 * @import { Precision } from "../model/precision.js"
 * @import { Excluded, Items, ModelDescription, WeightsOrigin } from "./model-types.js"
 */

/**
 * A model in a worker: the methods of `Model`, as promises. Each call also takes a `signal`, which
 * ends the wait for it at once. Each throws what the method of `Model` throws, and "aborted",
 * "disposed" and "worker-crashed".
 *
 * @hideconstructor
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
   * @internal
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
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon"] });
   * await user.items; // => ["The Ninth Moon"]
   * worker.terminate();
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
   * @returns {Promise<Float32Array<ArrayBuffer>>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
   * const [score] = await model.score(user, ["Cold Engines"]);
   * score; // => 0.35
   * worker.terminate();
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
   * @returns {Promise<import("../model/model-types.js").Ranked[]>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
   * const [first] = await model.rank(user, ["One Glove", "Cold Engines"], { topK: 1 });
   * first; // => { item: "Cold Engines", score: 0.35 }
   * worker.terminate();
   */
  async rank(user, candidates, options) {
    this.#assertUser(user);
    const sent = await this.#sendCandidates(candidates, options);
    return this.call("rank", { user, ...sent }, readOptions(options));
  }

  /**
   * Candidates and options in a form that can be sent.
   *
   * @template {Pick<Choice, "filter">} Options
   * @param {Items} candidates
   * @param {Options} [options]
   */
  async #sendCandidates(candidates, options) {
    this.#assertItems(candidates);
    const isPack = candidates instanceof WorkerPack;
    const list = isPack ? candidates : toSendable(candidates, "candidates");
    const items = isPack ? candidates.items : list;
    return { candidates: list, options: await this.#withFilter(options, items) };
  }

  /**
   * As `Model.rankMany`. Other calls of the model come between the lists.
   *
   * @param {Iterable<WorkerUser>} users
   * @param {Items} candidates
   * @param {Omit<Choice, "exclude"> & {
   *   exclude?: Choice["exclude"] | ((user: WorkerUser) => Excluded | Promise<Excluded>),
   *   raw?: boolean,
   *   precision?: Precision,
   * } & CallOptions} [options] a function runs on this side; signal: also ends the work in the
   *   worker
   * @returns {Promise<import("../model/model-types.js").Ranked[][]>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
   * const other = await model.user({ history: ["Cold Engines"] });
   * const candidates = ["One Glove", "Cold Engines"];
   * const lists = await model.rankMany([user, other], candidates, { exclude: (one) => one.items });
   * lists.map(([first]) => first.item); // => ["Cold Engines", "One Glove"]
   * worker.terminate();
   */
  async rankMany(users, candidates, options) {
    assertNoPromise(users, "users");
    if (!isIterable(users)) throw argumentError("users", "a list of users", users);
    const list = [...users];
    list.forEach((user, i) => this.#assertUser(user, `user ${i} of ${list.length}`));
    const sent = await this.#sendCandidates(candidates, options);
    const excludes = await excludesOf(list, options);
    const exclude = excludes ? undefined : options?.exclude;
    const args = { users: list, ...sent, options: { ...sent.options, exclude }, excludes };
    return this.call("rankMany", args, {
      ...readOptions(options),
      pieces: "rankingMany",
      isReading: true,
    });
  }

  /**
   * As `Model.recommend`.
   *
   * @param {WorkerUser} user
   * @param {Choice & { raw?: boolean } & CallOptions} [options] a filter that is a function runs on
   *   this side, over all ids
   * @returns {Promise<import("../model/model-types.js").Recommendation[]>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
   * const list = await model.recommend(user, { topK: 5, signal: AbortSignal.timeout(5000) });
   * list.length; // => 5
   * worker.terminate();
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
   * @returns {Promise<import("../model/model-types.js").Recommendation[]>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const [next] = await model.similar("Cold Engines", { topK: 1 });
   * next.item; // => "Children of the Long Ship"
   * worker.terminate();
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
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * await model.has("Cold Engines"); // => true
   * worker.terminate();
   */
  has(item) {
    return this.call("has", { item });
  }

  /**
   * As `Model.ids`.
   *
   * @returns {Promise<ItemId[]>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * (await model.ids()).length; // => 120
   * worker.terminate();
   */
  async ids() {
    const ids = (this.#ids ??= await this.call("ids"));
    return [...ids];
  }

  /**
   * As `Model.popularity`.
   *
   * @param {Items} items
   * @param {CallOptions} [options]
   * @returns {Promise<Float32Array | undefined>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * [...(await model.popularity(["Cold Engines", "One Glove"]))]; // => [513, 457]
   * worker.terminate();
   */
  async popularity(items, options) {
    this.#assertItems(items);
    return this.call("popularity", { items }, readOptions(options));
  }

  /**
   * A function cannot be sent to a worker: the ids for which it is true are sent in its place.
   *
   * @template {Pick<Choice, "filter">} Options
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
   * @returns {Promise<import("../model/model-types.js").Reason[]>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
   * const [reason] = await model.explain(user, "Cold Engines");
   * reason.item; // => "The Ninth Moon"
   * worker.terminate();
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
   * @returns {Promise<Float32Array<ArrayBuffer>>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * (await model.vectors(["Cold Engines"])).length; // => 8
   * worker.terminate();
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
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
   * const { packMaker } = await import("pocketrec/packs");
   * const { readFile } = await import("node:fs/promises");
   * const maker = packMaker(await readFile(new URL(books)));
   *
   * const pack = await model.openCandidates(maker.pack(["One Glove", "Cold Engines"]));
   * (await model.rank(user, pack))[0].item; // => "Cold Engines"
   * worker.terminate();
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
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * await model.dispose();
   * worker.terminate();
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

  /**
   * @param {unknown} user
   * @param {string} [subject] for the error
   */
  #assertUser(user, subject = "user") {
    assertNoPromise(user, subject);
    const stranger =
      user instanceof WorkerUser
        ? RemoteObject.strangerOf(user, this)
        : typeof (/** @type {any} */ (user)?.update) === "function"
          ? "one of a model without a worker"
          : show(user);
    if (stranger === undefined) return;
    throw new PocketrecError(
      "bad-argument",
      subject,
      "what this model's user() returned",
      stranger,
    );
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
