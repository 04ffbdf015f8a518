import { checkOptions } from "../common/options.js";
import { assertFeaturesAlone, isLiveHistory } from "../model/live-history.js";
import { errorOf } from "./connection.js";
import { RemoteObject } from "./remote-object.js";
import { copyOf } from "./sendable.js";

/**
 * @import { Connection } from "./connection.js"
 * @import { CallOptions } from "./connection.js"
 * @import { Interaction } from "../families/interactions.js"
 * @import { ItemId } from "../common/ids.js"
 * @typedef {import("../model/user.js").Changes} Update
 */

/**
 * A user in a worker: the methods and properties of `User`, as promises. Made by
 * `WorkerModel.user`.
 *
 * @hideconstructor
 */
export class WorkerUser extends RemoteObject {
  #model;
  #source;
  /** @type {Update[]} all updates, for a user that is created again */
  #updates = [];
  #isUpdated = false;
  /** @type {import("../history/follower.js").Follower | undefined} */
  #follower;

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {RemoteObject} model
   * @param {any} source the argument of `WorkerModel.user`
   */
  constructor(worker, model, { history, ...source }) {
    super(worker, model);
    this.#model = model;
    const isLive = isLiveHistory(history);
    /**
     * The history that this user follows, if any.
     * @type {import("../history/history.js").History | undefined}
     */
    this.liveHistory = isLive ? history : undefined;
    this.#source = copyOf(isLive || history === undefined ? source : { ...source, history });
  }

  /**
   * A user without a vector begins with no history, which is then added in pieces: a fit can be
   * aborted.
   *
   * @param {Connection} connection
   * @param {CallOptions} [options]
   * @internal
   */
  async create(connection, options) {
    const target = await this.#model.idIn(connection);
    this.#follower = this.liveHistory?.follow();
    const step = this.#follower?.changes();
    if (step) this.#follower?.accept(step);
    const source = step ? { ...this.#source, history: step.add } : this.#source;
    const { history: add, ...rest } = source;
    const isAdded = add !== undefined && source.vector === undefined;
    const args = [isAdded ? { ...rest, history: [] } : source];
    await connection.run({ target, method: "user", args, resultId: this.id }, options);
    if (isAdded) await this.#send({ add }, connection, options, true);
    for (const update of this.#updates) await this.#send(update, connection, options);
  }

  /**
   * Sends the changes of the live history before the caller's call: a worker processes calls of a
   * user in order.
   *
   * @param {Connection} connection
   * @param {CallOptions} [options]
   * @internal
   */
  async idIn(connection, options) {
    await super.idIn(connection, options);
    const step = this.#follower?.changes();
    if (!step) return this.id;
    this.#follower?.accept(step);
    const { remove, add } = step;
    const updates = [remove.length && { remove }, add.length && { add }].filter((one) => !!one);
    try {
      await Promise.all(updates.map((update) => this.#send(update, connection, {}, true)));
    } catch (error) {
      this.invalidate();
      throw error;
    }
    return this.id;
  }

  /**
   * @param {Update} update
   * @param {Connection} connection
   * @param {CallOptions} [options]
   * @param {boolean} [isHistory] as in `User.updating`
   */
  #send(update, connection, { signal } = {}, isHistory = false) {
    const args = [update, isHistory];
    const call = { target: this.id, method: "update", args, pieces: "updating" };
    return connection.run(call, { signal });
  }

  /**
   * As `User.update`.
   *
   * @param {Update} [changes]
   * @param {CallOptions} [options]
   * @returns {Promise<this>}
   *
   * @example
   * const worker = createWorker();
   * const model = await worker.loadModel(books);
   * const user = await model.user({ history: ["One Glove"] });
   * await user.update({ add: ["Cold Ink"], remove: ["One Glove"] });
   * await user.items; // => ["Cold Ink"]
   * worker.terminate();
   */
  async update(changes, options) {
    const { add, remove, features } = checkOptions(changes, "update", "add remove features");
    assertFeaturesAlone(this.liveHistory, add ?? remove);
    const given = Object.entries({ add, remove, features }).filter(
      ([, value]) => value !== undefined,
    );
    const update = copyOf(Object.fromEntries(given));
    try {
      await this.call("update", { update }, { ...options, pieces: "updating" });
    } catch (error) {
      // The abort may have come too late: the user as it was before is created again.
      if (/** @type {any} */ (error).code === "aborted") this.invalidate();
      throw error;
    }
    this.#updates.push(update);
    this.#isUpdated = true;
    return this;
  }

  /** Whether the app has changed the user. @internal */
  get isUpdated() {
    return this.#isUpdated;
  }

  /** As `User.vector`. @returns {Promise<Float32Array<ArrayBuffer>>} */
  get vector() {
    return this.call("vector");
  }

  /** As `User.items`. @returns {Promise<ItemId[]>} */
  get items() {
    return this.call("items");
  }

  /** As `User.history`. @returns {Promise<import("../families/interactions.js").RatedItem[]>} */
  get history() {
    return this.call("history");
  }

  /** As `User.unknown`. @returns {Promise<ItemId[]>} */
  get unknown() {
    return this.call("unknown");
  }

  /** As `User.warning`. @returns {Promise<ReturnType<typeof errorOf> | undefined>} */
  get warning() {
    return this.call("warning").then((fields) => fields && errorOf(fields));
  }
}
