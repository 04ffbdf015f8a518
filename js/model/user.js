import { PocketrecError, show } from "../common/errors.js";
import { checkOptions } from "../common/options.js";
import { assertFeaturesAlone, isLiveHistory } from "./live-history.js";
import { EventList, InteractionTable, ratedItem } from "../families/interactions.js";
import { ratingError, readInteractions } from "../families/read-interactions.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { InteractionDelta, Interactions } from "../families/interactions.js"
 * @import { UserState } from "../families/family.js"
 * @import { History } from "../history/history.js"
 *
 * @typedef {object} Changes what `user.update` changes
 * @property {Interactions} [add] new interactions, or new ratings
 * @property {Iterable<ItemId> & object} [remove] items whose interactions are removed
 * @property {Record<string, unknown>} [features] of candidates and ranker, those that changed
 */

/**
 * A user of one model. Made by `model.user(...)`; nothing about it leaves the process unless the
 * app sends it.
 *
 * @hideconstructor
 */
export class User {
  #engine;
  #seed;
  /** @type {InteractionTable | EventList | undefined} undefined where the history is unknown */
  #table;
  #isUpdated = false;
  /** @type {Set<ItemId>} */
  #unknown = new Set();
  /** @type {InteractionDelta["unusable"]} */
  #unusable = new Map();
  /** @type {UserState} */
  #state;
  /** @type {import("../history/follower.js").Follower | undefined} */
  #follower;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {UserState | undefined} state undefined: a new user, encoded from the history
   * @param {number} seed of the pseudo-random numbers that a fit takes
   * @param {{ history?: Interactions | History, isFitted?: boolean }} [past] isFitted:
   *   whether the state already comes from this history
   */
  constructor(engine, state, seed, { history, isFitted = false } = {}) {
    this.#engine = engine;
    this.#seed = seed;
    this.#state = /** @type {UserState} */ (state);
    if (history === undefined) return;
    this.#table = engine.family.isOrdered ? new EventList() : new InteractionTable();
    /** The history of pocketrec/history that this user follows, if any. */
    this.liveHistory = isLiveHistory(history) ? history : undefined;
    this.#follower = this.liveHistory?.follow();
    const step = this.#follower?.changes();
    const add = step?.add ?? history;
    if (isFitted) {
      this.#remember(readInteractions(engine.items, engine.info, { add, isHistory: true }));
      this.#warn();
    } else this.#change({ add }, true);
    if (step) this.#follower?.accept(step);
  }

  /** Whether the app has changed the user. @internal */
  get isUpdated() {
    return this.#isUpdated;
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
    if (step.remove.length) this.#change({ remove: step.remove }, true);
    if (step.add.length) this.#change({ add: step.add }, true);
    this.#follower?.accept(step);
  }

  /**
   * The user vector: fitted [GMF | MLP], the output of an encoder's or tower's last hidden layer,
   * or I-AutoRec's output row and bias. An app may keep it to skip the fit next time (`model.user({
   * vector, history })`). As sensitive as the history it was computed from. A copy.
   * @returns {Float32Array<ArrayBuffer>}
   * @throws {PocketrecError} "unsupported" for kind item-item, whose users are their histories
   */
  get vector() {
    const { vector } = this.state;
    if (vector.length) return vector.slice();
    const { kind } = this.#engine.info;
    throw new PocketrecError("unsupported", "user.vector", "a model with user vectors", kind, {
      hint: "Keep the history: model.user({ history: user.history }).",
    });
  }

  /**
   * The interactions that the model knows; of SASRec and GRU4Rec all events, in their order.
   * @returns {import("../families/interactions.js").RatedItem[]}
   */
  get history() {
    const { rows, ratings } = this.table.columns;
    const { items } = this.#engine;
    return Array.from(rows, (row, i) => ratedItem(items.idOf(row), ratings[i]));
  }

