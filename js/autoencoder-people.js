import { putLabels } from "./labels.js";
import { convert, scaleOf } from "./weights.js";

/**
 * @typedef {import("./labels.js").Labels} Labels
 * @typedef {import("./labels.js").Changes} Changes
 * @typedef {import("./engine.js").Person & Encoded} EncodedPerson
 * @typedef {object} Encoded
 * @property {Float32Array} sums what the first layer has added up, and what rounding took from it
 * @property {number} square the sum of the squared inputs
 * @property {number} active how many inputs are not 0
 * @property {Float32Array} [node] CDAE's node of a training user
 */

/**
 * People of the autoencoders: their history, encoded. A change costs what the change holds, however long the history.
 */
export class AutoencoderPeople {
  /** Whether a kept vector saves work where the history is there too. */
  keepsVector = false;
  #engine;
  #table;
  #scale;
  #sumsSize;
  #preparedSize;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {import("./autoencoder.js").AutoencoderPlan} plan
   * @param {Map<string, import("./safetensors.js").Tensor>} tensors
   */
  constructor(engine, plan, tensors) {
    this.#engine = engine;
    this.#table = plan.userTable;
    this.#scale = plan.userTable && scaleOf(plan.userTable, tensors)?.slice();
    this.#sumsSize = engine.wasm.pr_autoencoder_sums_size(engine.address);
    this.#preparedSize = engine.wasm.pr_autoencoder_prepared_size(engine.address);
    this.width = plan.code;
    /** How many people have a node in the file. */
    this.count = plan.userTable?.rows ?? 0;
  }

  /**
   * Somebody of this vector: what the last hidden layer gave.
   * @param {Float32Array} vector
   * @returns {import("./engine.js").Person}
   */
  ofVector(vector) {
    const { wasm, memory, address } = this.#engine;
    const [from, to] = memory.exchange(vector.byteLength, 4 * this.#preparedSize);
    memory.f32(from, vector.length).set(vector);
    wasm.pr_autoencoder_prepare(address, from, to);
    return { vector, prepared: memory.f32(to, this.#preparedSize).slice() };
  }

  /**
   * A training user of CDAE, with a node of their own and no history yet.
   * @param {number} row
   */
  ofRow(row) {
    const part = /** @type {import("./parts.js").Part} */ (this.#table);
    const node = this.#engine.memory.f32(convert(this.#engine, part, this.#scale, row, 1), part.width).slice();
    const nobody = { ...this.#nobody(), node };
    return this.follow(nobody, new Map(), new Map());
  }

  /** @returns {EncodedPerson} */
  #nobody() {
    const none = new Float32Array(0);
    return { vector: none, prepared: none, sums: new Float32Array(this.#sumsSize), square: 0, active: 0 };
  }

  /**
   * The person after some changes, encoded.
   *
   * @param {import("./engine.js").Person | undefined} person undefined: nobody yet
   * @param {Labels} labels before the changes
   * @param {Changes} changes
   * @returns {EncodedPerson}
   */
  follow(person, labels, changes) {
    const { wasm, memory, address } = this.#engine, before = /** @type {EncodedPerson} */ (person ?? this.#nobody());
    const { rows, values, square, active } = differences(before, labels, changes);
    const [rowsAt, valuesAt, sumsAt, nodeAt, vectorAt, preparedAt] = memory.exchange(4 * rows.length, 4 * rows.length,
      4 * this.#sumsSize, before.node?.byteLength ?? 0, 4 * this.width, 4 * this.#preparedSize);
    memory.u32(rowsAt, rows.length).set(rows);
    memory.f32(valuesAt, rows.length).set(values);
    memory.f32(sumsAt, this.#sumsSize).set(before.sums);
    if (before.node) memory.f32(nodeAt, before.node.length).set(before.node);
    wasm.pr_autoencoder_add(address, rowsAt, valuesAt, rows.length, sumsAt);
    // Where nothing is left, nothing is what should be left.
    if (active === 0) memory.f32(sumsAt, this.#sumsSize).fill(0);
    wasm.pr_autoencoder_encode(address, sumsAt, square, before.node ? nodeAt : 0, vectorAt);
    wasm.pr_autoencoder_prepare(address, vectorAt, preparedAt);
    return {
      vector: memory.f32(vectorAt, this.width).slice(),
      prepared: memory.f32(preparedAt, this.#preparedSize).slice(),
      sums: memory.f32(sumsAt, this.#sumsSize).slice(),
      square,
      active,
      node: before.node,
    };
  }

  /**
   * How much the raw score of an item falls when an interaction is left out; exact.
   *
   * @param {import("./engine.js").Person} person
   * @param {Labels} labels
   * @param {number} item row
   * @returns {Float32Array} one an interaction, in order
   */
  explain(person, labels, item) {
    const { wasm, memory, address } = this.#engine, { sums, square, node } = /** @type {EncodedPerson} */ (person);
    const count = labels.size;
    const [workspace, sumsAt, nodeAt, rows, values, effects] = memory.exchange(
      wasm.pr_autoencoder_explain_size(address), sums.byteLength, node?.byteLength ?? 0, 4 * count, 4 * count, 4 * count);
    memory.f32(sumsAt, sums.length).set(sums);
    if (node) memory.f32(nodeAt, node.length).set(node);
    putLabels(memory, labels, rows, values);
    wasm.pr_autoencoder_explain(address, workspace, sumsAt, square, node ? nodeAt : 0, rows, values, count, item, effects);
    return memory.f32(effects, count).slice();
  }
}

/**
 * What changes add to the input: an interaction that is there already goes out with its old value first.
 *
 * @param {EncodedPerson} person
 * @param {Labels} labels
 * @param {Changes} changes
 */
function differences({ square, active }, labels, changes) {
  /** @type {number[]} */
  const rows = [], values = /** @type {number[]} */ ([]);
  for (const [row, label] of changes) {
    const before = labels.get(row)?.value ?? 0, after = label?.value ?? 0;
    square += after * after - before * before;
    active += Number(after !== 0) - Number(before !== 0);
    if (before !== 0) values[rows.push(row) - 1] = -before;
    if (after !== 0) values[rows.push(row) - 1] = after;
  }
  return { rows, values, square: active ? square : 0, active };
}
