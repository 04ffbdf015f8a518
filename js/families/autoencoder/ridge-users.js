import { demandFinite } from "../../common/errors.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState & { system?: Float64Array }} RidgeUserState system:
 *   their equations, factored, once a change has been followed
 */

/**
 * People of I-AutoRec: an output row and a bias, [code | 1], solved exactly from the codes of the
 * rated items.
 */
export class RidgeUserEncoder {
  inputs = ["history", "vector", "id", "history and vector"];
  encodesHistory = false;
  #engine;

  /** Nobody has a row in the file. */
  count = 0;

  /**
   * @param {import("../family.js").Engine} engine
   * @param {import("./plan.js").AutoencoderPlan} plan
   */
  constructor(engine, plan) {
    this.#engine = engine;
    this.width = plan.code + 1;
  }

  /**
   * The person after some changes. The first time their equations are solved in the smaller of two
   * forms; from the first change on they are kept factored, and a change costs the same however
   * long the history.
   *
   * @param {RidgeUserState | undefined} person
   * @param {InteractionTable} labels before the changes
   * @param {InteractionDelta} changes
   * @returns {RidgeUserState}
   */
  follow(person, labels, changes) {
    if (!person || labels.size === 0 || labels.sizeWith(changes) === 0)
      return this.#solve(labels.with(changes));
    const followed = person.system && this.#change(person.system, labels, changes);
    if (followed) return followed;
    const after = labels.with(changes);
    return this.#start(after) ?? this.#solve(after);
  }

  /**
   * How much the raw score of an item falls when an interaction is left out; exact.
   *
   * @param {RidgeUserState} person
   * @param {InteractionTable} labels
   * @param {number} item row
   * @returns {Float32Array} one an interaction, in order
   */
  explain(person, labels, item) {
    const { wasm, memory } = this.#engine;
    const isDual = this.#isDual(labels.size);
    const [workspace, rows, targets, effects] = this.#history(labels, isDual, 4 * labels.size);
    wasm.pr_ridge_explain(
      ...this.#equations(),
      workspace,
      rows,
      targets,
      labels.size,
      isDual,
      item,
      effects,
    );
    return memory.f32(effects, labels.size).slice();
  }

  /** What the module's functions of the ridge begin with. */
  #equations() {
    const {
      address,
      info: { ridge },
    } = this.#engine;
    return /** @type {const} */ ([address, ridge.weight, ridge.bias]);
  }

  /**
   * The dual is smaller where the history is shorter than the vector.
   * @param {number} count
   */
  #isDual(count) {
    return Number(count < this.width);
  }

  /**
   * Room for a history, its rows and targets in place, and more room behind.
   *
   * @param {InteractionTable} labels
   * @param {number} isDual
   * @param {number[]} more bytes of each
   */
  #history(labels, isDual, ...more) {
    const { wasm, memory, address } = this.#engine;
    const count = labels.size;
    const places = memory.scratch(
      wasm.pr_ridge_size(address, count, isDual),
      4 * count,
      4 * count,
      ...more,
    );
    labels.put(memory, places[1], places[2]);
    return places;
  }

  /** @param {InteractionTable} labels */
  #solve(labels) {
    const isDual = this.#isDual(labels.size);
    const [workspace, rows, targets, vector] = this.#history(labels, isDual, 4 * this.width);
    this.#engine.wasm.pr_ridge_fit(
      ...this.#equations(),
      workspace,
      rows,
      targets,
      labels.size,
      isDual,
      vector,
    );
    return this.#finite(vector);
  }

  /**
   * Somebody whose equations are kept; undefined where rounding leaves them too few digits.
   *
   * @param {InteractionTable} labels
   */
  #start(labels) {
    const { wasm, address } = this.#engine;
    const size = wasm.pr_ridge_state_size(address);
    const [workspace, rows, targets, state, vector] = this.#history(
      labels,
      0,
      8 * size,
      4 * this.width,
    );
    if (wasm.pr_ridge_start(...this.#equations(), workspace, rows, targets, labels.size, state))
      return undefined;
    return this.#finish(workspace, state, size, vector);
  }

  /**
   * The person after some changes to their equations; undefined where rounding has broken these.
   *
   * @param {Float64Array} system
   * @param {InteractionTable} labels
   * @param {InteractionDelta} changes
   */
  #change(system, labels, changes) {
    const { wasm, memory, address } = this.#engine;
    const [workspace, state, vector] = memory.scratch(
      wasm.pr_ridge_size(address, 1, 0),
      system.byteLength,
      4 * this.width,
    );
    memory.f64(state, system.length).set(system);
    for (const [i, row] of changes.rows.entries()) {
      const before = labels.get(row);
      const value = changes.values[i];
      // The new one first: what is taken out is then surely in.
      if (
        value !== undefined &&
        wasm.pr_ridge_change(...this.#equations(), workspace, row, value, 1, state)
      )
        return undefined;
      if (
        before &&
        wasm.pr_ridge_change(...this.#equations(), workspace, row, before.value, -1, state)
      )
        return undefined;
    }
    return this.#finish(workspace, state, system.length, vector);
  }

  /**
   * @param {number} workspace address
   * @param {number} state address of the factored system
   * @param {number} size of it
   * @param {number} vector address
   * @returns {RidgeUserState}
   */
  #finish(workspace, state, size, vector) {
    this.#engine.wasm.pr_ridge_finish(...this.#equations(), workspace, state, vector);
    const system = this.#engine.memory.f64(state, size).slice();
    return { ...this.#finite(vector), system };
  }

  /** @param {number} place */
  #finite(place) {
    return this.#engine.ofVector(demandFinite(this.#engine.memory.f32(place, this.width).slice()));
  }
}