  /**
   * The items of the history that the model knows, as `exclude` usually takes them; also those
   * whose ratings it cannot use.
   * @returns {ItemId[]}
   */
  get items() {
    const rows = new Set([...this.table.columns.rows, ...this.#unusable.keys()]);
    return Array.from(rows, (row) => this.#engine.items.idOf(row));
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
   * What is wrong with the history, if anything: an interaction whose rating is missing or not on
   * the scale, which is ignored; or none of its items is known. The first warning of a model is
   * also printed on the console.
   * @returns {PocketrecError | undefined}
   */
  get warning() {
    this.#keepUp();
    return this.#warning();
  }

  #warning() {
    const [unusable] = this.#unusable.values();
    const { size } = this.#unusable;
    const { items, info } = this.#engine;
    if (unusable) {
      const { subject, expected, found } = ratingError(info, unusable);
      return new PocketrecError("bad-argument", subject, expected, found, {
        hint: `${size} of the history's ratings ${size > 1 ? "are" : "is"} ignored.`,
      });
    }
    if (!this.#unknown.size || this.#table?.size) return undefined;
    return new PocketrecError(
      "unknown-item",
      "history",
      `items that the model knows, such as ${show(items.idOf(0))}`,
      show([...this.#unknown]),
    );
  }

  #warn() {
    const warning = this.#warning();
    if (!warning || this.#engine.hasWarned) return;
    this.#engine.hasWarned = true;
    console.warn(`pocketrec: ${warning.message}`);
  }

  /**
   * Adds and removes interactions, and updates the vector from its present value. An item that the
   * history has already gets the new rating; of SASRec and GRU4Rec it is one event more, and
   * `remove` takes all its events away. Autoencoders take constant time, whatever the length of the
   * history, but the first time they read it once more. A user made from a vector or an id alone
   * cannot be updated. A user of a history of pocketrec/history takes `features` alone:
   * interactions are added to the history.
   *
   * @param {Changes} [changes]
   * @returns {this}
   * @throws {PocketrecError} "bad-argument", "not-finite", "missing-feature", "bad-feature",
   *   "disposed"; the user is then unchanged
   *
   * @example
   * const user = model.user({ history: ["One Glove"] });
   * user.update({ add: [{ item: "Cold Ink", rating: 4 }], remove: ["One Glove"] });
   * user.items; // => ["Cold Ink"]
   */
  update(changes) {
    const { add, remove, features } = checkOptions(changes, "update", "add remove features");
    this.#keepUp();
    assertFeaturesAlone(this.liveHistory, add ?? remove);
    this.#isUpdated = true;
    return this.#change({ add, remove, features });
  }

  /**
   * @param {Changes} changes
   * @param {boolean} [isHistory] whether `add` is a history, not the app's own change
   */
  #change(changes, isHistory = false) {
    const pieces = this.updating(changes, isHistory);
    while (!pieces.next().done);
    return this;
  }

  /**
   * As `update`, in pieces: a worker reads its messages between them.
   *
   * @param {Changes} changes
   * @param {boolean} [isHistory] whether `add` is a history, whose unusable ratings are set aside
   * @returns {Generator<void, void>}
   * @internal
   */
  *updating({ add, remove, features }, isHistory = false) {
    const { items, info, userEncoder, family } = this.#engine;
    const table = this.#needTable();
    const { isOrdered } = family;
    const delta = readInteractions(items, info, { add, remove, isHistory, isOrdered });
    const before = features === undefined ? this.#state : this.#withFeatures(features);
    // Interactions that the model cannot use change nothing, also where following fits a vector.
    if (delta.rows.length || features || !before?.prepared.length) {
      const after = userEncoder.follow(before, table, delta, this.#seed);
      this.#state = "next" in after ? yield* after : after;
    }
    this.#remember(delta);
    if (isHistory && add) this.#warn();
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
    if (this.#unusable.size) for (const row of delta.rows) this.#unusable.delete(row);
    for (const [row, error] of delta.unusable) this.#unusable.set(row, error);
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
