import { PocketrecError, show } from "./errors.js";
import { iterate } from "./items.js";

/**
 * @typedef {import("./items.js").ItemId} ItemId
 * @typedef {ItemId | { item: ItemId, rating?: number }} Interaction
 * @typedef {{ rating?: number, target: number }} Label
 */

/** The share of a new fit's steps, and of its step size, that following a change takes. */
const WARM = { steps: 0.3, rate: 0.3 };

/**
 * A person, as a model sees them. Made by `model.user(...)`; nothing of it leaves the process unless the app sends it.
 */
export class User {
  #model;
  #seed;
  #hasHistory;
  /** @type {Map<number, Label>} by row, in the order given */
  #labels = new Map();
  /** @type {Map<ItemId, number | undefined>} item to rating */
  #unknown = new Map();

  /**
   * @param {import("./engine.js").Engine} model
   * @param {Float32Array} vector
   * @param {number} seed of the draws of negatives
   * @param {Iterable<Interaction>} [history] that the vector was fitted to; none where nobody knows it
   */
  constructor(model, vector, seed, history) {
    this.#model = model;
    this.#seed = seed;
    this.#hasHistory = history !== undefined;
    if (history) readInteractions(model, history, this.#labels, this.#unknown);
    /** @internal */
    this.vectorInUse = vector;
    /** What does not depend on the candidate, computed once. @internal */
    this.prepared = model.prepare(vector);
  }

  /**
   * The person as numbers, [GMF | MLP]: what an app may keep to skip the fit next time (`model.user({ vector, history })`).
   * As sensitive as the history it was computed from. A copy.
   * @returns {Float32Array}
   */
  get vector() {
    return this.vectorInUse.slice();
  }

  /**
   * The interactions that the vector was fitted to.
   * @returns {{ item: ItemId, rating?: number }[]}
   */
  get history() {
    return [...this.#labels].map(([row, { rating }]) => {
      const item = this.#model.items.idOf(row);
      return rating === undefined ? { item } : { item, rating };
    });
  }

  /**
   * The items of the history: what `exclude` usually gets.
   * @returns {ItemId[]}
   */
  get items() {
    return [...this.#labels.keys()].map((row) => this.#model.items.idOf(row));
  }

  /**
   * Items of the history that the model does not know (an older or newer catalogue); they were left out.
   * @returns {ItemId[]}
   */
  get unknown() {
    return [...this.#unknown.keys()];
  }

  /**
   * Adds and withdraws interactions and follows the change from where the vector stands. An item that is there already
   * is rated anew. Needs the history: a person from a vector or an id alone cannot be followed.
   *
   * @param {{ add?: Iterable<Interaction>, remove?: Iterable<ItemId> }} [changes]
   * @returns {this}
   * @throws {PocketrecError} "bad-argument", "not-finite", "disposed"; the person is then as they were
   */
  update({ add = [], remove = [] } = {}) {
    if (!this.#hasHistory) {
      throw new PocketrecError("bad-argument", "user", "one whose history is known", "one from a vector or an id alone", {
        hint: "Keep the history beside the vector: model.user({ vector, history }).",
      });
    }
    const labels = new Map(this.#labels), unknown = new Map(this.#unknown);
    const find = this.#model.items.finder(remove);
    for (const item of iterate(/** @type {any} */ (remove))) {
      const row = find(item);
      if (row === undefined) unknown.delete(item);
      else labels.delete(row);
    }
    readInteractions(this.#model, add, labels, unknown);
    const isNew = this.#labels.size === 0 || labels.size === 0;
    const options = this.#model.info.fold_in;
    const warm = isNew ? options : {
      ...options,
      steps: Math.ceil(options.steps * WARM.steps),
      learning_rate: options.learning_rate * WARM.rate,
    };
    this.vectorInUse = this.#model.foldIn(isNew ? undefined : this.vectorInUse, labels, warm, this.#seed);
    this.prepared = this.#model.prepare(this.vectorInUse);
    this.#labels = labels;
    this.#unknown = unknown;
    return this;
  }

  /**
   * @param {unknown} value
   * @param {unknown} model
   * @returns {boolean}
   * @internal
   */
  static isOf(value, model) {
    return value instanceof User && #model in value && value.#model === model;
  }
}

/**
 * Reads interactions into `labels` (known items, by row) and `unknown`.
 *
 * @param {import("./engine.js").Engine} model
 * @param {Iterable<Interaction>} interactions
 * @param {Map<number, Label>} labels
 * @param {Map<ItemId, number | undefined>} unknown
 */
function readInteractions(model, interactions, labels, unknown) {
  const find = model.items.finder(interactions);
  let at = 0;
  for (const interaction of /** @type {Iterable<any>} */ (iterate(/** @type {any} */ (interactions)))) {
    const isObject = interaction !== null && typeof interaction === "object";
    const item = isObject ? interaction.item : interaction;
    const rating = isObject ? interaction.rating : undefined;
    const target = targetOf(model.info, rating, at++);
    const row = find(item);
    if (row === undefined) unknown.set(item, rating);
    else labels.set(row, { rating, target });
  }
}

/**
 * What a fit aims at: 1 for an interaction, 0 for a dislike, or the rating itself where the model predicts ratings.
 *
 * @param {Readonly<import("./metadata.js").Info>} info
 * @param {unknown} rating
 * @param {number} at
 */
function targetOf({ output, rating: scale }, rating, at) {
  const { minimum = -Infinity, maximum = Infinity, positive = -Infinity } = scale;
  if (rating === undefined && output === "sigmoid") return 1;
  if (typeof rating !== "number" || !Number.isFinite(Math.fround(rating)) || rating < minimum || rating > maximum) {
    throw new PocketrecError("bad-argument", `rating of interaction ${at}`, `a number from ${minimum} to ${maximum}`, show(rating));
  }
  if (output === "identity") return rating;
  return rating >= positive ? 1 : 0;
}
