import { PocketrecError } from "../common/errors.js";

/**
 * Whether a history is one of pocketrec/history, which a user follows.
 *
 * @param {any} history
 * @returns {history is import("../history/history.js").History}
 */
export const isFollowed = (history) => typeof history?.follow === "function";

/**
 * Who follows a history has their interactions from there.
 *
 * @param {unknown} follows
 * @param {unknown} interactions
 */
export function demandFeaturesAlone(follows, interactions) {
  if (!follows || !interactions) return;
  throw new PocketrecError(
    "bad-argument",
    "update",
    "features alone, since the user follows a history",
    "interactions",
    {
      hint: "Change the history: await history.add(...).",
    },
  );
}
