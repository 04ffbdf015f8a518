import { ACTIVATIONS, DTYPES, ROWS, TOPK_ENTRY, TOPK_HEADER } from "./abi.js";
import { PocketrecError, throwIfAborted } from "./errors.js";
import { readItems } from "./items.js";
import { Memory } from "./memory.js";
import { planNcf } from "./ncf.js";

/** Items scored by one call into the module: the exchange stays small whatever the catalogue. */
const CHUNK = 4096;

/** Floats of a tensor converted at a time while loading. */
const STAGE = 1 << 16;

/** Loading gives the thread back after this long, so that a page stays alive and an abort is heard. */
const BREATH_MS = 12;

/**
 * A model in WebAssembly memory: loading, and the few operations that everything else is made of.
 */
export class Engine {
  /** @type {Memory | undefined} undefined once let go */
  #room;
  /** @type {{ part: import("./ncf.js").Part, scale?: Uint8Array }[]} */
  #userTables = [];
  #model = 0;
  #preparedSize = 0;

  /**
   * @param {import("./abi.js").Exports} exports
   * @param {Readonly<import("./metadata.js").Info>} info
   * @param {import("./items.js").Items} items
   * @param {import("./ncf.js").Plan} plan
   */
  constructor(exports, info, items, plan) {
    this.#room = new Memory(exports);
    /** @type {import("./wasm.js").Simd} */
    this.simd = exports.pr_dense_is_fused() ? "relaxed" : "simd128";
    this.info = info;
    this.items = items;
    this.users = plan.users;
    this.userWidth = plan.gmf + plan.mlp;
  }

  /**
   * @param {import("./fuse.js").WeightsFile} file
   * @param {import("./abi.js").Exports} exports
   * @param {AbortSignal} [signal]
   */
  static async load({ tensors, info }, exports, signal) {
    const plan = planNcf(tensors, info);
    const engine = new Engine(exports, info, readItems(tensors.get("item_ids"), plan.items), plan);
    await engine.#load(plan, tensors, signal);
    return engine;
  }

  /** Lets the memory go. Whatever is asked of the model or its users afterwards throws "disposed". */
  dispose() {
    this.#room = undefined;
  }

