import { PocketrecError } from "../common/errors.js";

const PAGE = 65536;

/** Bytes that 32-bit addresses reach. */
const MEMORY_MAX = 2 ** 32;

/**
 * The memory of one instance: permanent buffers (a model's weights, by bump allocation) and, above
 * them, scratch buffers, which are valid for one call. A view is created for each use, since
 * growing the memory detaches existing views.
 */
export class Memory {
  /** @param {import("./abi.js").Exports} exports */
  constructor(exports) {
    this.exports = exports;
    this.top = align(exports.pr_heap_base() >>> 0);
    // Memory from here on was never written: it is zero.
    this.untouched = this.top;
  }

  /**
   * Allocates a permanent buffer.
   * @param {number} bytes
   * @returns {number} its address, a multiple of 16; the buffer is zeroed
   */
  allocate(bytes) {
    const dirty = Math.min(this.untouched - this.top, bytes);
    const [address] = this.scratch(bytes);
    this.u8(address, dirty).fill(0);
    this.top = align(this.top + bytes);
    return address;
  }

  /**
   * Scratch buffers, one for each size. They are valid until the next call of this function or of
   * `allocate`.
   *
   * @param {number[]} sizes in bytes
   * @returns {number[]} addresses, multiples of 16
   */
  scratch(...sizes) {
    let end = this.top;
    const addresses = sizes.map((bytes) => {
      const address = end;
      end = align(end + bytes);
      return address;
    });
    const missing = end - this.exports.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE), end);
    this.untouched = Math.max(this.untouched, end);
    return addresses;
  }

  /**
   * @param {number} pages
   * @param {number} end
   */
  #grow(pages, end) {
    try {
      if (end > MEMORY_MAX) throw new RangeError("more than 32 bits address");
      this.exports.memory.grow(pages);
    } catch (cause) {
      throw new PocketrecError("out-of-memory", "memory", `${end} bytes`, String(cause), { cause });
    }
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  u8(address, length) {
    return new Uint8Array(this.exports.memory.buffer, address, length);
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  u32(address, length) {
    return new Uint32Array(this.exports.memory.buffer, address, length);
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  f32(address, length) {
    return new Float32Array(this.exports.memory.buffer, address, length);
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  f64(address, length) {
    return new Float64Array(this.exports.memory.buffer, address, length);
  }
}

/** @param {number} bytes */
const align = (bytes) => Math.ceil(bytes / 16) * 16;
