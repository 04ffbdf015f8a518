import { assertFinite } from "../user-vector.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState & { system?: Float64Array }} RidgeUserState system:
 *   the user's equations, factored, from the first update on
 */

/** Multiply-adds that a fit may take, in double precision: about a second on a slow machine. */
const WORK = 1e9;

/** A wider system takes more than that. */
const SYSTEM_WIDTH_MAX = 1200;

/** A change of more interactions takes longer than a new fit. */
const CHANGE_MAX = 100;

/**
 * Users of I-AutoRec: an output row and a bias, [code | 1], the exact solution of a ridge
 * regression on the codes of the rated items.
 */
export class RidgeUserEncoder {
  inputs = ["history", "vector", "id", "history and vector"];
  encodesHistory = false;
  #engine;
  /** A longer history is fitted by its last so many interactions. */
  #most;

  /** The file has no rows of training users. */
  count = 0;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").AutoencoderPlan} plan
   */
  constructor(engine, plan) {
    this.#engine = engine;
    this.width = plan.code + 1;
    const n = this.width;
    // The primal takes count n^2 / 2 + n^3 / 6, the dual count^2 n / 2 + count^3 / 6.
    this.#most = Math.floor(Math.max((2 * WORK) / n ** 2 - n / 3, Math.sqrt((1.5 * WORK) / n)));
  }

  /**
   * The user after a change. A new user's equations are solved in the smaller of two forms. From
   * the first update on they are kept factored, and an update takes constant time.
   *
   * @param {RidgeUserState | undefined} state
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   * @returns {RidgeUserState}
   */
  follow(state, table, delta) {
    const size = table.sizeWith(delta);
    const isChange = state && table.size && size && size <= this.#most;
    if (!isChange || this.width > SYSTEM_WIDTH_MAX || delta.rows.length > CHANGE_MAX)
      return this.#solve(table.with(delta));
    const followed = state.system && this.#change(state.system, table, delta);
    if (followed) return followed;
    const after = table.with(delta);
    return this.#start(after) ?? this.#solve(after);
  }

  /**
   * By how much the raw score of an item falls without each interaction; exact.
   *
   * @param {RidgeUserState} state
   * @param {InteractionTable} table
   * @param {number} item row
   * @returns {Float32Array} one per interaction, in order
   */
  explain(state, table, item) {
    const { wasm, memory } = this.#engine;
    const recent = table.recent(this.#most);
    const count = recent.size;
    const isDual = this.#isDual(count);
    const [workspace, rows, targets, effects] = this.#history(recent, isDual, 4 * count);
    wasm.pr_ridge_explain(
      ...this.#equations(),
      workspace,
      rows,
      targets,
      count,
      isDual,
      item,
      effects,
    );
    // Those that the fit left out have no effect.
    const all = new Float32Array(table.size);
    all.set(memory.f32(effects, count), table.size - count);
    return all;
  }

  /** The first arguments of the module's ridge functions. */
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
   * Buffers: a workspace for a history, its rows and targets, and more.
   *
   * @param {InteractionTable} table
   * @param {number} isDual
   * @param {number[]} more bytes of each further buffer
   */
  #history(table, isDual, ...more) {
    const { wasm, memory, address } = this.#engine;
    const count = table.size;
    const addresses = memory.scratch(
      wasm.pr_ridge_size(address, count, isDual),
      4 * count,
      4 * count,
      ...more,
    );
    table.put(memory, addresses[1], addresses[2]);
    return addresses;
  }

  /** @param {InteractionTable} history */
  #solve(history) {
    const table = history.recent(this.#most);
    const isDual = this.#isDual(table.size);
    const [workspace, rows, targets, vector] = this.#history(table, isDual, 4 * this.width);
    this.#engine.wasm.pr_ridge_fit(
      ...this.#equations(),
      workspace,
      rows,
      targets,
      table.size,
      isDual,
      vector,
    );
    return this.#finite(vector);
  }

  /**
   * A state that keeps its equations; undefined where rounding leaves them too few digits.
   *
   * @param {InteractionTable} table
   */
  #start(table) {
    const { wasm, address } = this.#engine;
    const size = wasm.pr_ridge_state_size(address);
    const [workspace, rows, targets, state, vector] = this.#history(
      table,
      0,
      8 * size,
      4 * this.width,
    );
    if (wasm.pr_ridge_start(...this.#equations(), workspace, rows, targets, table.size, state))
      return undefined;
    return this.#finish(workspace, state, size, vector);
  }

  /**
   * The user after a change to the equations; undefined where rounding has broken them.
   *
   * @param {Float64Array} system
   * @param {InteractionTable} table
   * @param {InteractionDelta} delta
   */
  #change(system, table, delta) {
    const { wasm, memory, address } = this.#engine;
    const [workspace, state, vector] = memory.scratch(
      wasm.pr_ridge_size(address, 1, 0),
      system.byteLength,
      4 * this.width,
    );
    memory.f64(state, system.length).set(system);
    for (const [i, row] of delta.rows.entries()) {
      const before = table.get(row);
      const value = delta.values[i];
      // The new value first, so that the system stays positive definite.
      if (
        !Number.isNaN(value) &&
        wasm.pr_ridge_change(...this.#equations(), workspace, row, value, 1, state)
      )
        return undefined;
      if (
        before !== undefined &&
        wasm.pr_ridge_change(...this.#equations(), workspace, row, before, -1, state)
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

  /** @param {number} address of the vector */
  #finite(address) {
    return this.#engine.ofVector(
      assertFinite(this.#engine.memory.f32(address, this.width).slice()),
    );
  }
}
