import { PocketrecError } from "../../common/errors.js";
import { assertExplainable, assertFinite } from "../user-vector.js";
import { TrainedUsers } from "../trained-users.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState} UserState
 * @typedef {UserState & { influence?: Uint8Array, warmSeed?: number }} NcfUserState influence: the
 *   part of reasons that is the same for every item, once reasons were asked for; warmSeed: of a
 *   user whose vector an update continued, the seed of a new fit
 */

/** The share of a new fit's steps, and of its step size, that an update takes. */
const WARM = { steps: 0.3, rate: 0.3 };

/** How many items of a catalogue reasons read at most (src/influence.c). */
const SAMPLE_MAX = 4096;

/**
 * Users of GMF, MLP and NeuMF: a vector [gmf | mlp], trained with the model, or fitted to a history
 * with the item side frozen (fold-in).
 */
export class NcfUserEncoder {
  inputs = ["history", "vector", "id", "history and vector"];
  encodesHistory = false;
  #engine;
  #trained;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").NcfPlan} plan
   * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
   */
  constructor(engine, plan, tensors) {
    this.#engine = engine;
    this.#trained = new TrainedUsers(engine, plan.userTables, tensors);
    this.width = plan.gmf + plan.mlp;
    /** How many training users have a row in the file. */
    this.count = this.#trained.count;
    const { wasm, memory, address } = engine;
    const [workspace] = memory.scratch(wasm.pr_fold_in_size(address));
    for (const [block, name] of ["gmf", "mlp"].entries()) {
      if (wasm.pr_fold_in_ready(address, block, workspace) === 0) continue;
      const tensor = `${name}.user_covariance`;
      throw new PocketrecError("bad-shape", tensor, "a positive definite matrix", "another");
    }
  }

  /**
   * A training user.
   * @param {number} row
   */
  ofRow(row) {
    return this.#trained.ofRow(row);
  }

  /**
   * The user after a change: a new fit from the mean user, or a shorter one from the present
   * vector.
   *
   * @param {UserState | undefined} state
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   * @param {number} seed of the pseudo-random negatives
   * @returns {Generator<void, NcfUserState>}
   */
  *follow(state, table, delta, seed) {
    const after = table.with(delta);
    const isNew = !state || table.size === 0 || after.size === 0;
    const start = isNew ? this.#mean() : state.vector;
    const vector = after.size ? yield* this.#fit(start, after, isNew, seed) : start;
    return { ...this.#engine.ofVector(vector), warmSeed: isNew ? undefined : seed };
  }

  /**
   * By how much the raw score of an item would fall without each interaction: its influence on the
   * fit, to first order (Koh and Liang, ICML 2017). After an update it is the influence on a new
   * fit, so that the reasons depend on the history alone, not on the way to it.
   *
   * @param {NcfUserState} state
   * @param {InteractionTable} table
   * @param {number} item row
   * @returns {Float32Array} one per interaction, in order
   */
  explain(state, table, item) {
    const { wasm, memory, address } = this.#engine;
    const count = table.size;
    const read = count + Math.min(this.#engine.items.count, SAMPLE_MAX);
    assertExplainable((read * this.width ** 2) / 2, count, this.width);
    const size = wasm.pr_influence_size(address, count);
    const { vector, warmSeed } = state;
    state.influence ??= this.#influence(
      warmSeed === undefined ? vector : finish(this.#fit(this.#mean(), table, true, warmSeed)),
      table,
      size,
    );
    const [workspace, effects] = memory.scratch(size, 4 * count);
    memory.u8(workspace, size).set(state.influence);
    wasm.pr_influence_item(address, workspace, count, item, effects);
    return memory.f32(effects, count).slice();
  }

  /**
   * The part of the influence that is the same for every item.
   *
   * @param {Float32Array} vector
   * @param {InteractionTable} table
   * @param {number} size bytes
   */
  #influence(vector, table, size) {
    const {
      wasm,
      memory,
      address,
      info: {
        fold_in: { negatives, prior },
      },
    } = this.#engine;
    const count = table.size;
    const [workspace, rows, targets, vectorAt] = memory.scratch(
      size,
      4 * count,
      4 * count,
      vector.byteLength,
    );
    table.put(memory, rows, targets);
    memory.f32(vectorAt, vector.length).set(vector);
    wasm.pr_influence_start(address, workspace, rows, targets, count, negatives, prior, vectorAt);
    return memory.u8(workspace, size).slice();
  }

  /** The training users' mean, where a new user's fit starts. A copy. */
  #mean() {
    const { wasm, memory, address } = this.#engine;
    return memory.f32(wasm.pr_ncf_user_mean(address) >>> 0, this.width).slice();
  }

  /**
   * @param {Float32Array} start
   * @param {InteractionTable} table
   * @param {boolean} isNew
   * @param {number} seed
   */
  *#fit(start, table, isNew, seed) {
    const {
      address,
      info: { fold_in: options },
    } = this.#engine;
    const count = table.size;
    /** @type {Uint8Array | undefined} what another call would overwrite between two pieces */
    let kept;
    for (let done = 0; ;) {
      // Read again for each piece: the model may be disposed of meanwhile.
      const { wasm, memory } = this.#engine;
      const size = wasm.pr_fold_in_size(address);
      const [workspace, rows, targets, vector] = memory.scratch(
        size,
        4 * count,
        4 * count,
        start.byteLength,
      );
      table.put(memory, rows, targets);
      memory.f32(vector, start.length).set(start);
      if (kept) memory.u8(workspace, size).set(kept);
      done = wasm.pr_fold_in(
        address,
        workspace,
        rows,
        targets,
        count,
        isNew ? options.steps : Math.ceil(options.steps * WARM.steps),
        options.learning_rate * (isNew ? 1 : WARM.rate),
        options.negatives,
        options.prior,
        seed,
        done,
        vector,
      );
      if (done === 0) return assertFinite(memory.f32(vector, start.length).slice());
      if (done < 0)
        throw new PocketrecError("too-large", "tower", "one that can be fitted", "more weights");
      kept = memory.u8(workspace, size).slice();
      yield;
    }
  }
}

/**
 * Runs a fit to its end.
 *
 * @param {Generator<void, Float32Array>} pieces
 * @returns {Float32Array}
 */
function finish(pieces) {
  for (;;) {
    const piece = pieces.next();
    if (piece.done) return piece.value;
  }
}
