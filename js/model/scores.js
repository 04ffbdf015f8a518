import { applyOutput } from "./output.js";
import { CHUNK, scan, scratchFor } from "./scan.js";

/**
 * One score per item, in order; undefined where a row is out of range.
 *
 * @param {import("./engine.js").Engine} engine
 * @param {import("../families/family.js").UserState} state
 * @param {Uint32Array} rows
 * @param {boolean} raw before the output function
 * @param {number} offset of offsetsOf
 */
export function scoresOf(engine, state, rows, raw, offset) {
  let scores = rows.length > CHUNK ? new Float32Array(rows.length) : undefined;
  const scratch = scratchFor(engine, [state], rows, rows.length);
  const isWhole = scan(engine, [state], rows, rows.length, scratch, (address, first, count) => {
    if (!raw) applyOutput(engine, address, count, offset);
    const chunk = engine.memory.f32(address, count);
    // Most lists are one chunk: its copy is the result.
    if (scores) scores.set(chunk, first);
    else scores = chunk.slice();
  });
  return isWhole ? (scores ?? new Float32Array(0)) : undefined;
}
