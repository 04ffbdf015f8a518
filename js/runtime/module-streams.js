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
export const NUMBERS = Uint8Array.of(0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 2);

/** Bytes that the size of a function takes at most. */
const SIZE_MAX = 5;

/**
 * Puts functions together, each after its size. Plain loops over local variables: it runs once,
 * before an engine has compiled it, and is a part of the time to the first score.
 *
 * @param {Uint8Array} streams one after the other
 * @param {number[]} starts of each
 * @param {Uint8Array} bytes of the module
 * @param {number} end of what stands before the functions
 * @returns {number} their end
 * @see https://webassembly.github.io/spec/core/binary/instructions.html
 */
export function joinFunctions(streams, starts, bytes, end) {
  let [types, at, reads, writes, alignments, offsets, literals] = starts;
  const last = at;
  while (types < last) {
    const start = (end += SIZE_MAX);
    let byte;
    // Groups of local variables, fewer than 128: how many, and of which type.
    let groups = (bytes[end++] = streams[types++]);
    while (groups--) {
      do byte = bytes[end++] = streams[types++];
      while (byte > 127);
      bytes[end++] = streams[types++];
    }
    for (let depth = 1; depth;) {
      const code = (bytes[end++] = streams[at++]);
      let numbers = 0;
      let plain = 0;
      let isAddress = code > 39 && code < 63; // i32.load to i64.store32
      if (code === 32) {
        do
          byte = bytes[end++] = streams[reads++]; // local.get
        while (byte > 127);
      } else if (code < 32) {
        if (code > 1 && code < 5) depth++; // block, loop, if
        if (code === 11) depth--; // end
        numbers = NUMBERS[code];
        if (code === 14) numbers = (bytes[end++] = streams[at++]) + 1; // br_table, below 128
      } else if (code < 35) {
        do
          byte = bytes[end++] = streams[writes++]; // local.set, local.tee
        while (byte > 127);
      } else if (code === 253) {
        byte = bytes[end++] = streams[at++];
        let vector = byte;
        if (byte > 127) vector += 128 * ((bytes[end++] = streams[at++]) - 1);
        isAddress = vector < 12 || (vector > 83 && vector < 94); // v128.load to .load64_zero
        if (vector === 12 || vector === 13)
          plain = 16; // v128.const, i8x16.shuffle
        else if ((vector > 20 && vector < 35) || (vector > 83 && vector < 92)) plain = 1; // a lane
      } else if (code === 252) {
        byte = bytes[end++] = streams[at++];
        if (byte > 7 && byte < 12) numbers = byte % 2 ? 1 : 2; // memory.init to .fill
      } else if (code === 67 || code === 68)
        plain = code === 67 ? 4 : 8; // f32.const, f64.const
      else if (code < 67 && !isAddress) numbers = 1; // global.get to i64.const
      if (isAddress) {
        do byte = bytes[end++] = streams[alignments++];
        while (byte > 127);
        do byte = bytes[end++] = streams[offsets++];
        while (byte > 127);
      }
      for (; numbers; numbers--) {
        do byte = bytes[end++] = streams[at++];
        while (byte > 127);
      }
      for (; plain; plain--) bytes[end++] = streams[literals++];
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
