import { STATUS, TOPK_ENTRY, TOPK_HEADER } from "../runtime/abi.js";
import { applyOutput } from "./output.js";
import { eachChunk, notFinite, scan, scratchFor } from "./scan.js";

/**
 * @import { UserState } from "../families/family.js"
 * @import { CandidatePack } from "./candidate-pack.js"
 * @import { Engine } from "./engine.js"
 *
 * @typedef {object} Wanted what a list holds
 * @property {Uint32Array} [rows] those that it may hold; all without them
 * @property {number} topK how many
 * @property {Uint32Array[]} excluded rows, for each user; a list may be that of several
 * @property {boolean} [raw] whether scores are given before the output function
 * @property {CandidatePack} [pack] whose rows these are
 * @property {boolean} [isFast] whether two passes find them, where that takes less time
 */

/**
 * The best of the rows in use, by one pass over them or by two, for each user.
 *
 * @param {Engine} engine
 * @param {UserState[]} states
 * @param {Wanted} wanted
 * @param {number[]} offsets of offsetsOf
 */
export function bestOf(engine, states, { rows, topK, excluded, raw, pack, isFast }, offsets) {
  const { wasm, memory, family, scorer } = engine;
  const items = pack?.itemCount ?? engine.items.count;
  const length = rows?.length ?? items;
  const capacity = Math.min(topK, length);
  // The output function is applied to scores in place, a multiple of four.
  const topSize = TOPK_HEADER + TOPK_ENTRY * (capacity + 1);
  const bitmapSize = excluded.some((list) => list.length) ? Math.ceil(items / 8) : 0;
  const users = states.length;
  const scratch = scratchFor(engine, states, rows, length, topSize * users, bitmapSize * users);
  const [prepared, chunk, , tops, bitmaps] = scratch;
  const topOf = (/** @type {number} */ user) => tops + topSize * user;
  const bitmapOf = (/** @type {number} */ user) => bitmapSize && bitmaps + bitmapSize * user;
  for (const [user, list] of excluded.entries()) {
    wasm.pr_topk_init(topOf(user), capacity);
    const bits = memory.u8(bitmapOf(user), bitmapSize).fill(0);
    for (const row of list) bits[row >> 3] |= 1 << (row & 7);
  }
  const estimates = isFast ? engine.estimates?.worthwhile(length, capacity) : undefined;
  if (family.hasScan && !rows && users === 1) {
    // In the precision in which vectors are stored.
    if (engine.function("scan")(scorer, prepared, 0, length, bitmapOf(0), tops) !== STATUS.OK)
      throw notFinite();
  } else if (estimates)
    eachChunk(engine, rows, length, chunk, (part, first, count) =>
      estimates.find(prepared, part, first, count, bitmapOf(0), tops),
    );
  else
    scan(engine, states, rows, length, scratch, (scores, first, count, part, user) =>
      wasm.pr_topk_push(topOf(user), scores, part, first, count, bitmapOf(user)),
    );
  return offsets.map((offset, user) => sorted(engine, topOf(user), raw, offset));
}

/**
 * @param {Engine} engine
 * @param {number} top address of a pr_topk
 * @param {boolean | undefined} raw
 * @param {number} offset
 */
function sorted(engine, top, raw, offset) {
  const { wasm, memory } = engine;
  const count = wasm.pr_topk_sort(top);
  const entries = top + TOPK_HEADER;
  // Plain arrays: a buffer for a short list takes longer to make than all the rest here.
  const positions = new Array(count);
  const scores = new Array(count);
  const numbers = memory.f32(entries, 2 * count);
  const bits = memory.u32(entries, 2 * count);
  // Scores move to the front, over entries that were read before.
  for (let i = 0; i < count; i++) {
    positions[i] = bits[2 * i + 1];
    numbers[i] = numbers[2 * i];
  }
  if (!raw) applyOutput(engine, entries, count, offset);
  for (let i = 0; i < count; i++) scores[i] = numbers[i];
  return { positions, scores };
}
