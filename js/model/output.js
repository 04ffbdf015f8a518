import { ACTIVATIONS, EXP } from "../runtime/abi.js";
import { PocketrecError } from "../common/errors.js";
import { log } from "../common/logarithm.js";
import { assertFiniteAt, scan, scratchFor } from "./scan.js";

/**
 * @import { UserState } from "../families/family.js"
 * @import { Engine } from "./engine.js"
 */

/**
 * For each user the log of a softmax's sum over the catalogue, which its output subtracts from raw
 * scores; 0 for other outputs. The first call for a state takes one pass over the catalogue.
 *
 * @param {Engine} engine
 * @param {UserState[]} states
 * @param {boolean} [raw] whether no output function follows
 */
export function offsetsOf(engine, states, raw) {
  if (raw || engine.info.output !== "softmax") return states.map(() => 0);
  if (engine.plan.rows === 0)
    throw new PocketrecError(
      "bad-argument",
      "raw",
      "true, since the file lacks the items that the softmax sums over",
      "false",
    );
  const fresh = states.filter(({ logSum }) => logSum === undefined);
  if (fresh.length) addLogSums(engine, fresh);
  return states.map(({ logSum }) => /** @type {number} */ (logSum));
}

/**
 * @param {Engine} engine
 * @param {UserState[]} states
 */
function addLogSums(engine, states) {
  const { wasm, memory, items } = engine;
  const scratch = scratchFor(engine, states, undefined, items.count, 16 * states.length);
  const sumsOf = (/** @type {number} */ user) => memory.f64(scratch[3] + 16 * user, 2);
  for (const user of states.keys()) sumsOf(user).set([-Infinity, 0]);
  scan(engine, states, undefined, items.count, scratch, (raw, _, count, __, user) =>
    wasm.pr_log_sum_add(scratch[3] + 16 * user, raw, count),
  );
  for (const [user, state] of states.entries()) {
    const [maximum, sum] = sumsOf(user);
    state.logSum = maximum + log(sum);
  }
}

/**
 * Applies the output function to raw scores, in place.
 *
 * @param {Engine} engine
 * @param {number} address of a buffer for a multiple of ROWS floats
 * @param {number} count
 * @param {number} offset of offsetsOf
 */
export function applyOutput(engine, address, count, offset) {
  const { output, input, rating, clip } = engine.info;
  const isRating = input.values === "rating";
  const { minimum = -Infinity, maximum = Infinity } = clip ? rating : {};
  engine.wasm.pr_output_apply(
    output === "softmax" || output === "exp" ? EXP : ACTIVATIONS[output],
    offset,
    isRating ? 1 / input.scale : 1,
    isRating ? input.shift : 0,
    minimum,
    maximum,
    address,
    Math.ceil(count / 4) * 4,
  );
  assertFiniteAt(engine, address, count);
}
