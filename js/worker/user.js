import { assertFeaturesAlone, isLiveHistory } from "../model/live-history.js";
import { Handle, sendList } from "./handle.js";

/**
 * @typedef {import("./link.js").Link} Link
 * @typedef {import("./link.js").Asked} Asked
 * @typedef {import("../families/interactions.js").Interaction} Interaction
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
 *   unknown> }} Update
 */

/**
 * A person in a worker: what `User` offers, as promises. Made by `WorkerModel.user`.
 */
export class WorkerUser extends Handle {
  #model;
  #who;
  /** @type {Update[]} what it was told since it was made */
  #updates = [];
  /** @type {import("../history/follower.js").Follower | undefined} */
  #follower;

  /**
   * @param {import("./model-worker.js").ModelWorker} worker
   * @param {Handle} model
   * @param {any} who
   */
  constructor(worker, model, who) {
    super(worker);
    this.#model = model;
    this.#who = {
      ...who,
      history: isLiveHistory(who.history) ? who.history : sendList(who.history),
    };
    /**
     * The history that this person follows, if any.
     * @type {import("../history/history.js").History | undefined}
     */
    this.liveHistory = isLiveHistory(who.history) ? who.history : undefined;
  }

  /** @param {Link} link */
  async make(link) {
    const target = await this.#model.numberIn(link);
    const { history, ...who } = this.#who;
    this.#follower = this.liveHistory?.follow();
    const step = this.#follower?.changes();
    const past = step ? step.add : history;
    if (step) this.#follower?.accept(step);
    const args = [past === undefined ? who : { ...who, history: past }];
    await link.run({ target, method: "user", args, keep: this.number });
    for (const update of this.#updates)
      await link.run({ target: this.number, method: "update", args: [update] });
  }

  /**
   * Before anything is asked of them, what changed in the history that they follow is told. The
   * worker does one thing after the other.
   *
   * @param {Link} link
   */
  async numberIn(link) {
    await super.numberIn(link);
    const step = this.#follower?.changes();
    if (!step) return this.number;
    this.#follower?.accept(step);
    const changes = [
      step.remove.length && { remove: step.remove },
      step.add.length && { add: step.add },
    ].filter(Boolean);
    try {
      await Promise.all(
        changes.map((change) =>
          link.run({ target: this.number, method: "update", args: [change] }),
        ),
      );
    } catch (error) {
      this.lose();
      throw error;
    }
    return this.number;
  }

  /**
   * As `User.update`.
   *
   * @param {Update} [changes]
   * @param {Asked} [asked]
   * @returns {Promise<this>}
   */
  async update({ add, remove, features } = {}, asked) {
    assertFeaturesAlone(this.liveHistory, add ?? remove);
    const given = { add: sendList(add), remove: sendList(remove), features };
    const update = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    await this.call("update", [update], asked);
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
