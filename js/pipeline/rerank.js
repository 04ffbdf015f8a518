/**
 * The re-rank stage, in steps. A step takes a ranked list and returns another. Each step works
 * alone; `compose` joins several.
 */
import { throwIfAborted } from "../common/errors.js";
import { readList, readRanked } from "./ranked-list.js";

export { blend } from "./blend.js";
export { cap } from "./cap.js";
export { diversify } from "./diversify.js";
export { novelty } from "./novelty.js";
export { block, pin } from "./pin.js";

/**
 * Joins steps into one that runs them in order. The result of each step is checked before the next
 * step gets it.
 *
 * @param {...import("./ranked-list.js").Step} steps also the app's own: `(list, context) => list`,
 *   or a promise of a list
 * @returns {import("./ranked-list.js").AsyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "aborted", and what the
 *   steps throw
 *
 * @example
 * const step = compose(diversify({ model }), pin([{ item: "Cold Ink", position: 2 }]));
 * const list = await step(model.recommend(user, { topK: 5 }), { topK: 5 });
 * list[2].item; // => "Cold Ink"
 */
export function compose(...steps) {
  readList(steps, "compose", "steps", (step) => typeof step === "function", "a function");
  return async (list, context = {}) => {
    let ranked = readRanked(list, "compose");
    for (const [number, step] of steps.entries()) {
      throwIfAborted(context.signal, "compose");
      ranked = readRanked(await step(ranked, context), `compose, result of step ${number}`);
    }
    return ranked;
  };
}
