import { PocketrecError, demandFinite } from "../../common/errors.js";
import { convert, scaleOf } from "../../runtime/place-tensors.js";

/**
 * @typedef {import("../interactions.js").InteractionTable} InteractionTable
 * @typedef {import("../interactions.js").InteractionDelta} InteractionDelta
 * @typedef {import("../family.js").UserState} UserState
 * @typedef {UserState & { influence?: Uint8Array }} NcfUserState influence: what reasons need for
 *   whatever item, once somebody asks
 */

/** The share of a new fit's steps, and of its step size, that following a change takes. */
const WARM = { steps: 0.3, rate: 0.3 };

/**
 * People of GMF, MLP and NeuMF: a vector [gmf | mlp], trained with the model, or fitted to a
 * history.
 */
export class NcfUserEncoder {
  inputs = ["history", "vector", "id", "history and vector"];
  encodesHistory = false;
  #engine;
  #tables;

  /**
   * @param {import("../family.js").Engine} engine
   * @param {import("./plan.js").NcfPlan} plan
   * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
   */
  constructor(engine, plan, tensors) {
    this.#engine = engine;
    this.#tables = plan.userTables.map((part) => ({
      part,
      scale: scaleOf(part, tensors)?.slice(),
    }));
    this.width = plan.gmf + plan.mlp;
    /** How many people have a row in the file. */
    this.count = plan.userTables[0]?.rows ?? 0;
    const { wasm, memory, address } = engine;
    const [workspace] = memory.scratch(wasm.pr_fold_in_size(address));
    for (const [block, name] of ["gmf", "mlp"].entries()) {
      if (wasm.pr_fold_in_ready(address, block, workspace) === 0) continue;
      const tensor = `${name}.user_covariance`;
      throw new PocketrecError("bad-shape", tensor, "a positive definite matrix", "another");
    }
  }

  /**
   * Somebody of the file's tables.
   * @param {number} row
   */
  ofRow(row) {
    const vector = new Float32Array(this.width);
    let at = 0;
    for (const { part, scale } of this.#tables) {
      const place = convert(this.#engine, part, scale, row, 1);
      vector.set(this.#engine.memory.f32(place, part.width), at);
      at += part.width;
    }
    return this.#engine.ofVector(vector);
  }

  /**
   * The person after some changes: fitted anew from the mean user, or from where the vector stands.
   *
   * @param {UserState | undefined} person
   * @param {InteractionTable} labels before the changes
   * @param {InteractionDelta} changes
   * @param {number} seed of the draws of negatives
   * @returns {UserState}
   */
  follow(person, labels, changes, seed) {
    const after = labels.with(changes);
    const isNew = !person || labels.size === 0 || after.size === 0;
    const start = isNew ? this.#mean() : person.vector;
    return this.#engine.ofVector(after.size ? this.#fit(start, after, isNew, seed) : start);
  }

  /**
   * By how much the raw score of an item would fall without an interaction: its influence on the
   * fit, to first order.
   *
   * @param {NcfUserState} person
   * @param {InteractionTable} labels
   * @param {number} item row
   * @returns {Float32Array} one an interaction, in order
   */
  explain(person, labels, item) {
    const { wasm, memory, address } = this.#engine;
    const count = labels.size;
    const size = wasm.pr_influence_size(address, count);
    person.influence ??= this.#influence(person.vector, labels, size);
    const [workspace, effects] = memory.scratch(size, 4 * count);
    memory.u8(workspace, size).set(person.influence);
    wasm.pr_influence_item(address, workspace, count, item, effects);
    return memory.f32(effects, count).slice();
  }

  /**
   * What is the same for every item.
   *
   * @param {Float32Array} vector
   * @param {InteractionTable} labels
   * @param {number} size bytes
   */
  #influence(vector, labels, size) {
    const {
      wasm,
      memory,
      address,
      info: {
        fold_in: { negatives, prior },
      },
    } = this.#engine;
    const count = labels.size;
    const [workspace, rows, targets, place] = memory.scratch(
      size,
      4 * count,
      4 * count,
      vector.byteLength,
    );
    labels.put(memory, rows, targets);
    memory.f32(place, vector.length).set(vector);
    wasm.pr_influence_start(address, workspace, rows, targets, count, negatives, prior, place);
    return memory.u8(workspace, size).slice();
  }

  /** The training users' mean, where a new person starts. A copy. */
  #mean() {
    const { wasm, memory, address } = this.#engine;
    return memory.f32(wasm.pr_ncf_user_mean(address) >>> 0, this.width).slice();
  }

  /**
   * @param {Float32Array} start
   * @param {InteractionTable} labels
   * @param {boolean} isNew
   * @param {number} seed
   */
  #fit(start, labels, isNew, seed) {
    const {
      wasm,
      memory,
      address,
      info: { fold_in: options },
    } = this.#engine;
    const count = labels.size;
    const [workspace, rows, targets, vector] = memory.scratch(
      wasm.pr_fold_in_size(address),
      4 * count,
      4 * count,
      start.byteLength,
    );
    labels.put(memory, rows, targets);
    memory.f32(vector, start.length).set(start);
    wasm.pr_fold_in(
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
      vector,
    );
    return demandFinite(memory.f32(vector, start.length).slice());
  }
}
