import { DTYPES, ROWS, STATUS } from "../runtime/abi.js";
import { PocketrecError } from "../common/errors.js";

/**
 * @import { UserState } from "../families/family.js"
 * @import { Engine } from "./engine.js"
 */

/**
 * Items scored per call into the module: scratch memory does not grow with the catalogue. The most
 * that src/two_pass.h takes.
 */
export const CHUNK = 4096;

/**
 * Scratch buffers for the scores of some users: prepared users, which are copied there, a chunk's
 * rows, a chunk's raw scores, and others.
 *
 * @param {Engine} engine
 * @param {UserState[]} states all of one length
 * @param {Uint32Array | undefined} rows
 * @param {number} length how many rows
 * @param {number[]} extra bytes of the others
 * @returns {number[]} their addresses
 */
export function scratchFor({ memory }, states, rows, length, ...extra) {
  const chunk = Math.min(CHUNK, length);
  const width = states[0].prepared.length;
  const addresses = memory.scratch(
    4 * width * states.length,
    rows ? 4 * chunk : 0,
    4 * (chunk * states.length + ROWS),
    ...extra,
  );
  const users = memory.f32(addresses[0], width * states.length);
  states.forEach(({ prepared }, user) => users.set(prepared, width * user));
  return addresses;
}

/**
 * Raw scores of rows (or of 0, 1, ... length - 1), a chunk at a time. False where a row is out of
 * range.
 *
 * @param {Engine} engine
 * @param {UserState[]} states
 * @param {Uint32Array | undefined} rows
 * @param {number} length
 * @param {number[]} scratch of scratchFor
 * @param {(raw: number, first: number, count: number, part: number, user: number) => void} visit
 *   gets the address of a user's scores of a chunk, and that of its rows, 0 for none
 */
export function scan(engine, { length: users }, rows, length, [prepared, chunk, raw], visit) {
  const score = engine.function(engine.family.scoresMany ? "score_many" : "score");
  return eachChunk(engine, rows, length, chunk, (part, first, count) => {
    // Without score_many there is one user, and the module ignores an argument too many.
    const status = score(engine.scorer, prepared, part, first, count, raw, users);
    if (status !== STATUS.OK) return status;
    assertFiniteAt(engine, raw, count * users);
    for (let user = 0; user < users; user++)
      visit(raw + 4 * count * user, first, count, part, user);
    return status;
  });
}

/**
 * Calls `work` for rows (or for 0, 1, ... length - 1), a chunk at a time. False where a row is out
 * of range.
 *
 * @param {Engine} engine
 * @param {Uint32Array | undefined} rows
 * @param {number} length
 * @param {number} chunk address of a chunk's rows
 * @param {(part: number, first: number, count: number) => number} work gets that address, 0 for no
 *   rows, and returns a STATUS
 */
export function eachChunk({ memory }, rows, length, chunk, work) {
  for (let first = 0; first < length; first += CHUNK) {
    const count = Math.min(CHUNK, length - first);
    if (rows) memory.u32(chunk, count).set(rows.subarray(first, first + count));
    const status = work(rows ? chunk : 0, first, count);
    if (status === STATUS.ERR_NOT_FINITE) throw notFinite();
    if (status !== STATUS.OK) return false;
  }
  return true;
}

/**
 * Refuses scores that overflowed: their order would say nothing.
 *
 * @param {Engine} engine
 * @param {number} address
 * @param {number} count
 */
export function assertFiniteAt({ wasm }, address, count) {
  if (wasm.pr_first_not_finite(DTYPES.F32.code, address, count) >= 0) throw notFinite();
}

export const notFinite = () =>
  new PocketrecError("not-finite", "score", "a float32", "an overflow: a vector too large");
