import { PocketrecError } from "../../common/errors.js";
import { convert, scaleOf } from "../../runtime/place-tensors.js";
import { assertFinite } from "../user-vector.js";
import { ridgeOf } from "./ridge.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState} UserState
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
  #tables;
  /** A longer history is fitted by its last so many interactions. */
  #most;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").DotPlan} plan
   * @param {import("../family.js").Tensors} tensors
   */
  constructor(engine, plan, tensors) {
    this.#engine = engine;
    this.#tables = plan.userTables.map((part) => ({
      part,
      scale: scaleOf(part, tensors)?.slice(),
    }));
    this.width = plan.userWidth;
    /** How many training users have a row in the file. */
    this.count = plan.userTables[0]?.rows ?? 0;
    const n = this.width;
    // A fit takes count n^2 / 2 + n^3 / 6, reasons as much again for each interaction's n^2 / 2.
    this.#most = Math.floor((2 * WORK) / n ** 2 - n / 3);
  }

  /**
   * A training user.
   * @param {number} row
   */
  ofRow(row) {
    const vector = this.#tables.flatMap(({ part, scale }) => [
      ...this.#engine.memory.f32(convert(this.#engine, part, scale, row, 1), part.width),
    ]);
    return this.#engine.ofVector(Float32Array.from(vector));
  }

  /**
   * The user after a change: a new fit.
   *
   * @param {UserState | undefined} _state
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   */
  follow(_state, table, delta) {
    this.#assertLoss();
    return this.#engine.ofVector(this.#fit(table.with(delta)));
  }

  /**
   * By how much the raw score of an item would fall without each interaction; exact.
   *
   * @param {UserState} _state
   * @param {InteractionTable} table
   * @param {number} item row
   * @returns {Float32Array} one per interaction, in order
   */
  explain(_state, table, item) {
    this.#assertLoss();
    const { wasm, memory, address } = this.#engine;
    const effects = new Float32Array(table.size);
    const { count, ridge, workspace, rows, values, result, places } = this.#history(table);
    if (count)
      assertSolved(
        wasm.pr_dot_ridge_explain(address, ridge, workspace, rows, values, count, item, result),
      );
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

  /** @param {InteractionTable} table */
  #fit(table) {
    const { wasm, memory, address } = this.#engine;
    const { count, ridge, workspace, rows, values, result } = this.#history(table);
    if (!count) return new Float32Array(this.width);
    assertSolved(wasm.pr_dot_ridge_fit(address, ridge, workspace, rows, values, count, result));
    return assertFinite(memory.f32(result, this.width).slice());
  }

  /**
   * Buffers: the fit's numbers, a workspace, the rows and values of a history, and the result's.
   * Where an interaction has the weight 0 it is none.
   *
   * @param {InteractionTable} table
   */
  #history(table) {
    const { wasm, memory, address, info } = this.#engine;
    const { rows: known, values: given, places } = this.#interactions(table);
    const count = known.length;
    const numbers = ridgeOf(info, count, this.#engine.items.count);
    const [ridge, workspace, rows, values, result] = memory.scratch(
      8 * numbers.length,
      wasm.pr_dot_ridge_size(address),
      4 * count,
      4 * count,
      4 * Math.max(count, this.width),
    );
    memory.f64(ridge, numbers.length).set(numbers);
    memory.u32(rows, count).set(known);
    memory.f32(values, count).set(given);
    return { count, ridge, workspace, rows, values, result, places };
  }

  /**
   * The interactions that a fit reads, and their positions in the history.
   * @param {InteractionTable} table
   */
  #interactions(table) {
    const isWeight = this.#engine.info.fold_in.loss === "confidence";
    const read = [...table.entries()]
      .map(([row, { value }], place) => ({ row, value, place }))
      .filter(({ value }) => value !== 0 || !isWeight)
      .slice(-this.#most);
    return {
      rows: read.map(({ row }) => row),
      values: read.map(({ value }) => value),
      places: read.map(({ place }) => place),
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
