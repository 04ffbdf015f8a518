import { PocketrecError } from "../common/errors.js";
import { demandFeaturesAlone, isFollowed } from "./live-history.js";
import { InteractionDelta, InteractionTable } from "../families/interactions.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../families/interactions.js").Interaction} Interaction
 * @typedef {import("../families/family.js").UserState} UserState
 * @typedef {import("../history/history.js").History} History
 */

/**
 * A person, as a model sees them. Made by `model.user(...)`; nothing of it leaves the process
 * unless the app sends it.
 */
export class User {
  #engine;
  #seed;
  /** @type {InteractionTable | undefined} none where nobody knows the history */
  #labels;
  /** @type {Set<ItemId>} */
  #unknown = new Set();
  /** @type {UserState} */
  #person;
  /** @type {import("../history/follower.js").Follower | undefined} */
  #follower;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {UserState | undefined} person undefined: somebody new, whom the history makes
   * @param {number} seed of the draws of negatives
   * @param {{ history?: Iterable<Interaction> | History, isFitted?: boolean }} [past] isFitted:
   *   whether the person is what this history made of them already
   */
  constructor(engine, person, seed, { history, isFitted = false } = {}) {
    this.#engine = engine;
    this.#seed = seed;
    this.#person = /** @type {UserState} */ (person);
    if (history === undefined) return;
    this.#labels = new InteractionTable();
    /** The history that this person follows, if any: pocketrec/history's. */
    this.liveHistory = isFollowed(history) ? history : undefined;
    this.#follower = this.liveHistory?.follow();
    const step = this.#follower?.changes();
    const add = step?.add ?? /** @type {Iterable<Interaction>} */ (history);
    if (isFitted) this.#remember(InteractionDelta.read(engine.items, engine.info, add));
    else this.#change({ add });
    if (step) this.#follower?.accept(step);
  }

  /** What the scores need. @internal */
  get person() {
    this.#keepUp();
    return this.#person;
  }

  /** Takes in what changed in the history that is followed. */
  #keepUp() {
    const step = this.#follower?.changes();
    if (!step) return;
    if (step.remove.length) this.#change({ remove: step.remove });
    if (step.add.length) this.#change({ add: step.add });
    this.#follower?.accept(step);
  }

  /**
   * The person as numbers: the fitted vector [GMF | MLP], what an encoder's last hidden layer
   * gives, or I-AutoRec's output row and bias. What an app may keep to skip the fit next time
   * (`model.user({ vector, history })`). As sensitive as the history it was computed from. A copy.
   * @returns {Float32Array}
   */
  get vector() {
    return this.person.vector.slice();
  }

  /**
   * The interactions that the vector was fitted to.
   * @returns {{ item: ItemId, rating?: number }[]}
   */
  get history() {
    return [...this.labels.entries()].map(([row, { rating }]) => {
      const item = this.#engine.items.idOf(row);
      return rating === undefined ? { item } : { item, rating };
    });
  }

  /**
   * The items of the history: what `exclude` usually gets.
   * @returns {ItemId[]}
   */
  get items() {
    return this.labels.rows().map((row) => this.#engine.items.idOf(row));
  }

  /**
   * Items of the history that the model does not know (an older or newer catalogue); they were left
   * out.
   * @returns {ItemId[]}
   */
  get unknown() {
    this.#keepUp();
    return [...this.#unknown];
  }

  /**
   * Adds and withdraws interactions and follows the change from where the vector stands. An item
   * that is there already is rated anew. Autoencoders take the same time however long the history
   * is. Needs the history: a person from a vector or an id alone cannot be followed. Somebody who
   * follows a history of pocketrec/history takes `features` alone: interactions are added to the
   * history.
   *
   * @param {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
   *   unknown> }} [changes] features: of candidates and ranker, those that changed
   * @returns {this}
   * @throws {PocketrecError} "bad-argument", "not-finite", "missing-feature", "bad-feature",
   *   "disposed"; the person is then as they were
   */
  update({ add, remove, features } = {}) {
    this.#keepUp();
    demandFeaturesAlone(this.liveHistory, add ?? remove);
    return this.#change({ add, remove, features });
  }

  /**
   * @param {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
   *   unknown> }} changes
   */
  #change({ add = [], remove = [], features }) {
    const { items, info, userEncoder } = this.#engine;
    const labels = this.#needLabels();
    const changes = InteractionDelta.read(items, info, add, remove);
    const before = features === undefined ? this.#person : this.#withFeatures(features);
    this.#person = userEncoder.follow(before, labels, changes, this.#seed);
    this.#remember(changes);
    return this;
  }

  /** @param {Record<string, unknown>} features */
  #withFeatures(features) {
    const { userEncoder, info } = this.#engine;
    if (userEncoder.withFeatures) return userEncoder.withFeatures(this.#person, features);
    throw new PocketrecError(
      "bad-argument",
      "features",
      "a model whose users have features",
      `kind "${info.kind}"`,
    );
  }

  /** @param {InteractionDelta} changes */
  #remember(changes) {
    this.#labels?.apply(changes);
    for (const [item, isThere] of changes.unknown) {
      if (isThere) this.#unknown.add(item);
      else this.#unknown.delete(item);
    }
  }

  /** The history by row. @internal */
  get labels() {
    this.#keepUp();
    return this.#labels ?? new InteractionTable();
  }

  /** The history, or the error that nobody knows it. @internal */
  needLabels() {
    this.#keepUp();
    return this.#needLabels();
  }

  #needLabels() {
    if (this.#labels) return this.#labels;
    throw new PocketrecError(
      "bad-argument",
      "user",
      "one whose history is known",
      "one from a vector or an id alone",
      {
        hint: "Keep the history beside the vector: model.user({ vector, history }).",
      },
    );
  }

  /**
   * @param {unknown} value
   * @param {unknown} engine
   * @returns {boolean}
   * @internal
   */
  static isOf(value, engine) {
    return value instanceof User && #engine in value && value.#engine === engine;
  }
}
