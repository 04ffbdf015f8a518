import { ACTIVATIONS, EXP, ROWS, TOPK_ENTRY, TOPK_HEADER } from "./abi.js";
import { planAutoencoder } from "./autoencoder.js";
import { AutoencoderPeople } from "./autoencoder-people.js";
import { PocketrecError, throwIfAborted } from "./errors.js";
import { readItems } from "./items.js";
import { Memory } from "./memory.js";
import { familyOf } from "./metadata.js";
import { planNcf } from "./ncf.js";
import { NcfPeople } from "./ncf-people.js";
import { RidgePeople } from "./ridge-people.js";
import { placeParts } from "./weights.js";

/** Items scored by one call into the module: the exchange stays small whatever the catalogue. */
const CHUNK = 4096;

/** Loading gives the thread back after this long, so that a page stays alive and an abort is heard. */
const BREATH_MS = 12;

/**
 * What of a person the scores need: made by the people of a family (ncf-people.js, autoencoder-people.js,
 * ridge-people.js), and replaced whole when the person changes.
 *
 * @typedef {object} Person
 * @property {Float32Array} vector
 * @property {Float32Array} prepared the part of a score that is the same for every candidate
 * @property {number} [logSum] of a softmax over the catalogue, once somebody has asked for a probability
 */

/**
 * A model in WebAssembly memory: loading, scoring and ranking. What a person is, its `people` know.
 */
export class Engine {
  /** @type {Memory | undefined} undefined once let go */
  #room;

  /**
   * @param {import("./abi.js").Exports} exports
   * @param {Readonly<import("./metadata.js").Info>} info
   * @param {import("./items.js").Items} items
   */
  constructor(exports, info, items) {
    this.#room = new Memory(exports);
    /** @type {import("./wasm.js").Simd} */
    this.simd = exports.pr_dense_is_fused() ? "relaxed" : "simd128";
    this.info = info;
    this.items = items;
    this.family = familyOf(info.kind);
    /** The model in the module's memory. */
    this.address = 0;
    /** @type {NcfPeople | AutoencoderPeople | RidgePeople} */
    this.people = /** @type {any} */ (undefined);
  }

  /**
   * @param {import("./fuse.js").WeightsFile} file
   * @param {import("./abi.js").Exports} exports
   * @param {AbortSignal} [signal]
   */
  static async load({ tensors, info }, exports, signal) {
    const plan = familyOf(info.kind) === "ncf" ? planNcf(tensors, info) : planAutoencoder(tensors, info);
    const engine = new Engine(exports, info, readItems(tensors.get("item_ids"), plan.items));
    await engine.#load(plan, tensors, signal);
    if ("gmf" in plan) engine.people = new NcfPeople(engine, plan, tensors);
    else if (info.kind === "autorec-item") engine.people = new RidgePeople(engine, plan);
    else engine.people = new AutoencoderPeople(engine, plan, tensors);
    return engine;
  }

  /** Lets the memory go. Whatever is asked of the model or its users afterwards throws "disposed". */
  dispose() {
    this.#room = undefined;
  }

  get wasm() {
    return this.memory.exports;
  }

