/** The streams of a function: the lines of wasm/unpack.c, which says what each has. */
const [TYPES, CODE, READS, WRITES, OFFSETS, LITERALS, CALLS, BLOCKS] = [0, 1, 2, 3, 4, 5, 6, 7];
export const STREAMS = 8;

/** wasm/unpack.c keeps so many local variables. */
const LOCALS = 256;

/**
 * Takes a function apart, without the size that stands before it: as wasm/unpack.c puts it
 * together. The build compares what comes back.
 *
 * @param {() => number} next the next byte
 * @param {number[][]} streams
 * @see https://webassembly.github.io/spec/core/binary/instructions.html
 */
export function splitFunction(next, streams) {
  const byte = (/** @type {number} */ stream) => {
    const value = next();
    streams[stream].push(value);
    return value;
  };
  const bytes = (/** @type {number} */ count) => {
    while (count--) byte(LITERALS);
  };
  const number = (/** @type {number} */ stream) => numberOf(() => byte(stream));
  const numbers = (/** @type {number} */ stream, /** @type {number} */ count) => {
    while (count--) number(stream);
  };
  const address = () => {
    number(CODE); // alignment
    number(OFFSETS);
  };
  /** Local variables, the one that was used last first. */
  const locals = Array.from({ length: LOCALS }, (_, at) => at);
  const local = (/** @type {number} */ stream) => {
    const since = locals.indexOf(numberOf(next));
    if (since < 0) throw new Error("a function has more local variables than the unpacker keeps");
    streams[stream].push(since);
    locals.unshift(...locals.splice(since, 1));
  };
  /** What stands after an instruction of vectors. @param {number} code */
  const vectorOperands = (code) => {
    if (code < 12 || (code > 83 && code < 94)) address(); // v128.load to .load64_zero
    if (code === 12 || code === 13) bytes(16); // v128.const, i8x16.shuffle
    if ((code > 20 && code < 35) || (code > 83 && code < 92)) bytes(1); // a lane
  };

  numbers(TYPES, 2 * number(TYPES));
  for (let depth = 1; depth;) {
    const code = byte(CODE);
    if (code === 253) vectorOperands(number(CODE));
    else if (code === 252)
      numbers(CODE, [2, 1, 2, 1][number(CODE) - 8] ?? 0); // memory.init to .fill
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
      local(WRITES); // local.set, local.tee
    else if (code > 31)
      local(READS); // local.get
    else if (code > 15)
      numbers(CALLS, code > 17 ? 0 : code - 15); // call, call_indirect
    else if (code > 11 && code < 15)
      numbers(CODE, code === 14 ? number(CODE) + 1 : 1); // br, br_if, br_table
    else if (code > 1 && code < 5) {
      number(BLOCKS); // block, loop, if
      depth++;
    } else if (code === 11) depth--; // end
  }
}

/** A number of 7 bits a byte. @param {() => number} next */
function numberOf(next) {
  for (let value = 0, shift = 0; ; shift += 7) {
    const byte = next();
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
}
