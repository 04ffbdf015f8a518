/**
 * The functions of a WebAssembly module, split by what a byte means. Numbers of local
 * variables, offsets into memory and all else follow patterns of their own: stored one after the
 * other, they compress by a tenth better than mixed. scripts/module-streams.js takes them apart.
 */

/**
 * Types of local variables; instructions; which local variable is read or written; alignment and
 * offset in memory; lanes and constants that are not integers.
 */
export const [TYPES, CODE, READS, WRITES, ALIGNMENTS, OFFSETS, LITERALS] = [0, 1, 2, 3, 4, 5, 6];
export const STREAMS = 7;

/** How many numbers stand after the first instructions: block to if, br, br_if, call to the end. */
export const NUMBERS = [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 2];

/** Bytes that the size of a function takes at most. */
const SIZE_MAX = 5;

/**
 * Puts functions together, each after its size. A plain loop over bytes: it runs once, before an
 * engine has compiled it, and is a part of the time to the first score.
 *
 * @param {Uint8Array} streams one after the other
 * @param {number[]} at where each begins
 * @param {Uint8Array} bytes of the module
 * @param {number} end of what stands before the functions
 * @returns {number} their end
 * @see https://webassembly.github.io/spec/core/binary/instructions.html
 */
export function joinFunctions(streams, at, bytes, end) {
  /** Copies a number, of 7 bits a byte. @param {number} stream */
  const number = (stream) => {
    let from = at[stream];
    let byte = (bytes[end++] = streams[from++]);
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[end++] = streams[from++];
      value |= (byte & 127) << shift;
    }
    at[stream] = from;
    return value;
  };
  const last = at[CODE];
  while (at[TYPES] < last) {
    const start = (end += SIZE_MAX);
    for (let groups = number(TYPES); groups--; number(TYPES)) number(TYPES);
    for (let depth = 1; depth;) {
      const code = (bytes[end++] = streams[at[CODE]++]);
      let [numbers, plain] = [0, 0];
      let isAddress = code > 39 && code < 63; // i32.load to i64.store32
      if (code === 253) {
        const vector = number(CODE);
        isAddress = vector < 12 || (vector > 83 && vector < 94); // v128.load to .load64_zero
        if (vector === 12 || vector === 13)
          plain = 16; // v128.const, i8x16.shuffle
        else if ((vector > 20 && vector < 35) || (vector > 83 && vector < 92)) plain = 1; // a lane
      } else if (code === 252)
        numbers = [2, 1, 2, 1][number(CODE) - 8] ?? 0; // memory.init to .fill
      else if (code === 67 || code === 68)
        plain = code === 67 ? 4 : 8; // f32.const, f64.const
      else if (code > 31 && code < 35) number(code === 32 ? READS : WRITES);
      else if (code > 34 && code < 68)
        numbers = isAddress ? 0 : 1; // global.get to i64.const
      else if (code < 32) {
        if (code > 1 && code < 5) depth++; // block, loop, if
        if (code === 11) depth--; // end
        numbers = code === 14 ? number(CODE) + 1 : (NUMBERS[code] ?? 0); // 14: br_table
      }
      if (isAddress) {
        number(ALIGNMENTS);
        number(OFFSETS);
      }
      while (numbers--) number(CODE);
      while (plain--) bytes[end++] = streams[at[LITERALS]++];
    }
    // The size, which stands before the function and may be shorter than SIZE_MAX.
    let size = end - start;
    let head = start - SIZE_MAX;
    for (; size > 127; size >>= 7) bytes[head++] = (size & 127) | 128;
    bytes[head++] = size;
    bytes.copyWithin(head, start, end);
    end -= start - head;
  }
  return end;
}
