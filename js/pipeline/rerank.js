/**
 * Re-ranking in steps. A step takes a list of `{ item, score }`, the best first, and gives another;
 * each works alone, and all of them one after the other.
 */
import { argumentError } from "../common/arguments.js";
import { throwIfAborted } from "../common/errors.js";
import { readRanked } from "./ranked-list.js";

export { blend } from "./blend.js";
export { cap } from "./cap.js";
export { diversify } from "./diversify.js";
export { block, pin } from "./pin.js";

/**
 * One step of several, one after the other. What each gives is checked before the next gets it.
 *
 * @param {...import("./ranked-list.js").Step} steps the app's own among them: `(list, context) =>
 *   list`, or a promise of one
 * @returns {import("./ranked-list.js").AsyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "aborted", and what the
 *   steps throw
 */
export function compose(...steps) {
  const wrong = steps.findIndex((step) => typeof step !== "function");
  if (wrong >= 0) throw argumentError(`compose, step ${wrong}`, "a function", steps[wrong]);
  return async (list, context = {}) => {
    let ranked = readRanked(list, "compose");
    for (const [number, step] of steps.entries()) {
      throwIfAborted(context.signal, "compose");
      ranked = readRanked(await step(ranked, context), `compose, what step ${number} gave`);
    }
    return ranked;
  };
}
