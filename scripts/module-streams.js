import {
  ALIGNMENTS,
  CODE,
  LITERALS,
  NUMBERS,
  OFFSETS,
  READS,
  TYPES,
  WRITES,
} from "../js/runtime/module-streams.js";

/**
 * Takes a function apart, without the size that stands before it: as joinFunctions of
 * js/runtime/module-streams.js puts it together. The build compares what comes back.
 *
 * @param {(stream: number) => number} move moves the next byte to a stream, and returns it
 * @see https://webassembly.github.io/spec/core/binary/instructions.html
 */
export function moveFunction(move) {
  const number = (/** @type {number} */ stream) => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = move(stream);
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const numbers = (/** @type {number} */ count) => {
    while (count--) number(CODE);
  };
  const bytes = (/** @type {number} */ count) => {
    while (count--) move(LITERALS);
  };
  const address = () => {
    number(ALIGNMENTS);
    number(OFFSETS);
  };
  /** What stands after an instruction of vectors. @param {number} code */
  const vectorOperands = (code) => {
    if (code < 12 || (code > 83 && code < 94)) address(); // v128.load to .load64_zero
    if (code === 12 || code === 13) bytes(16); // v128.const, i8x16.shuffle
    if ((code > 20 && code < 35) || (code > 83 && code < 92)) bytes(1); // a lane
  };

  for (let groups = number(TYPES); groups--; move(TYPES)) number(TYPES);
  for (let depth = 1; depth;) {
    const code = move(CODE);
    if (code === 253) vectorOperands(number(CODE));
    else if (code === 252)
      numbers([2, 1, 2, 1][number(CODE) - 8] ?? 0); // memory.init to .fill
    else if (code > 68) continue;
    else if (code > 66)
      bytes(code === 67 ? 4 : 8); // f32.const, f64.const
    else if (code > 62)
      number(CODE); // memory.size, memory.grow, i32.const, i64.const
    else if (code > 39)
      address(); // i32.load to i64.store32
    else if (code > 34)
      number(CODE); // global.get, global.set
    else if (code > 32)
      number(WRITES); // local.set, local.tee
    else if (code > 31)
      number(READS); // local.get
    else {
      if (code > 1 && code < 5) depth++; // block, loop, if
      if (code === 11) depth--; // end
      numbers(code === 14 ? number(CODE) + 1 : (NUMBERS[code] ?? 0)); // 14: br_table
    }
  }
}