  get memory() {
    if (this.#room) return this.#room;
    throw new PocketrecError("disposed", "model", "one in use", "one after dispose()");
  }

  /**
   * @param {{ config: Int32Array, parts: import("./parts.js").Part[] }} plan
   * @param {Map<string, import("./safetensors.js").Tensor>} tensors
   * @param {AbortSignal} [signal]
   */
  async #load({ config, parts }, tensors, signal) {
    const { wasm, memory, family } = this, numbers = memory.allocate(config.byteLength);
    memory.u32(numbers, config.length).set(config);
    this.address = memory.allocate(wasm[`pr_${family}_size`](numbers));
    wasm[`pr_${family}_init`](this.address, numbers);
    let breath = performance.now();
    for (const _ of placeParts(this, parts, tensors)) {
      if (performance.now() - breath < BREATH_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      throwIfAborted(signal);
      breath = performance.now();
    }
  }

  /**
   * Somebody of this vector.
   * @param {Float32Array} vector
   * @returns {Person}
   */
  ofVector(vector) {
    const { wasm, memory, family, address } = this, size = wasm[`pr_${family}_prepared_size`](address);
    const [from, to] = memory.exchange(vector.byteLength, 4 * size);
    memory.f32(from, vector.length).set(vector);
    wasm[`pr_${family}_prepare`](address, from, to);
    return { vector, prepared: memory.f32(to, size).slice() };
  }

  /**
   * One score an item, in order; undefined where a row is out of range.
   *
   * @param {Person} person
   * @param {Uint32Array} rows
   * @param {boolean} raw before the output function
   */
  score(person, rows, raw) {
    const offset = raw ? 0 : this.#offset(person);
    let scores = rows.length > CHUNK ? new Float32Array(rows.length) : undefined;
    const isWhole = this.#scan(person, rows, rows.length, [], (place, first, count) => {
      if (!raw) this.#applyOutput(place, count, offset);
      const chunk = this.memory.f32(place, count);
      // One chunk is most lists: its copy is the result, and nothing is filled with zeros first.
      if (scores) scores.set(chunk, first);
      else scores = chunk.slice();
    });
    return isWhole ? scores ?? new Float32Array(0) : undefined;
  }

  /**
   * The best of some rows, or of the whole catalogue, by the raw score.
   *
   * @param {Person} person
   * @param {Uint32Array | undefined} rows undefined: all
   * @param {number} topK
   * @param {Uint32Array} excluded rows
   * @param {boolean} raw whether scores are given before the output function
   * @returns {{ position: number, score: number }[]} positions in `rows`, the best first
   */
  best(person, rows, topK, excluded, raw) {
    const { wasm, memory } = this, length = rows?.length ?? this.items.count, offset = raw ? 0 : this.#offset(person);
    const capacity = Math.min(topK, length), bitmapSize = excluded.length ? Math.ceil(this.items.count / 8) : 0;
    let top = 0, bitmap = 0;
    const start = (/** @type {number[]} */ ...places) => {
      [top, bitmap] = places;
      wasm.pr_topk_init(top, capacity);
      const bits = memory.u8(bitmap, bitmapSize).fill(0);
      for (const row of excluded) bits[row >> 3] |= 1 << (row & 7);
    };
    this.#scan(person, rows, length, [TOPK_HEADER + TOPK_ENTRY * capacity, bitmapSize], (scores, first, count, chunk) => {
      wasm.pr_topk_push(top, scores, chunk, first, count, bitmapSize ? bitmap : 0);
    }, start);
    return this.#sorted(top, raw, offset);
  }

  /**
   * @param {number} top
   * @param {boolean} raw
   * @param {number} offset
   */
  #sorted(top, raw, offset) {
    const { wasm, memory } = this, count = wasm.pr_topk_sort(top), entries = top + TOPK_HEADER;
    const numbers = memory.f32(entries, 2 * count), bits = memory.u32(entries, 2 * count);
    const best = Float32Array.from({ length: count }, (_, i) => numbers[2 * i]);
    const positions = Array.from({ length: count }, (_, i) => bits[2 * i + 1]);
    const [place] = memory.exchange(4 * (count + ROWS));
    memory.f32(place, count).set(best);
    if (!raw) this.#applyOutput(place, count, offset);
    const scores = memory.f32(place, count);
    return positions.map((position, i) => ({ position, score: scores[i] }));
  }

  /**
   * Raw scores of rows (or of 0, 1, ... length - 1), a chunk at a time in the exchange. False where a row is out of range.
   *
   * @param {Person} person
   * @param {Uint32Array | undefined} rows
   * @param {number} length
   * @param {number[]} extra sizes of more room in the exchange
   * @param {(raw: number, first: number, count: number, chunk: number) => void} visit addresses, 0 for no rows
   * @param {(...places: number[]) => void} [start] gets the places of the extra room
   */
  #scan({ prepared }, rows, length, extra, visit, start) {
    const { wasm, memory } = this, most = Math.min(CHUNK, length);
    const score = this.family === "ncf" ? wasm.pr_ncf_score : wasm.pr_autoencoder_score;
    const [user, chunk, raw, ...places] = memory.exchange(
      prepared.byteLength, rows ? 4 * most : 0, 4 * (most + ROWS), ...extra);
    memory.f32(user, prepared.length).set(prepared);
    start?.(...places);
    for (let first = 0; first < length; first += CHUNK) {
      const count = Math.min(CHUNK, length - first);
      if (rows) memory.u32(chunk, count).set(rows.subarray(first, first + count));
      if (score(this.address, user, rows ? chunk : 0, first, count, raw) >= 0) return false;
      visit(raw, first, count, rows ? chunk : 0);
    }
    return true;
  }

  /**
   * What a softmax takes from the raw scores: the log of the sum over the catalogue. One pass for a person, kept.
   * @param {Person} person
   */
  #offset(person) {
    if (this.info.output !== "softmax") return 0;
    if (person.logSum === undefined) {
      let place = 0;
      this.#scan(person, undefined, this.items.count, [16], (raw, _, count) => this.wasm.pr_log_sum_add(place, raw, count), (at) => {
        place = at;
        this.memory.f64(place, 2).set([-Infinity, 0]);
      });
      const [most, sum] = this.memory.f64(place, 2);
      person.logSum = most + Math.log(sum);
    }
    return person.logSum;
  }

  /**
   * @param {number} place with room for a multiple of ROWS
   * @param {number} count
   * @param {number} offset
   */
  #applyOutput(place, count, offset) {
    const { output, input, rating, clip } = this.info, isRating = input.values === "rating";
    const { minimum = -Infinity, maximum = Infinity } = clip ? rating : {};
    this.wasm.pr_output_apply(output === "softmax" ? EXP : ACTIVATIONS[output], offset,
      isRating ? 1 / input.scale : 1, isRating ? input.shift : 0, minimum, maximum, place, Math.ceil(count / 4) * 4);
  }
}
