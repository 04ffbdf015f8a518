import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { familyOf, planOf } from "../families/index.js";
import { assertFinite } from "../families/user-vector.js";
import { areBelow } from "../file/item-ids.js";
import { Memory } from "../runtime/memory.js";
import { scoresOf } from "./scores.js";
import { offsetsOf } from "./output.js";
import { bestOf } from "./best.js";

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
 * @import { Wanted } from "./best.js"
 */

/**
 * A model in WebAssembly memory, the same for all families: its loading, its addresses, the rows in
 * use, and what it computes. What differs, its `family` knows (families/family.js).
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
    const [offset] = offsetsOf(this, [state], raw);
    return this.#with(pack, () => scoresOf(this, state, rows, raw, offset));
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
   * @returns {{ positions: number[], scores: number[] }[]} positions in `rows`, the best
   *   first
   */
  best(states, wanted) {
    const offsets = offsetsOf(this, states, wanted.raw);
    return this.#with(wanted.pack, () => bestOf(this, states, wanted, offsets));
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
}
