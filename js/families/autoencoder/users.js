import { ACTIVATIONS } from "../../runtime/abi.js";
import { assertFinite } from "../user-vector.js";
import { InteractionDelta, InteractionTable } from "../interactions.js";
import { convert, scaleOf } from "../../runtime/place-tensors.js";

/**
 * @typedef {import("../family.js").UserState & Encoded} EncodedUserState
 * @typedef {object} Encoded
 * @property {Float32Array} [sums] the first layer's sums, and their rounding errors. A list needs
 *   none, so a new user has none until the first update: they take more room than all the rest. The
 *   fit and explanations of such a user compute them from the history
 * @property {number} square the sum of the squared inputs
 * @property {number} peak the largest `square` since the sums were begun
 * @property {number} active how many inputs are not 0
 * @property {Float32Array} [node] CDAE's, of a training user, or fitted
 * @property {boolean} [isFitted] whether the node is fitted to the history
 */

/** Below this share of the peak of `square`, the sums have lost too many digits. */
const SMALLEST_SHARE = 1e-5;

const NONE = new Float32Array(0);

const NO_CHANGE = new InteractionDelta();

/** A new user before the history is read. @type {EncodedUserState} */
const EMPTY = { vector: NONE, prepared: NONE, square: 0, peak: 0, active: 0 };
/** The fit reads the sums. */
const EMPTY_FITTED = { ...EMPTY, sums: NONE, isFitted: true };

/**
 * Users of the autoencoders: the encoded history. An update costs what the change holds, whatever
 * the length of the history; the first one reads the history once more.
 */
export class AutoencoderUserEncoder {
  inputs = ["history", "vector", "id", "history and vector"];
  encodesHistory = true;
  #engine;
  #table;
  #scale;
  #sumsSize;
  #preparedSize;

  /**
   * @param {import("../../model/engine.js").Engine} engine
   * @param {import("./plan.js").AutoencoderPlan} plan
   * @param {Map<string, import("../../file/safetensors.js").Tensor>} tensors
   */
  constructor(engine, plan, tensors) {
    this.#engine = engine;
    this.#table = plan.userTable;
    this.#scale = plan.userTable && scaleOf(plan.userTable, tensors)?.slice();
    this.#sumsSize = engine.wasm.pr_autoencoder_sums_size(engine.address);
    this.#preparedSize = engine.wasm.pr_autoencoder_prepared_size(engine.address);
    this.width = plan.code;
    const isCdae = engine.info.kind === "cdae";
    if (isCdae) this.inputs.push("history and id");
    /** Whether a new user's node can be fitted. */
    this.canFit = isCdae && plan.layers === 2 && engine.info.input.normalize === "none";
    /** How many training users have a node in the file. */
    this.count = plan.userTable?.rows ?? 0;
  }

