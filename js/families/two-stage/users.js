import { assertFinite } from "../user-vector.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState & { given: Record<string, unknown> }}
 *   FeatureUserState given: features by name
 */

/**
 * Users of the two stages, candidates and ranker: encoded from features, the history among them.
 */
export class TwoStageUserEncoder {
  inputs = ["history", "vector", "features", "history and features"];
  encodesHistory = true;
  explainsPacks = true;
  /** How many training users have a row in the file. */
  count = 0;
  #engine;
  #features;
  #encoder;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {{ width: number, features: import("./features.js").Features }} plan
   * @param {"pr_candidates_encode" | "pr_ranker_encode"} encoder
   */
  constructor(engine, { width, features }, encoder) {
    this.#engine = engine;
    this.#features = features;
    this.#encoder = encoder;
    this.width = width;
  }

  /**
   * A new user with these features; `follow` completes the state.
   * @param {unknown} features by name
   * @returns {FeatureUserState}
   */
  start(features) {
    const none = new Float32Array(0);
    return { vector: none, prepared: none, given: this.#features.copyOf(features) };
  }

  /**
   * The user after some features have changed; `follow` completes the state.
   *
   * @param {import("../family.js").UserState} state
   * @param {unknown} features those that changed
   * @returns {FeatureUserState}
   */
  withFeatures(state, features) {
    const { given } = /** @type {FeatureUserState} */ (state);
    return { ...state, given: { ...given, ...this.#features.copyOf(features) } };
  }

  /**
   * The user after a change to the history or the features.
   *
   * @param {import("../family.js").UserState | undefined} state undefined: a new user without
   *   features
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   * @returns {FeatureUserState}
   */
  follow(state, table, delta) {
    const { given } =
      state && "given" in state ? /** @type {FeatureUserState} */ (state) : { given: {} };
    return {
      ...this.#engine.ofVector(this.#encode(given, watchedOf(table.with(delta)))),
      given,
    };
  }

  /**
   * By how much the raw score of an item would be lower without each interaction: the tower is
   * computed without it.
   *
   * @param {import("../family.js").UserState} state
   * @param {InteractionTable} table
   * @param {number} item row
   * @param {import("../../model/candidate-pack.js").CandidatePack} [pack] that the row is of
   * @returns {Float32Array} one per interaction, in order
   */
  explain(state, table, item, pack) {
    const { given } = /** @type {FeatureUserState} */ (state);
    const watched = watchedOf(table);
    const engine = this.#engine;
    const scoreOf = (/** @type {Uint32Array} */ history) => {
      const scores = engine.score(
        engine.ofVector(this.#encode(given, history)),
        Uint32Array.of(item),
        true,
        pack,
      );
      return /** @type {Float32Array} */ (scores)[0];
    };
    // Features read the last interactions of a history: an older one has no effect.
    const recent = watched.slice(-this.#features.historyLength - 1);
    const places = new Map(Array.from(recent, (row, at) => [row, at]));
    const whole = scoreOf(recent);
    const effects = new Float32Array(table.size);
    for (const [at, row] of table.columns.rows.entries()) {
      const place = places.get(row);
      if (place !== undefined) effects[at] = whole - scoreOf(recent.filter((_, i) => i !== place));
    }
    return effects;
  }

  /**
   * @param {Record<string, unknown>} given
   * @param {Uint32Array} watched rows, oldest first
   */
  #encode(given, watched) {
    const { wasm, memory, address, items } = this.#engine;
    const { offsets, ids, numbers } = this.#features.userValues(given, watched, items);
    const [offsetsAt, idsAt, numbersAt, vector] = memory.scratch(
      4 * offsets.length,
      4 * ids.length,
      4 * numbers.length,
      4 * this.width,
    );
    memory.u32(offsetsAt, offsets.length).set(offsets);
    memory.u32(idsAt, ids.length).set(ids);
    memory.f32(numbersAt, numbers.length).set(numbers);
    wasm[this.#encoder](address, offsetsAt, idsAt, numbersAt, vector);
    return assertFinite(memory.f32(vector, this.width).slice());
  }
}

/**
 * The rows that count as watched: all but dislikes, oldest first.
 * @param {InteractionTable} table
 */
function watchedOf(table) {
  const { rows, values } = table.columns;
  return rows.filter((_, i) => values[i] !== 0);
}
