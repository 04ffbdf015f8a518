import { assertFeaturesAlone, isLiveHistory } from "../model/live-history.js";
import { RemoteObject, toList } from "./remote-object.js";

/**
 * @typedef {import("./connection.js").Connection} Connection
 * @typedef {import("./connection.js").CallOptions} CallOptions
 * @typedef {import("../families/interactions.js").Interaction} Interaction
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
 *   unknown> }} Update
 */

/**
 * A user in a worker: the methods and properties of `User`, as promises. Made by
 * `WorkerModel.user`.
 */
export class WorkerUser extends RemoteObject {
  #model;
  #source;
  /** @type {Update[]} all updates, for a user that is created again */
  #updates = [];
  /** @type {import("../history/follower.js").Follower | undefined} */
  #follower;

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {RemoteObject} model
   * @param {any} source the argument of `WorkerModel.user`
   */
  constructor(worker, model, { history, ...source }) {
    super(worker);
    this.#model = model;
    const isLive = isLiveHistory(history);
    /**
     * The history that this user follows, if any.
     * @type {import("../history/history.js").History | undefined}
     */
    this.liveHistory = isLive ? history : undefined;
    if (!isLive && history !== undefined) source.history = toList(history);
    this.#source = source;
  }

  /** @param {Connection} connection */
  async create(connection) {
    const target = await this.#model.idIn(connection);
    this.#follower = this.liveHistory?.follow();
    const step = this.#follower?.changes();
    if (step) this.#follower?.accept(step);
    const args = [step ? { ...this.#source, history: step.add } : this.#source];
    await connection.run({ target, method: "user", args, resultId: this.id });
    for (const update of this.#updates) await this.#send(update, connection);
  }

  /**
   * Sends the changes of the live history before the caller's call: a worker processes calls in
   * order.
   *
   * @param {Connection} connection
   */
  async idIn(connection) {
    await super.idIn(connection);
    const step = this.#follower?.changes();
    if (!step) return this.id;
    this.#follower?.accept(step);
    const { remove, add } = step;
    const updates = [remove.length && { remove }, add.length && { add }].filter((one) => !!one);
    try {
      await Promise.all(updates.map((update) => this.#send(update, connection)));
    } catch (error) {
      this.invalidate();
      throw error;
    }
    return this.id;
  }

  /**
   * @param {Update} update
   * @param {Connection} connection
   */
  #send(update, connection) {
    return connection.run({ target: this.id, method: "update", args: [update] });
  }

  /**
   * As `User.update`.
   *
   * @param {Update} [update]
   * @param {CallOptions} [options]
   * @returns {Promise<this>}
   */
  async update({ add, remove, features } = {}, options) {
    assertFeaturesAlone(this.liveHistory, add ?? remove);
    /** @type {Update} */
    const update = {};
    if (add !== undefined) update.add = toList(add);
    if (remove !== undefined) update.remove = toList(remove);
    if (features !== undefined) update.features = features;
    await this.call("update", [update], options);
    this.#updates.push(update);
    return this;
  }

  /** As `User.vector`. @returns {Promise<Float32Array>} */
  get vector() {
    return this.call("vector");
  }

  /** As `User.items`. @returns {Promise<ItemId[]>} */
  get items() {
    return this.call("items");
  }

  /** As `User.history`. @returns {Promise<{ item: ItemId, rating?: number }[]>} */
  get history() {
    return this.call("history");
  }

  /** As `User.unknown`. @returns {Promise<ItemId[]>} */
  get unknown() {
    return this.call("unknown");
  }
}
