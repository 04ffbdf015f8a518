import { PocketrecError, show } from "../errors.js";
import { decode } from "./dtypes.js";
import { Global, PendingTensor } from "./pickle-globals.js";

/**
 * Where PyTorch keeps the numbers of tensors: storages, of which a tensor is a view.
 *
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {object} Storage
 * @property {string} key
 * @property {string} dtype as safetensors names it
 * @property {number} count of its numbers
 * @property {number} offset of what is seen of it
 */

/** @type {Record<string, string>} */
const DTYPES = {
  FloatStorage: "F32", DoubleStorage: "F64", HalfStorage: "F16", BFloat16Storage: "BF16", CharStorage: "I8", ByteStorage: "U8",
  ShortStorage: "I16", IntStorage: "I32", LongStorage: "I64", BoolStorage: "BOOL",
};

/** @type {Record<string, number>} */
export const BYTES = { F32: 4, F64: 8, F16: 2, BF16: 2, I8: 1, U8: 1, I16: 2, I32: 4, I64: 8, BOOL: 1 };

/** How many numbers all tensors may have for each that is stored: views share them. */
const VIEWS_MAX = 64, SPARE = 1e5;

/**
 * What a pickle says of a storage: ("storage", type, key, location, numel, view metadata).
 *
 * @param {unknown} id
 * @returns {Storage | Global}
 */
export function storageOf(id) {
  if (Array.isArray(id) && id[0] === "module" && id[1] instanceof Global) return id[1];
  const [tag, type, key, , count, view] = Array.isArray(id) ? id : [];
  const dtype = type instanceof Global && type.module.startsWith("torch") ? DTYPES[type.name] : undefined;
  if (tag !== "storage" || (typeof key !== "string" && typeof key !== "number")) throw new PocketrecError("unsafe", "file", "references to the tensors' storages", show(tag));
  if (!dtype) throw new PocketrecError("bad-dtype", `storage ${key}`, Object.keys(DTYPES).join(", "), type instanceof Global ? type.path : "another");
  if (!Number.isSafeInteger(count) || count < 0) throw new PocketrecError("bad-shape", `storage ${key}`, "a count of numbers", show(count));
  const offset = Array.isArray(view) ? view[1] : 0;
  if (!Number.isSafeInteger(offset) || offset < 0) throw new PocketrecError("bad-offsets", `storage ${key}`, "a place of the view", show(offset));
  return { key: String(key), dtype, count, offset };
}

/** Makes tensors of views, each storage read once. */
export class Storages {
  /** @type {Map<string, Float32Array>} */
  #read = new Map();
  #stored = 0;
  #made = 0;

  /** @param {(storage: Storage) => Promise<Uint8Array>} bytesOf all bytes of a storage */
  constructor(bytesOf) {
    this.bytesOf = bytesOf;
  }

  /**
   * @param {string} name
   * @param {PendingTensor} pending
   * @returns {Promise<ForeignTensor>} row-major, without holes
   */
  async tensor(name, { storage, offset, shape, strides }) {
    if (typeof storage?.key !== "string" || storage.dtype === undefined) throw new PocketrecError("bad-header", name, "a tensor with a storage", "none");
    const sizes = checkSizes(name, shape), steps = checkSizes(name, strides), start = checkSizes(name, [offset])[0] + storage.offset;
    if (steps.length !== sizes.length) throw new PocketrecError("bad-shape", name, `${sizes.length} strides`, `${steps.length}`);
    const numbers = await this.#numbers(storage), count = sizes.reduce((product, size) => product * size, 1);
    const last = count === 0 ? -1 : sizes.reduce((at, size, axis) => at + (size - 1) * steps[axis], start);
    if (!(last < numbers.length)) throw new PocketrecError("bad-offsets", name, `numbers inside its storage of ${numbers.length}`, `one at ${last}`);
    this.#made += count;
    if (!(this.#made <= VIEWS_MAX * this.#stored + SPARE)) throw new PocketrecError("too-large", name, "tensors that their storages justify", `${count} numbers of ${numbers.length}`);
    return { shape: sizes, values: isPlain(sizes, steps) ? numbers.slice(start, start + count) : gathered(numbers, start, sizes, steps, count) };
  }

  /** @param {Storage} storage */
  async #numbers(storage) {
    const known = this.#read.get(storage.key);
    if (known) return known;
    const bytes = await this.bytesOf(storage);
    const numbers = decode({ name: `storage ${storage.key}`, dtype: storage.dtype, shape: [], bytes });
    this.#read.set(storage.key, numbers);
    this.#stored += numbers.length;
    return numbers;
  }
}

/**
 * @param {string} name
 * @param {unknown} sizes
 * @returns {number[]}
 */
function checkSizes(name, sizes) {
  if (Array.isArray(sizes) && sizes.length <= 16 && sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) return sizes;
  throw new PocketrecError("bad-shape", name, "whole numbers that are not negative", show(sizes));
}

/** @param {number[]} sizes @param {number[]} steps */
function isPlain(sizes, steps) {
  let step = 1;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (sizes[axis] !== 1 && steps[axis] !== step) return false;
    step *= sizes[axis];
  }
  return true;
}

/**
 * @param {Float32Array} numbers
 * @param {number} start
 * @param {number[]} sizes
 * @param {number[]} steps
 * @param {number} count
 */
function gathered(numbers, start, sizes, steps, count) {
  const values = new Float32Array(count), index = new Array(sizes.length).fill(0);
  let from = start;
  for (let at = 0; at < count; at++) {
    values[at] = numbers[from];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < sizes[axis]) break;
      from -= sizes[axis] * steps[axis];
      index[axis] = 0;
    }
  }
  return values;
}
