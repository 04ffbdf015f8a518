import { ACTIVATIONS } from "../../runtime/abi.js";
import { demandFinite } from "../../common/errors.js";
import { InteractionDelta, InteractionTable } from "../interactions.js";
import { convert, scaleOf } from "../../runtime/place-tensors.js";

/**
 * @typedef {import("../family.js").UserState & Encoded} EncodedUserState
 * @typedef {object} Encoded
 * @property {Float32Array} sums what the first layer has added up, and what rounding took from it
 * @property {number} square the sum of the squared inputs
 * @property {number} peak the largest that `square` has been since the sums were begun
 * @property {number} active how many inputs are not 0
 * @property {Float32Array} [node] CDAE's, of a training user, or fitted
 * @property {boolean} [isFitted] whether the node is to be fitted to the history
 */

/** Of the sum of squares. */
const ALMOST_NOTHING = 1e-5;

const NONE = new Float32Array(0);

const NOTHING = new InteractionDelta();

/** Before anything is known: no sums yet. @type {EncodedUserState} */
const NOBODY = { vector: NONE, prepared: NONE, sums: NONE, square: 0, peak: 0, active: 0 };

/**
 * People of the autoencoders: their history, encoded. A change costs what the change holds, however
 * long the history.
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
   * @param {import("../family.js").Engine} engine
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
    /** How many people have a node in the file. */
    this.count = plan.userTable?.rows ?? 0;
  }

  /**
   * A training user of CDAE, with a node of their own and no history yet.
   * @param {number} row
   */
  ofRow(row) {
    const part = /** @type {import("../../file/expected-tensors.js").Part} */ (this.#table);
    // With the padding that the module reads.
    const node = new Float32Array(this.#sumsSize / 2);
    node.set(this.#engine.memory.f32(convert(this.#engine, part, this.#scale, row, 1), part.width));
    return this.#encode({ ...NOBODY, node }, new InteractionTable(), NOTHING);
  }

  /**
   * A new user, whose node will be fitted to the history where `fit` asks for it.
   *
   * @param {unknown} _features none
   * @param {boolean} fit
   * @returns {EncodedUserState}
   */
  start(_features, fit) {
    return { ...NOBODY, isFitted: fit };
  }

  /**
   * The person after some changes, encoded.
   *
   * @param {import("../family.js").UserState | undefined} person undefined: nobody yet
   * @param {InteractionTable} labels before the changes
   * @param {InteractionDelta} changes
   * @param {number} [seed] of the draws that fitting a node takes
   * @returns {EncodedUserState}
   */
  follow(person, labels, changes, seed = 1) {
    const before = /** @type {EncodedUserState} */ (person ?? NOBODY);
    let encoded = this.#encode(before, labels, changes);
    if (encoded.square < ALMOST_NOTHING * encoded.peak)
      encoded = this.#anew(before, labels.with(changes));
    if (!before.isFitted) return encoded;
    const node = this.#fit(encoded, labels.with(changes), seed);
    return { ...this.#encode({ ...encoded, node }, labels, NOTHING), isFitted: true };
  }

  /**
   * Encoded from nothing: too little is left of floats where an interaction was withdrawn that was
   * nearly all there was.
   *
   * @param {EncodedUserState} before
   * @param {InteractionTable} labels
   */
  #anew({ node }, labels) {
    return this.#encode({ ...NOBODY, node }, new InteractionTable(), labels.asChanges());
  }

  /**
   * CDAE's node for a history, from the mean node on.
   *
   * @param {EncodedUserState} person
   * @param {InteractionTable} labels
   * @param {number} seed
   */
  #fit({ sums }, labels, seed) {
    const {
      wasm,
      memory,
      address,
      info: { fold_in: options, output },
    } = this.#engine;
    const count = labels.size;
    const stride = this.#sumsSize / 2;
    const [workspace, sumsAt, rows, values, node] = memory.scratch(
      wasm.pr_node_size(address),
      sums.byteLength,
      4 * count,
      4 * count,
      4 * stride,
    );
    memory.f32(sumsAt, sums.length).set(sums);
    labels.put(memory, rows, values);
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
   * @param {InteractionTable} labels
   * @param {InteractionDelta} changes
   * @returns {EncodedUserState}
   */
  #encode(before, labels, changes) {
    const { wasm, memory, address } = this.#engine;
    const most = 4 * 2 * changes.rows.length;
    const [rows, values, node, sums, vector, prepared] = memory.scratch(
      most,
      most,
      before.node?.byteLength ?? 0,
      4 * this.#sumsSize,
      4 * this.width,
      4 * this.#preparedSize,
    );
    const { count, square, active } = putDifferences(
      memory.u32(rows, most / 4),
      memory.f32(values, most / 4),
      before,
      labels,
      changes,
    );
    if (before.sums.length) memory.f32(sums, this.#sumsSize).set(before.sums);
    else memory.f32(sums, this.#sumsSize).fill(0);
    if (before.node) memory.f32(node, before.node.length).set(before.node);
    wasm.pr_autoencoder_add(address, rows, values, count, sums);
    // Where nothing is left, nothing is what should be left.
    if (active === 0) memory.f32(sums, this.#sumsSize).fill(0);
    wasm.pr_autoencoder_encode(address, sums, square, before.node ? node : 0, vector);
    wasm.pr_autoencoder_prepare(address, vector, prepared);
    // One copy for the three, which lie side by side: making a typed array takes longer than
    // filling it.
    const { buffer } = memory.u8(sums, prepared + 4 * this.#preparedSize - sums).slice();
    return {
      sums: new Float32Array(buffer, 0, this.#sumsSize),
      vector: demandFinite(new Float32Array(buffer, vector - sums, this.width)),
      prepared: new Float32Array(buffer, prepared - sums, this.#preparedSize),
      square,
      peak: Math.max(before.peak, square),
      active,
      node: before.node,
    };
  }

  /**
   * How much the raw score of an item falls when an interaction is left out; exact.
   *
   * @param {import("../family.js").UserState} person
   * @param {InteractionTable} labels
   * @param {number} item row
   * @returns {Float32Array} one an interaction, in order
   */
  explain(person, labels, item) {
    const { wasm, memory, address } = this.#engine;
    const { sums, square, node } = /** @type {EncodedUserState} */ (person);
    const count = labels.size;
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
    labels.put(memory, rows, values);
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
 * What changes add to the input, put into `rows` and `values`: an interaction that is there already
 * goes out with its old value first.
 *
 * @param {Uint32Array} rows
 * @param {Float32Array} values
 * @param {EncodedUserState} person
 * @param {InteractionTable} labels
 * @param {InteractionDelta} changes
 */
function putDifferences(rows, values, { square, active }, labels, changes) {
  let count = 0;
  const isNew = labels.size === 0;
  for (let i = 0; i < changes.rows.length; i++) {
    const row = changes.rows[i];
    const after = changes.values[i] ?? 0;
    const before = isNew ? 0 : (labels.get(row)?.value ?? 0);
    if (before !== 0) {
      rows[count] = row;
      values[count++] = -before;
      square -= before * before;
      active--;
    }
    if (after !== 0) {
      rows[count] = row;
      values[count++] = after;
      square += after * after;
      active++;
    }
  }
  return { count, square: active ? square : 0, active };
}
