import { PocketrecError } from "../common/errors.js";

/**
 * Whether a history is one of pocketrec/history, which a user follows.
 *
 * @param {any} history
 * @returns {history is import("../history/history.js").History}
 */
export const isLiveHistory = (history) => typeof history?.follow === "function";

/**
 * Refuses interactions of a user whose interactions come from a live history.
 *
 * @param {unknown} liveHistory of the user, if any
 * @param {unknown} interactions that the app gives, if any
 * @throws {PocketrecError} "bad-argument"
 */
export function assertFeaturesAlone(liveHistory, interactions) {
  if (!liveHistory || !interactions) return;
  throw new PocketrecError(
    "bad-argument",
    "update",
    "features alone, since the user follows a history",
    "interactions",
    { hint: "Change the history: await history.add(...)." },
  );
}
