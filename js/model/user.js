import { PocketrecError } from "../common/errors.js";
import { assertFeaturesAlone, isLiveHistory } from "./live-history.js";
import { InteractionDelta, InteractionTable } from "../families/interactions.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../families/interactions.js").Interaction} Interaction
 * @typedef {import("../families/family.js").UserState} UserState
 * @typedef {import("../history/history.js").History} History
 */

/**
 * A user of one model. Made by `model.user(...)`; nothing about it leaves the process unless the
 * app sends it.
 */
export class User {
  #engine;
  #seed;
  /** @type {InteractionTable | undefined} undefined where the history is unknown */
  #table;
  /** @type {Set<ItemId>} */
  #unknown = new Set();
  /** @type {UserState} */
  #state;
  /** @type {import("../history/follower.js").Follower | undefined} */
  #follower;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {UserState | undefined} state undefined: a new user, encoded from the history
   * @param {number} seed of the pseudo-random numbers that a fit takes
   * @param {{ history?: Iterable<Interaction> | History, isFitted?: boolean }} [past] isFitted:
   *   whether the state already comes from this history
   */
  constructor(engine, state, seed, { history, isFitted = false } = {}) {
    this.#engine = engine;
    this.#seed = seed;
    this.#state = /** @type {UserState} */ (state);
    if (history === undefined) return;
    this.#table = new InteractionTable();
    /** The history of pocketrec/history that this user follows, if any. */
    this.liveHistory = isLiveHistory(history) ? history : undefined;
    this.#follower = this.liveHistory?.follow();
    const step = this.#follower?.changes();
    const add = step?.add ?? /** @type {Iterable<Interaction>} */ (history);
    if (isFitted) this.#remember(InteractionDelta.read(engine.items, engine.info, add));
    else this.#change({ add });
    if (step) this.#follower?.accept(step);
  }

  /** What the scores need. @internal */
  get state() {
    this.#keepUp();
    return this.#state;
  }

  /** Follows what has changed in the live history. */
  #keepUp() {
    const step = this.#follower?.changes();
    if (!step) return;
    if (step.remove.length) this.#change({ remove: step.remove });
    if (step.add.length) this.#change({ add: step.add });
    this.#follower?.accept(step);
  }

  /**
   * The user vector: fitted [GMF | MLP], the output of an encoder's or tower's last hidden layer,
   * or I-AutoRec's output row and bias. An app may keep it to skip the fit next time (`model.user({
   * vector, history })`). As sensitive as the history it was computed from. A copy.
   * @returns {Float32Array}
   */
  get vector() {
    return this.state.vector.slice();
  }

  /**
   * The interactions that the model knows.
   * @returns {{ item: ItemId, rating?: number }[]}
   */
  get history() {
    return [...this.table.entries()].map(([row, { rating }]) => {
      const item = this.#engine.items.idOf(row);
      return rating === undefined ? { item } : { item, rating };
    });
  }

  /**
   * The items of the history, as `exclude` usually takes them.
   * @returns {ItemId[]}
   */
  get items() {
    return this.table.rows().map((row) => this.#engine.items.idOf(row));
  }

  /**
   * Items of the history that the model does not know (an older or newer catalogue) and ignores.
   * @returns {ItemId[]}
   */
  get unknown() {
    this.#keepUp();
    return [...this.#unknown];
  }

  /**
   * Adds and removes interactions, and updates the vector from its present value. An item that the
   * history has already gets the new rating. Autoencoders take constant time, whatever the length
   * of the history. A user made from a vector or an id alone cannot be updated. A user of a history
   * of pocketrec/history takes `features` alone: interactions are added to the history.
   *
   *     user.update({ add: [{ item: 589, rating: 4 }], remove: [260] });
   *
   * @param {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
   *   unknown> }} [changes] features: of candidates and ranker, those that changed
   * @returns {this}
   * @throws {PocketrecError} "bad-argument", "not-finite", "missing-feature", "bad-feature",
   *   "disposed"; the user is then unchanged
   */
  update({ add, remove, features } = {}) {
    this.#keepUp();
    assertFeaturesAlone(this.liveHistory, add ?? remove);
    return this.#change({ add, remove, features });
  }

  /**
   * @param {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
   *   unknown> }} changes
   */
  #change(changes) {
    const pieces = this.updating(changes);
    while (!pieces.next().done);
    return this;
  }

  /**
   * As `update`, in pieces: a worker reads its messages between them.
   *
   * @param {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId>, features?: Record<string,
   *   unknown> }} changes
   * @returns {Generator<void, void>}
   * @internal
   */
  *updating({ add = [], remove = [], features }) {
    const { items, info, userEncoder } = this.#engine;
    const table = this.#needTable();
    const delta = InteractionDelta.read(items, info, add, remove);
    const before = features === undefined ? this.#state : this.#withFeatures(features);
    const after = userEncoder.follow(before, table, delta, this.#seed);
    this.#state = "next" in after ? yield* after : after;
    this.#remember(delta);
  }

  /** @param {Record<string, unknown>} features */
  #withFeatures(features) {
    const { userEncoder, info } = this.#engine;
    if (userEncoder.withFeatures) return userEncoder.withFeatures(this.#state, features);
    throw new PocketrecError(
      "bad-argument",
      "features",
      "a model whose users have features",
      `kind "${info.kind}"`,
    );
  }

  /** @param {InteractionDelta} delta */
  #remember(delta) {
    this.#table?.apply(delta);
    for (const [item, isThere] of delta.unknown) {
      if (isThere) this.#unknown.add(item);
      else this.#unknown.delete(item);
    }
  }

  /** The history by row. @internal */
  get table() {
    this.#keepUp();
    return this.#table ?? new InteractionTable();
  }

  /** The history, which must be known. @internal */
  needTable() {
    this.#keepUp();
    return this.#needTable();
  }

  #needTable() {
    if (this.#table) return this.#table;
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