  /**
   * A training user of CDAE, with its node and no history yet.
   * @param {number} row
   */
  ofRow(row) {
    const part = /** @type {import("../../file/expected-tensors.js").Part} */ (this.#table);
    // With the padding that the module reads.
    const node = new Float32Array(this.#sumsSize / 2);
    node.set(this.#engine.memory.f32(convert(this.#engine, part, this.#scale, row, 1), part.width));
    return this.#encode({ ...EMPTY, node }, new InteractionTable(), NO_CHANGE);
  }

  /**
   * A new user, whose node will be fitted to the history where `fit` asks for it.
   *
   * @param {unknown} _features none
   * @param {boolean} fit
   * @returns {EncodedUserState}
   */
  start(_features, fit) {
    return fit ? EMPTY_FITTED : EMPTY;
  }

  /**
   * The user after a change, encoded.
   *
   * @param {import("../family.js").UserState | undefined} state undefined: a new user
   * @param {InteractionTable} table before the change
   * @param {InteractionDelta} delta
   * @param {number} [seed] of the draws that fitting a node takes
   * @returns {EncodedUserState}
   */
  follow(state, table, delta, seed = 1) {
    let before = /** @type {EncodedUserState} */ (state ?? EMPTY);
    if (table.size) before = { ...before, sums: this.#sumsOf(before, table) };
    let encoded = this.#encode(before, table, delta);
    if (encoded.square < SMALLEST_SHARE * encoded.peak)
      encoded = this.#encodeAll(before, table.with(delta));
    if (!before.isFitted) return encoded;
    const node = this.#fit(encoded, table.with(delta), seed);
    return { ...this.#encode({ ...encoded, node }, table, NO_CHANGE), isFitted: true };
  }

  /**
   * @param {EncodedUserState} state
   * @param {InteractionTable} table
   */
  #sumsOf(state, table) {
    return /** @type {Float32Array} */ (state.sums ?? this.#encodeAll(state, table).sums);
  }

  /**
   * Encodes the whole history: for the first time its sums are kept, or after the removal of an
   * interaction that was nearly all of it, when they hold little but rounding errors.
   *
   * @param {EncodedUserState} before
   * @param {InteractionTable} table
   */
  #encodeAll({ node }, table) {
    const all = new InteractionDelta(table.columns);
    return this.#encode({ ...EMPTY_FITTED, node }, new InteractionTable(), all);
  }

  /**
   * Fits CDAE's node to a history, from the mean node on.
   *
   * @param {EncodedUserState} state
   * @param {InteractionTable} table
   * @param {number} seed
   */
  #fit(state, table, seed) {
    const {
      wasm,
      memory,
      address,
      info: { fold_in: options, output },
    } = this.#engine;
    const sums = this.#sumsOf(state, table);
    const count = table.size;
    const stride = this.#sumsSize / 2;
    const [workspace, sumsAt, rows, values, node] = memory.scratch(
      wasm.pr_node_size(address),
      sums.byteLength,
      4 * count,
      4 * count,
      4 * stride,
    );
    memory.f32(sumsAt, sums.length).set(sums);
    table.put(memory, rows, values);
    memory.f32(node, stride).set(memory.f32(wasm.pr_autoencoder_user_mean(address) >>> 0, stride));
    if (count) {
      wasm.pr_node_fit(
        address,
        workspace,
        sumsAt,
        rows,
        values,
        count,
        output === "sigmoid" ? ACTIVATIONS.sigmoid : ACTIVATIONS.identity,
        options.steps,
        options.learning_rate,
        options.negatives,
        options.prior,
        seed,
        node,
      );
    }
    return memory.f32(node, stride).slice();
  }

  /**
   * @param {EncodedUserState} before
   * @param {InteractionTable} table
   * @param {InteractionDelta} delta
   * @returns {EncodedUserState}
   */
  #encode(before, table, delta) {
    const { wasm, memory, address, info } = this.#engine;
    const bytes = 4 * 2 * delta.rows.length;
    const [rows, values, node, sums, vector, prepared] = memory.scratch(
      bytes,
      bytes,
      before.node?.byteLength ?? 0,
      4 * this.#sumsSize,
      4 * this.width,
      4 * this.#preparedSize,
    );
    const { count, square, active } = putDifferences(
      memory.u32(rows, bytes / 4),
      memory.f32(values, bytes / 4),
      before,
      table,
      delta,
    );
    const total = memory.f32(sums, this.#sumsSize).fill(0);
    if (before.sums) total.set(before.sums);
    if (before.node) memory.f32(node, before.node.length).set(before.node);
    wasm.pr_autoencoder_add(address, rows, values, count, sums);
    // An empty history has the sums 0, without rounding errors.
    if (active === 0) total.fill(0);
    wasm.pr_autoencoder_encode(address, sums, square, before.node ? node : 0, vector);
    wasm.pr_autoencoder_prepare(address, vector, prepared);
    // One copy for all that is kept, which is adjacent: creating a typed array takes longer than
    // filling it. What is prepared begins with the vector, which tied weights alone may scale.
    const kept = info.tied ? vector : prepared;
    const first = before.sums ? sums : kept;
    const { buffer } = memory.u8(first, prepared + 4 * this.#preparedSize - first).slice();
    return {
      sums: before.sums && new Float32Array(buffer, 0, this.#sumsSize),
      vector: assertFinite(new Float32Array(buffer, kept - first, this.width)),
      prepared: new Float32Array(buffer, prepared - first, this.#preparedSize),
      square,
      peak: Math.max(before.peak, square),
      active,
      node: before.node,
    };
  }

  /**
   * By how much the raw score of an item falls without each interaction; exact.
   *
   * @param {import("../family.js").UserState} state
   * @param {InteractionTable} table
   * @param {number} item row
   * @returns {Float32Array} one per interaction, in order
   */
  explain(state, table, item) {
    const { wasm, memory, address } = this.#engine;
    const encoded = /** @type {EncodedUserState} */ (state);
    const sums = this.#sumsOf(encoded, table);
    const { square, node } = encoded;
    const count = table.size;
    const [workspace, sumsAt, nodeAt, rows, values, effects] = memory.scratch(
      wasm.pr_autoencoder_explain_size(address),
      sums.byteLength,
      node?.byteLength ?? 0,
      4 * count,
      4 * count,
      4 * count,
    );
    memory.f32(sumsAt, sums.length).set(sums);
    if (node) memory.f32(nodeAt, node.length).set(node);
    table.put(memory, rows, values);
    wasm.pr_autoencoder_explain(
      address,
      workspace,
      sumsAt,
      square,
      node ? nodeAt : 0,
      rows,
      values,
      count,
      item,
      effects,
    );
    return memory.f32(effects, count).slice();
  }
}

/**
 * Writes what a change adds to the input into `rows` and `values`: an interaction that the history
 * has already is first removed with its old value.
 *
 * @param {Uint32Array} rows
 * @param {Float32Array} values
 * @param {EncodedUserState} state
 * @param {InteractionTable} table
 * @param {InteractionDelta} delta
 */
function putDifferences(rows, values, { square, active }, table, delta) {
  const isNew = table.size === 0;
  let count = 0;
  for (let i = 0; i < delta.rows.length; i++) {
    const row = delta.rows[i];
    const after = delta.values[i];
    const before = isNew ? 0 : (table.get(row) ?? 0);
    if (before !== 0) {
      rows[count] = row;
      values[count++] = -before;
      square -= before * before;
      active--;
    }
    // Written in any case, and counted unless it is 0 or NaN: without a branch, in half the time.
    const added = after * after;
    rows[count] = row;
    values[count] = after;
    square += added > 0 ? added : 0;
    count += Number(added > 0);
    active += Number(added > 0);
  }
  return { count, square: active ? square : 0, active };
}