  get #wasm() {
    return this.#memory.exports;
  }

  get #memory() {
    if (this.#room) return this.#room;
    throw new PocketrecError("disposed", "model", "one in use", "one after dispose()");
  }

  /**
   * @param {import("./ncf.js").Plan} plan
   * @param {Map<string, import("./safetensors.js").Tensor>} tensors
   * @param {AbortSignal} [signal]
   */
  async #load({ config, parts, userTables }, tensors, signal) {
    const wasm = this.#wasm, memory = this.#memory;
    const numbers = memory.allocate(config.byteLength);
    memory.u32(numbers, config.length).set(config);
    this.#model = wasm.pr_ncf_init(memory.allocate(wasm.pr_ncf_size(numbers)), numbers);
    this.#preparedSize = wasm.pr_ncf_prepared_size(this.#model);
    this.#userTables = userTables.map((part) => ({ part, scale: scaleOf(part, tensors)?.slice() }));
    let breath = performance.now();
    for (const part of parts) {
      for (const _ of this.#loadPart(part, tensors)) {
        if (performance.now() - breath < BREATH_MS) continue;
        await new Promise((resolve) => setTimeout(resolve));
        throwIfAborted(signal);
        breath = performance.now();
      }
    }
    const block = wasm.pr_fold_in_ready(this.#model);
    if (block >= 0) {
      const name = `${block ? "mlp" : "gmf"}.user_covariance`;
      throw new PocketrecError("bad-shape", name, "a positive definite matrix", "another");
    }
  }

  /**
   * Converts a tensor and puts it in its place, some rows at a time.
   * @param {import("./ncf.js").Part} part
   * @param {Map<string, import("./safetensors.js").Tensor>} tensors
   */
  *#loadPart(part, tensors) {
    const step = Math.max(1, Math.floor(STAGE / part.width));
    const scale = scaleOf(part, tensors);
    for (let first = 0; first < part.rows; first += step) {
      const count = Math.min(step, part.rows - first);
      this.#wasm.pr_ncf_set(this.#model, part.code, first, count, this.#convert(part, scale, first, count));
      yield;
    }
  }

  /**
   * Rows of a tensor as float32, in the exchange.
   *
   * @param {import("./ncf.js").Part} part
   * @param {Uint8Array | undefined} scale
   * @param {number} first
   * @param {number} count
   * @returns {number} the address of (count, width) floats, all finite
   */
  #convert({ tensor, width }, scale, first, count) {
    const memory = this.#memory, { code, bytes } = DTYPES[tensor.dtype], size = count * width * bytes;
    const [raw, scales, values] = memory.exchange(size, 4 * count, 4 * count * width);
    memory.u8(raw, size).set(tensor.bytes.subarray(first * width * bytes, first * width * bytes + size));
    if (scale) memory.u8(scales, 4 * count).set(scale.subarray(4 * first, 4 * (first + count)));
    const bad = this.#wasm.pr_convert(code, raw, scales, count, width, values);
    if (bad < 0) return values;
    const at = `row ${first + Math.floor(bad / width)}, column ${bad % width}`;
    throw new PocketrecError("not-finite", tensor.name, "finite numbers", `${memory.f32(values, bad + 1)[bad]} in ${at}`);
  }

  /** The training users' mean, where a new person starts. A copy. */
  meanVector() {
    return this.#memory.f32(this.#wasm.pr_ncf_user_mean(this.#model) >>> 0, this.userWidth).slice();
  }

  /**
   * The vector of a user in the file's tables.
   * @param {number} row
   */
  userVector(row) {
    const vector = new Float32Array(this.userWidth);
    let at = 0;
    for (const { part, scale } of this.#userTables) {
      vector.set(this.#memory.f32(this.#convert(part, scale, row, 1), part.width), at);
      at += part.width;
    }
    return vector;
  }

  /**
   * The part of a score that is the same for every candidate.
   * @param {Float32Array} vector
   */
  prepare(vector) {
    const wasm = this.#wasm, memory = this.#memory;
    const [from, to] = memory.exchange(vector.byteLength, 4 * this.#preparedSize);
    memory.f32(from, vector.length).set(vector);
    wasm.pr_ncf_prepare(this.#model, from, to);
    return memory.f32(to, this.#preparedSize).slice();
  }

  /**
   * Fits a vector to a history, from `start` or from the mean user. No history gives the mean user.
   *
   * @param {Float32Array | undefined} start
   * @param {Map<number, { target: number }>} labels by row
   * @param {{ steps: number, learning_rate: number, negatives: number, prior: number }} options
   * @param {number} seed
   * @returns {Float32Array}
   */
  foldIn(start, labels, options, seed) {
    const wasm = this.#wasm, memory = this.#memory, count = labels.size;
    const vector = start ?? this.meanVector();
    if (count === 0) return this.meanVector();
    const [workspace, rows, targets, place] = memory.exchange(
      wasm.pr_fold_in_size(this.#model), 4 * count, 4 * count, vector.byteLength);
    memory.u32(rows, count).set([...labels.keys()]);
    memory.f32(targets, count).set(Array.from(labels.values(), ({ target }) => target));
    memory.f32(place, vector.length).set(vector);
    wasm.pr_fold_in(this.#model, workspace, rows, targets, count,
      options.steps, options.learning_rate, options.negatives, options.prior, seed, place);
    const fitted = memory.f32(place, vector.length).slice();
    if (fitted.every(Number.isFinite)) return fitted;
    throw new PocketrecError("not-finite", "user", "a vector that this history can be fitted by", "one that grew out of bounds", {
      hint: "Are the ratings on the model's scale, and fold_in.learning_rate and the covariance of a sensible size?",
    });
  }

  /**
   * One score an item, in order.
   *
   * @param {Float32Array} prepared
   * @param {Uint32Array} rows all in range
   * @param {boolean} raw before the output function
   */
  score(prepared, rows, raw) {
    const scores = new Float32Array(rows.length);
    this.#scan(prepared, rows, rows.length, [], (place, first, count) => {
      if (!raw) this.#applyOutput(place, count);
      scores.set(this.#memory.f32(place, count), first);
    });
    return scores;
  }

  /**
   * The best of some rows, or of the whole catalogue, by the raw score.
   *
   * @param {Float32Array} prepared
   * @param {Uint32Array | undefined} rows undefined: all
   * @param {number} topK
   * @param {Uint32Array} excluded rows
   * @returns {{ position: number, score: number }[]} positions in `rows`, the best first
   */
  best(prepared, rows, topK, excluded) {
    const wasm = this.#wasm, memory = this.#memory, length = rows?.length ?? this.items.count;
    const capacity = Math.min(topK, length), bitmapSize = excluded.length ? Math.ceil(this.items.count / 8) : 0;
    let top = 0, bitmap = 0;
    const start = (/** @type {number[]} */ ...places) => {
      [top, bitmap] = places;
      wasm.pr_topk_init(top, capacity);
      const bits = memory.u8(bitmap, bitmapSize).fill(0);
      for (const row of excluded) bits[row >> 3] |= 1 << (row & 7);
    };
    this.#scan(prepared, rows, length, [TOPK_HEADER + TOPK_ENTRY * capacity, bitmapSize], (raw, first, count, chunk) => {
      wasm.pr_topk_push(top, raw, chunk, first, count, bitmapSize ? bitmap : 0);
    }, start);
    return this.#sorted(top);
  }

  /** @param {number} top */
  #sorted(top) {
    const memory = this.#memory, count = this.#wasm.pr_topk_sort(top), entries = top + TOPK_HEADER;
    const numbers = memory.f32(entries, 2 * count), bits = memory.u32(entries, 2 * count);
    const raw = Float32Array.from({ length: count }, (_, i) => numbers[2 * i]);
    const positions = Array.from({ length: count }, (_, i) => bits[2 * i + 1]);
    const [place] = memory.exchange(4 * (count + ROWS));
    memory.f32(place, count).set(raw);
    this.#applyOutput(place, count);
    const scores = memory.f32(place, count);
    return positions.map((position, i) => ({ position, score: scores[i] }));
  }

  /**
   * Raw scores of rows (or of 0, 1, ... length - 1), a chunk at a time in the exchange.
   *
   * @param {Float32Array} prepared
   * @param {Uint32Array | undefined} rows
   * @param {number} length
   * @param {number[]} extra sizes of more room in the exchange
   * @param {(raw: number, first: number, count: number, chunk: number) => void} visit addresses, 0 for no rows
   * @param {(...places: number[]) => void} [start] gets the places of the extra room
   */
  #scan(prepared, rows, length, extra, visit, start) {
    const wasm = this.#wasm, memory = this.#memory, most = Math.min(CHUNK, length);
    const [user, chunk, raw, ...places] = memory.exchange(
      prepared.byteLength, rows ? 4 * most : 0, 4 * (most + ROWS), ...extra);
    memory.f32(user, prepared.length).set(prepared);
    start?.(...places);
    for (let first = 0; first < length; first += CHUNK) {
      const count = Math.min(CHUNK, length - first);
      if (rows) memory.u32(chunk, count).set(rows.subarray(first, first + count));
      wasm.pr_ncf_score(this.#model, user, rows ? chunk : 0, first, count, raw);
      visit(raw, first, count, rows ? chunk : 0);
    }
  }

  /**
   * @param {number} place with room for a multiple of ROWS
   * @param {number} count
   */
  #applyOutput(place, count) {
    this.#wasm.pr_output_apply(ACTIVATIONS[this.info.output], place, Math.ceil(count / 4) * 4);
  }
}

/**
 * The scales of an I8 tensor, as bytes. Refuses a dtype that holds no weights.
 *
 * @param {import("./ncf.js").Part} part
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 */
function scaleOf({ tensor, rows }, tensors) {
  if (!Object.hasOwn(DTYPES, tensor.dtype)) {
    throw new PocketrecError("bad-dtype", tensor.name, Object.keys(DTYPES).join(", "), tensor.dtype);
  }
  if (tensor.dtype !== "I8") return undefined;
  const name = `${tensor.name}.scale`, scale = tensors.get(name);
  if (!scale) throw new PocketrecError("missing-tensor", name, `an F32 scale for each of ${rows} rows`, "none");
  if (scale.dtype !== "F32") throw new PocketrecError("bad-dtype", name, "F32", scale.dtype);
  if (scale.bytes.length !== 4 * rows) {
    throw new PocketrecError("bad-shape", name, `[${rows}]`, `[${scale.shape.join(", ")}]`);
  }
  return scale.bytes;
}
