import { ACTIVATIONS, DTYPES, EXP, ROWS, STATUS, TOPK_ENTRY, TOPK_HEADER } from "../runtime/abi.js";
import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { familyOf, planOf } from "../families/index.js";
import { assertFinite } from "../families/user-vector.js";
import { log } from "../common/logarithm.js";
import { areBelow } from "../file/item-ids.js";
import { Memory } from "../runtime/memory.js";

/**
 * Items scored per call into the module: scratch memory does not grow with the catalogue. The most
 * that src/two_pass.h takes.
 */
const CHUNK = 4096;

/**
 * Users whose scores one call into the module computes, where a row of the item table serves
 * several: their vectors stay in the nearest cache.
 */
const TOGETHER = 8;

/** Loading yields to the event loop after this long: a page stays responsive, aborts arrive. */
const YIELD_MS = 12;

/**
 * @import { FunctionName } from "../families/family.js"
 * @import { Plan } from "../families/family.js"
 * @import { UserState } from "../families/family.js"
 * @import { CandidatePack } from "./candidate-pack.js"
 *
 * @typedef {object} Wanted what a list holds
 * @property {Uint32Array} [rows] those that it may hold; all without them
 * @property {number} topK how many
 * @property {Uint32Array[]} excluded rows, for each user; a list may be that of several
 * @property {boolean} [raw] whether scores are given before the output function
 * @property {CandidatePack} [pack] whose rows these are
 * @property {boolean} [isFast] whether two passes find them, where that takes less time
 */

/**
 * A model in WebAssembly memory: loading, scoring and ranking, the same for all families. What
 * differs, its `family` knows (families/family.js).
 */
export class Engine {
  /** @type {Memory | undefined} undefined after dispose() */
  #memory;

  /**
   * A buffer for the item side of one pack, and the pack whose rows it holds.
   * @type {{ bytes: number, address: number, items: number, pack?: CandidatePack }}
   */
  #packed = { bytes: 0, address: 0, items: 0 };

  /**
   * @param {import("../runtime/abi.js").Exports} exports
   * @param {Readonly<import("../file/metadata.js").Info>} info
   * @param {Plan} plan
   * @param {import("../file/item-ids.js").ItemIndex} items
   */
  constructor(exports, info, plan, items) {
    this.#memory = new Memory(exports);
    /** @type {import("../runtime/module.js").Simd} */
    this.simd = exports.pr_dense_is_fused() ? "relaxed" : "simd128";
    this.info = info;
    this.plan = plan;
    this.items = items;
    this.family = familyOf(info.kind);
    /** The address of the C model. */
    this.address = 0;
    /** The address of the part of it that scores. */
    this.scorer = 0;
    /** @type {import("../families/family.js").UserEncoder} */
    this.userEncoder = /** @type {any} */ (undefined);
    /**
     * What finds the best by two passes, once it was asked for.
     * @type {import("./estimates.js").Estimates | undefined}
     */
    this.estimates = undefined;
    /** Whether two passes find lists, unless a call says otherwise. */
    this.isFast = false;
    /** Whether a warning about a history was printed. */
    this.hasWarned = false;
  }

  /**
   * Checks a file's tensors and copies them into a new module instance.
   *
   * @param {import("../families/ncf/fuse.js").WeightsFile} file
   * @param {import("../runtime/abi.js").Exports} exports
   * @param {AbortSignal} [signal]
   */
  static async load({ tensors, info }, exports, signal) {
    const { plan, items } = planOf(tensors, info);
    const engine = new Engine(exports, info, plan, items);
    await engine.#load(plan, tensors, signal);
    engine.userEncoder = engine.family.userEncoder(engine, plan, tensors);
    // The tensors are copied: the file may be collected.
    plan.parts = [];
    return engine;
  }

  /**
   * Releases the memory. Later calls of the model and its users throw "disposed".
   */
  dispose() {
    this.#memory = undefined;
  }

  get wasm() {
    return this.memory.exports;
  }

