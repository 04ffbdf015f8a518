import { PocketrecError } from "../common/errors.js";

const PAGE = 65536;

/** What 32-bit WebAssembly can address. */
const MEMORY_MAX = 2 ** 32;

/**
 * The memory of one instance: what stays (a model's weights, by bump allocation) and, behind it,
 * the exchange: room whose content lives for one call. Views are made anew each time, since growing
 * memory detaches the old ones.
 */
export class Memory {
  /** @param {import("./abi.js").Exports} exports */
  constructor(exports) {
    this.exports = exports;
    this.top = align(exports.pr_heap_base() >>> 0);
    // Behind this, memory is as the engine gave it: zeros that need no clearing.
    this.untouched = this.top;
  }

  /**
   * Takes room for good.
   * @param {number} bytes
   * @returns {number} the address, a multiple of 16; the room is zeroed
   */
  allocate(bytes) {
    const dirty = Math.min(this.untouched - this.top, bytes);
    const [place] = this.exchange(bytes);
    this.u8(place, dirty).fill(0);
    this.top = align(this.top + bytes);
    return place;
  }

  /**
   * Room until the next call of this function, one place for each size.
   * @param {number[]} sizes in bytes
   * @returns {number[]} addresses, multiples of 16
   */
  exchange(...sizes) {
    let end = this.top;
    const places = sizes.map((bytes) => {
      const place = end;
      end = align(end + bytes);
      return place;
    });
    const missing = end - this.exports.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE), end);
    this.untouched = Math.max(this.untouched, end);
    return places;
  }

  /**
   * @param {number} pages
   * @param {number} end
   */
  #grow(pages, end) {
    try {
      if (end > MEMORY_MAX) throw new RangeError("more than 32 bits can address");
      this.exports.memory.grow(pages);
    } catch (cause) {
      throw new PocketrecError("out-of-memory", "memory", `room for ${end} bytes`, String(cause), {
        cause,
      });
    }
  }

  /**
   * @param {number} place
   * @param {number} length
   */
  u8(place, length) {
    return new Uint8Array(this.exports.memory.buffer, place, length);
  }

  /**
   * @param {number} place
   * @param {number} length
   */
  u32(place, length) {
    return new Uint32Array(this.exports.memory.buffer, place, length);
  }

  /**
   * @param {number} place
   * @param {number} length
   */
  f32(place, length) {
    return new Float32Array(this.exports.memory.buffer, place, length);
  }

  /**
   * @param {number} place
   * @param {number} length
   */
  f64(place, length) {
    return new Float64Array(this.exports.memory.buffer, place, length);
  }
}

/** @param {number} bytes */
const align = (bytes) => Math.ceil(bytes / 16) * 16;
