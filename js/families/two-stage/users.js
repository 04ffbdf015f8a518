import { demandFinite } from "../../common/errors.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState & { given: Record<string, unknown> }}
 *   DescribedUserState given: features by name
 */

/**
 * People of the two stages, candidates and ranker: described by features, the history among them.
 * Whoever changes is described anew.
 */
export class TwoStageUserEncoder {
  inputs = ["history", "vector", "features", "history and features"];
  encodesHistory = true;
  explainsPacks = true;
  /** How many people have a row in the file. */
  count = 0;
  #engine;
  #features;
  #encoder;

  /**
   * @param {import("../family.js").Engine} engine
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
   * @returns {DescribedUserState}
   */
  start(features) {
    const none = new Float32Array(0);
    return { vector: none, prepared: none, given: this.#features.copyOf(features) };
  }

  /**
   * The person of whom some features have changed; the history completes them again.
   *
   * @param {import("../family.js").UserState} person
   * @param {unknown} features those that changed
   * @returns {DescribedUserState}
   */
  withFeatures(person, features) {
    const { given } = /** @type {DescribedUserState} */ (person);
    return { ...person, given: { ...given, ...this.#features.copyOf(features) } };
  }

  /**
   * The person after some changes.
   *
   * @param {import("../family.js").UserState | undefined} person undefined: somebody of whom
   *   nothing is told
   * @param {InteractionTable} labels before the changes
   * @param {InteractionDelta} changes
   * @returns {DescribedUserState}
   */
  follow(person, labels, changes) {
    const { given } =
      person && "given" in person ? /** @type {DescribedUserState} */ (person) : { given: {} };
    return {
      ...this.#engine.ofVector(this.#encode(given, watchedOf(labels.with(changes)))),
      given,
    };
  }

  /**
   * By how much the raw score of an item would be lower without an interaction: the tower without
   * it, computed.
   *
   * @param {import("../family.js").UserState} person
   * @param {InteractionTable} labels
   * @param {number} item row
   * @param {import("../../model/candidate-pack.js").CandidatePack} [pack] whose row it is
   * @returns {Float32Array} one an interaction, in order
   */
  explain(person, labels, item, pack) {
    const { given } = /** @type {DescribedUserState} */ (person);
    const watched = watchedOf(labels);
    const engine = this.#engine;
    const scoreOf = (/** @type {number[]} */ history) => {
      const scores = engine.score(
        engine.ofVector(this.#encode(given, history)),
        Uint32Array.of(item),
        true,
        pack,
      );
      return /** @type {Float32Array} */ (scores)[0];
    };
    const whole = scoreOf(watched);
    const effects = new Float32Array(labels.size);
    for (const [at, row] of labels.rows().entries()) {
      const place = watched.indexOf(row);
      if (place >= 0) effects[at] = whole - scoreOf(watched.filter((_, i) => i !== place));
    }
    return effects;
  }

  /**
   * @param {Record<string, unknown>} given
   * @param {number[]} watched rows, oldest first
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
    return demandFinite(memory.f32(vector, this.width).slice());
  }
}

/**
 * What of a history counts as watched: all but dislikes, oldest first.
 * @param {InteractionTable} labels
 */
function watchedOf(labels) {
  const rows = [];
  for (const [row, { value }] of labels.entries()) if (value !== 0) rows.push(row);
  return rows;
}