  get memory() {
    if (this.#memory) return this.#memory;
    throw new PocketrecError("disposed", "model", "one in use", "one after dispose()");
  }

  /**
   * @param {Plan} plan
   * @param {Map<string, import("../file/safetensors.js").Tensor>} tensors
   * @param {AbortSignal} [signal]
   */
  async #load(plan, tensors, signal) {
    const { config } = plan;
    const { memory, family } = this;
    const numbers = memory.allocate(config.byteLength);
    memory.u32(numbers, config.length).set(config);
    this.address = memory.allocate(this.function("size", family.core)(numbers));
    this.function("init", family.core)(this.address, numbers);
    this.scorer = family.scorer?.(this) ?? this.address;
    let since = performance.now();
    for (const _ of family.place(this, plan, tensors)) {
      if (performance.now() - since < YIELD_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      throwIfAborted(signal);
      since = performance.now();
    }
  }

  /**
   * A function of the C core, by its verb: those of families are named alike.
   *
   * @param {string} verb
   * @param {string} [prefix]
   */
  function(verb, prefix = this.family.scoring ?? this.family.core) {
    return this.wasm[/** @type {FunctionName} */ (`pr_${prefix}_${verb}`)];
  }

  /**
   * Chooses the items that rows mean.
   * @param {number} items the address of a pack's items; 0: the model's own
   */
  useItems(items) {
    this.function("use")(this.scorer, items);
  }

  /**
   * Runs `work` with a pack's items in use, or with the model's own. A pack's rows stay in memory
   * until another pack needs the buffer.
   *
   * @template T
   * @param {CandidatePack | undefined} pack
   * @param {() => T} work
   */
  #with(pack, work) {
    if (!pack) return work();
    try {
      if (this.#packed.pack === pack) this.useItems(this.#packed.items);
      else this.#placePack(pack);
      return work();
    } finally {
      if (this.#memory) this.useItems(0);
    }
  }

  /** @param {CandidatePack} pack */
  #placePack(pack) {
    this.#packed.pack = undefined;
    const items = pack.place((bytes) => {
      const { memory } = this;
      if (bytes > this.#packed.bytes)
        this.#packed = { bytes: 2 * bytes, address: memory.allocate(2 * bytes), items: 0 };
      else memory.u8(this.#packed.address, bytes).fill(0);
      return this.#packed.address;
    });
    Object.assign(this.#packed, { items, pack });
  }

  /**
   * The state of a user with this vector.
   * @param {Float32Array} vector
   * @returns {UserState}
   */
  ofVector(vector) {
    const { memory, scorer } = this;
    const size = this.function("prepared_size")(scorer);
    const [from, to] = memory.scratch(vector.byteLength, 4 * size);
    memory.f32(from, vector.length).set(vector);
    this.function("prepare")(scorer, from, to);
    return { vector, prepared: memory.f32(to, size).slice() };
  }

  /**
   * One score per item, in order; undefined where a row is out of range.
   *
   * @param {UserState} state
   * @param {Uint32Array} rows
   * @param {boolean} raw before the output function
   * @param {CandidatePack} [pack] whose rows these are
   */
  score(state, rows, raw, pack) {
    const [offset] = this.#offsets([state], raw);
    return this.#with(pack, () => this.#score(state, rows, raw, offset));
  }

  /**
   * @param {UserState} state
   * @param {Uint32Array} rows
   * @param {boolean} raw
   * @param {number} offset
   */
  #score(state, rows, raw, offset) {
    let scores = rows.length > CHUNK ? new Float32Array(rows.length) : undefined;
    const scratch = this.#scratch([state], rows, rows.length);
    const isWhole = this.#scan([state], rows, rows.length, scratch, (address, first, count) => {
      if (!raw) this.#applyOutput(address, count, offset);
      const chunk = this.memory.f32(address, count);
      // Most lists are one chunk: its copy is the result.
      if (scores) scores.set(chunk, first);
      else scores = chunk.slice();
    });
    return isWhole ? (scores ?? new Float32Array(0)) : undefined;
  }

  /**
   * How many users a call of `best` takes.
   * @param {boolean} isFast
   */
  together(isFast) {
    return this.family.scoresMany && !(isFast && this.estimates) ? TOGETHER : 1;
  }

  /**
   * The best of some rows, or of the whole catalogue, by the raw score, for each user.
   *
   * @param {UserState[]} states at most `together`
   * @param {Wanted} wanted
   * @returns {{ positions: Uint32Array, scores: Float32Array }[]} positions in `rows`, the best
   *   first
   */
  best(states, wanted) {
    const offsets = this.#offsets(states, wanted.raw);
    return this.#with(wanted.pack, () => this.#best(states, wanted, offsets));
  }

  /**
   * @param {UserState[]} states
   * @param {Wanted} wanted
   * @param {number[]} offsets
   */
  #best(states, { rows, topK, excluded, raw = false, pack, isFast = false }, offsets) {
    const { wasm, memory, family, scorer } = this;
    const items = pack?.itemCount ?? this.items.count;
    const length = rows?.length ?? items;
    const capacity = Math.min(topK, length);
    // The output function is applied to scores in place, a multiple of four.
    const topSize = TOPK_HEADER + TOPK_ENTRY * (capacity + 1);
    const bitmapSize = excluded.some((list) => list.length) ? Math.ceil(items / 8) : 0;
    const sizes = [topSize, bitmapSize].map((bytes) => bytes * states.length);
    const scratch = this.#scratch(states, rows, length, ...sizes);
    const [prepared, chunk, , tops, bitmaps] = scratch;
    const topOf = (/** @type {number} */ user) => tops + topSize * user;
    const bitmapOf = (/** @type {number} */ user) => bitmapSize && bitmaps + bitmapSize * user;
    for (const [user, list] of excluded.entries()) {
      wasm.pr_topk_init(topOf(user), capacity);
      const bits = memory.u8(bitmapOf(user), bitmapSize).fill(0);
      for (const row of list) bits[row >> 3] |= 1 << (row & 7);
    }
    const estimates = isFast ? this.estimates?.worthwhile(length, capacity) : undefined;
    if (family.hasScan && !rows && states.length === 1) {
      // In the precision in which vectors are stored.
      if (this.function("scan")(scorer, prepared, 0, length, bitmapOf(0), tops) !== STATUS.OK)
        throw notFinite();
    } else if (estimates)
      this.#chunks(rows, length, chunk, (part, first, count) =>
        estimates.find(prepared, part, first, count, bitmapOf(0), tops),
      );
    else
      this.#scan(states, rows, length, scratch, (scores, first, count, part, user) =>
        wasm.pr_topk_push(topOf(user), scores, part, first, count, bitmapOf(user)),
      );
    return offsets.map((offset, user) => this.#sorted(topOf(user), raw, offset));
  }

  /**
   * @param {number} top
   * @param {boolean} raw
   * @param {number} offset
   */
  #sorted(top, raw, offset) {
    const { wasm, memory } = this;
    const count = wasm.pr_topk_sort(top);
    const entries = top + TOPK_HEADER;
    const positions = new Uint32Array(count);
    const numbers = memory.f32(entries, 2 * count).slice();
    const bits = memory.u32(entries, 2 * count);
    for (let i = 0; i < count; i++) positions[i] = bits[2 * i + 1];
    const scores = memory.f32(entries, count);
    for (let i = 0; i < count; i++) scores[i] = numbers[2 * i];
    if (!raw) this.#applyOutput(entries, count, offset);
    return { positions, scores: scores.slice() };
  }

  /**
   * Items as vectors: their rows of the item table, or the tower's input of them.
   *
   * @param {Uint32Array} rows
   * @param {CandidatePack} [pack] whose rows these are
   * @returns {Float32Array<ArrayBuffer>} (rows, width)
   */
  vectors(rows, pack) {
    return this.#with(pack, () => {
      const { memory, scorer, family } = this;
      const width = this.plan.vectorWidth;
      if (!width)
        throw new PocketrecError("unsupported", "vectors", "a model with item vectors", "a matrix");
      const padding = family.vectorPadding ?? 4;
      const stride = Math.ceil(width / padding) * padding;
      const [rowsAt, address] = memory.scratch(4 * rows.length, 4 * stride * rows.length);
      memory.u32(rowsAt, rows.length).set(rows);
      // The module does not check them. The app cannot change this copy between check and use.
      if (!areBelow(memory.u32(rowsAt, rows.length), pack?.itemCount ?? this.items.count)) {
        throw new PocketrecError("bad-argument", "items", "rows of items", "a row out of range");
      }
      this.function("vectors")(scorer, rowsAt, rows.length, address);
      const found = memory.f32(address, stride * rows.length);
      const vectors =
        stride === width
          ? found.slice()
          : Float32Array.from(
              { length: width * rows.length },
              (_, i) => found[Math.floor(i / width) * stride + (i % width)],
            );
      return assertFinite(vectors, "vectors");
    });
  }

  /**
   * Scratch buffers for the scores of some users: prepared users, which are copied there, a chunk's
   * rows, a chunk's raw scores, and others.
   *
   * @param {UserState[]} states all of one length
   * @param {Uint32Array | undefined} rows
   * @param {number} length how many rows
   * @param {number[]} extra bytes of the others
   * @returns {number[]} their addresses
   */
  #scratch(states, rows, length, ...extra) {
    const { memory } = this;
    const chunk = Math.min(CHUNK, length);
    const width = states[0].prepared.length;
    const addresses = memory.scratch(
      4 * width * states.length,
      rows ? 4 * chunk : 0,
      4 * (chunk * states.length + ROWS),
      ...extra,
    );
    const users = memory.f32(addresses[0], width * states.length);
    states.forEach(({ prepared }, user) => users.set(prepared, width * user));
    return addresses;
  }

  /**
   * Raw scores of rows (or of 0, 1, ... length - 1), a chunk at a time. False where a row is out of
   * range.
   *
   * @param {UserState[]} states
   * @param {Uint32Array | undefined} rows
   * @param {number} length
   * @param {number[]} scratch of #scratch
   * @param {(raw: number, first: number, count: number, part: number, user: number) => void} visit
   *   gets the address of a user's scores of a chunk, and that of its rows, 0 for none
   */
  #scan({ length: users }, rows, length, [prepared, chunk, raw], visit) {
    const score = this.function(this.family.scoresMany ? "score_many" : "score");
    return this.#chunks(rows, length, chunk, (part, first, count) => {
      // Without score_many there is one user, and the module ignores an argument too many.
      const status = score(this.scorer, prepared, part, first, count, raw, users);
      if (status !== STATUS.OK) return status;
      this.#assertFinite(raw, count * users);
      for (let user = 0; user < users; user++)
        visit(raw + 4 * count * user, first, count, part, user);
      return status;
    });
  }

  /**
   * Calls `work` for rows (or for 0, 1, ... length - 1), a chunk at a time. False where a row is
   * out of range.
   *
   * @param {Uint32Array | undefined} rows
   * @param {number} length
   * @param {number} chunk address of a chunk's rows
   * @param {(part: number, first: number, count: number) => number} work gets that address, 0 for
   *   no rows, and returns a STATUS
   */
  #chunks(rows, length, chunk, work) {
    for (let first = 0; first < length; first += CHUNK) {
      const count = Math.min(CHUNK, length - first);
      if (rows) this.memory.u32(chunk, count).set(rows.subarray(first, first + count));
      const status = work(rows ? chunk : 0, first, count);
      if (status === STATUS.ERR_NOT_FINITE) throw notFinite();
      if (status !== STATUS.OK) return false;
    }
    return true;
  }

  /**
   * For each user the log of a softmax's sum over the catalogue, which its output subtracts from
   * raw scores; 0 for other outputs. The first call for a state takes one pass over the catalogue.
   *
   * @param {UserState[]} states
   * @param {boolean} [raw] whether no output function follows
   */
  #offsets(states, raw) {
    if (raw || this.info.output !== "softmax") return states.map(() => 0);
    if (this.plan.rows === 0)
      throw new PocketrecError(
        "bad-argument",
        "raw",
        "true, since the file lacks the items that the softmax sums over",
        "false",
      );
    const fresh = states.filter(({ logSum }) => logSum === undefined);
    if (fresh.length) this.#addLogSums(fresh);
    return states.map(({ logSum }) => /** @type {number} */ (logSum));
  }

  /** @param {UserState[]} states */
  #addLogSums(states) {
    const { wasm, memory, items } = this;
    const scratch = this.#scratch(states, undefined, items.count, 16 * states.length);
    const sumsOf = (/** @type {number} */ user) => memory.f64(scratch[3] + 16 * user, 2);
    for (const user of states.keys()) sumsOf(user).set([-Infinity, 0]);
    this.#scan(states, undefined, items.count, scratch, (raw, _, count, __, user) =>
      wasm.pr_log_sum_add(scratch[3] + 16 * user, raw, count),
    );
    for (const [user, state] of states.entries()) {
      const [maximum, sum] = sumsOf(user);
      state.logSum = maximum + log(sum);
    }
  }

  /**
   * Applies the output function to raw scores, in place.
   *
   * @param {number} address of a buffer for a multiple of ROWS floats
   * @param {number} count
   * @param {number} offset
   */
  #applyOutput(address, count, offset) {
    const { output, input, rating, clip } = this.info;
    const isRating = input.values === "rating";
    const { minimum = -Infinity, maximum = Infinity } = clip ? rating : {};
    this.wasm.pr_output_apply(
      output === "softmax" || output === "exp" ? EXP : ACTIVATIONS[output],
      offset,
      isRating ? 1 / input.scale : 1,
      isRating ? input.shift : 0,
      minimum,
      maximum,
      address,
      Math.ceil(count / 4) * 4,
    );
    this.#assertFinite(address, count);
  }

  /**
   * Refuses scores that overflowed: their order would say nothing.
   *
   * @param {number} address
   * @param {number} count
   */
  #assertFinite(address, count) {
    if (this.wasm.pr_first_not_finite(DTYPES.F32.code, address, count) >= 0) throw notFinite();
  }
}

const notFinite = () =>
  new PocketrecError("not-finite", "score", "a float32", "an overflow: a vector too large");
