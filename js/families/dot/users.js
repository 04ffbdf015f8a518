import { PocketrecError } from "../../common/errors.js";
import { TrainedUsers } from "../trained-users.js";
import { assertExplainable, assertFinite } from "../user-vector.js";
import { ridgeOf } from "./ridge.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState} UserState
 * @typedef {UserState & { seed?: number }} DotUserState seed: of the fit's draws
 */

/** Multiply-adds that a fit may take, in double precision: about a second on a slow machine. */
const WORK = 1e9;

/**
 * Users of a dot product: a vector [p | bias], trained with the model, or fitted to a history by
 * the loss that `fold_in.loss` names. An update is a new fit.
 */
export class DotUserEncoder {
  inputs = ["history", "vector", "id", "history and vector"];
  encodesHistory = false;
  #engine;
  #trained;
  /** A longer history is fitted by its last so many interactions. */
  #most;
  #isPairwise;
  #hasPrior;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").DotPlan} plan
   * @param {import("../family.js").Tensors} tensors
   */
  constructor(engine, plan, tensors) {
    this.#engine = engine;
    this.#trained = new TrainedUsers(engine, plan.userTables, tensors);
    this.width = plan.userWidth;
    /** How many training users have a row in the file. */
    this.count = this.#trained.count;
    this.#isPairwise = Number(engine.info.fold_in.loss === "bpr");
    this.#hasPrior = plan.hasPrior;
    const n = this.width;
    // A ridge regression takes count n^2 / 2 + n^3 / 6.
    this.#most = plan.hasPrior ? this.#ready() : Math.floor((2 * WORK) / n ** 2 - n / 3);
  }

  /** Prepares the prior. @returns {number} how long a history may be */
  #ready() {
    const { wasm, memory, address, info } = this.#engine;
    const { negatives } = info.fold_in;
    const [workspace] = memory.scratch(
      wasm.pr_dot_fit_size(address, this.#isPairwise, negatives, 1),
    );
    if (wasm.pr_dot_fit_ready(address, workspace))
      throw new PocketrecError(
        "bad-shape",
        "user_covariance",
        "a positive definite matrix",
        "another",
      );
    const most = wasm.pr_dot_fit_most(address, this.#isPairwise, negatives);
    if (most >= 1) return most;
    throw new PocketrecError(
      "too-large",
      "item.vector",
      "fewer columns with this fold_in.loss",
      `${this.width}`,
    );
  }

  /**
   * A training user.
   * @param {number} row
   */
  ofRow(row) {
    return this.#trained.ofRow(row);
  }

  /**
   * The user after a change: a new fit.
   *
   * @param {UserState | undefined} _state
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   * @param {number} seed of the items that a pairwise loss draws
   * @returns {DotUserState}
   */
  follow(_state, table, delta, seed) {
    this.#assertLoss();
    return { ...this.#engine.ofVector(this.#fit(table.with(delta), seed)), seed };
  }

  /**
   * By how much the raw score of an item would fall without each interaction: exact of a ridge
   * regression; of other losses by a fit without it, or to first order where that takes too long.
   *
   * @param {DotUserState} state
   * @param {InteractionTable} table
   * @param {number} item row
   * @returns {Float32Array} one per interaction, in order
   */
  explain({ seed = 1 }, table, item) {
    this.#assertLoss();
    const { wasm, memory, address, info } = this.#engine;
    const effects = new Float32Array(table.size);
    const { known, places, values, head, rest, result } = this.#history(table, seed);
    const count = known.length;
    const group = info.fold_in.loss === "bpr" ? info.fold_in.negatives : 1;
    assertExplainable(count * group * this.width * (this.width + group), count, this.width);
    if (count && this.#hasPrior)
      wasm.pr_dot_fit_explain(address, ...head, ...values, count, ...rest, item, result);
    else if (count)
      assertSolved(wasm.pr_dot_ridge_explain(address, ...head, ...values, count, item, result));
    // Those that the fit left out have no effect.
    const found = memory.f32(result, count);
    for (let i = 0; i < count; i++) effects[places[i]] = found[i];
    return effects;
  }

  #assertLoss() {
    const { loss } = this.#engine.info.fold_in;
    if (loss) return;
    throw new PocketrecError(
      "unsupported",
      "history",
      "fold_in.loss in the file's metadata, which says how a new user is fitted",
      "none",
      {
        hint: "State the loss that the model was trained with, or give a vector or an id.",
      },
    );
  }

  /**
   * @param {InteractionTable} table
   * @param {number} seed
   */
  #fit(table, seed) {
    const { wasm, memory, address } = this.#engine;
    const { known, values, head, rest, result } = this.#history(table, seed);
    const count = known.length;
    // Of no history, a ridge regression gives zeros, the others the mean user.
    if (!count && !this.#hasPrior) return new Float32Array(this.width);
    if (this.#hasPrior) wasm.pr_dot_fit(address, ...head, ...values, count, ...rest, result);
    else assertSolved(wasm.pr_dot_ridge_fit(address, ...head, ...values, count, result));
    return assertFinite(memory.f32(result, this.width).slice());
  }

  /**
   * Buffers: a workspace, the rows and values of a history, and the result's; and the arguments of
   * the module's functions before and behind these.
   *
   * @param {InteractionTable} table
   * @param {number} seed
   */
  #history(table, seed) {
    const { wasm, memory, address, info } = this.#engine;
    const { negatives, prior, per } = info.fold_in;
    const { known, given, places } = this.#interactions(table);
    const count = known.length;
    const numbers = this.#hasPrior ? [] : ridgeOf(info, count, this.#engine.items.count);
    const [ridge, workspace, rows, values, result] = memory.scratch(
      8 * numbers.length,
      this.#hasPrior
        ? wasm.pr_dot_fit_size(address, this.#isPairwise, negatives, count)
        : wasm.pr_dot_ridge_size(address),
      4 * count,
      4 * count,
      4 * Math.max(count, this.width),
    );
    memory.f64(ridge, numbers.length).set(numbers);
    memory.u32(rows, count).set(known);
    memory.f32(values, count).set(given);
    return {
      known,
      places,
      head: /** @type {[number, number]} */ (
        this.#hasPrior ? [workspace, this.#isPairwise] : [ridge, workspace]
      ),
      values: /** @type {const} */ ([rows, values]),
      rest: /** @type {const} */ ([negatives, prior, Number(per === "interaction"), seed]),
      result,
    };
  }

  /**
   * The interactions that a fit reads, and their positions in the history. To some losses one of
   * value 0 is none.
   *
   * @param {InteractionTable} table
   */
  #interactions(table) {
    const isNone = ["confidence", "bpr"].includes(String(this.#engine.info.fold_in.loss));
    const { rows, values } = table.columns;
    const places = Uint32Array.from(rows.keys())
      .filter((place) => values[place] !== 0 || !isNone)
      .slice(-this.#most);
    return {
      known: places.map((place) => rows[place]),
      given: Float32Array.from(places, (place) => values[place]),
      places,
    };
  }
}

/** @param {number} status */
function assertSolved(status) {
  if (!status) return;
  throw new PocketrecError(
    "not-finite",
    "user",
    "a history that determines the user",
    "a system of equations without a solution in double precision",
    { hint: "Raise fold_in.regularization in the file. Are the ratings on the model's scale?" },
  );
}
