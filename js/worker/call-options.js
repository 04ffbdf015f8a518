import { PocketrecError, show } from "../common/errors.js";
import { toSendable } from "./sendable.js";

/**
 * @import { CallOptions } from "./connection.js"
 * @import { WorkerUser } from "./user.js"
 */

/**
 * What to leave out for each user; undefined: the same for all.
 *
 * @param {WorkerUser[]} users
 * @param {{ exclude?: unknown }} [options]
 */
export async function excludesOf(users, options) {
  const exclude = options?.exclude;
  if (typeof exclude !== "function") return undefined;
  const lists = await Promise.all(users.map((user) => exclude(user)));
  return lists.map((list) => toSendable(list, "exclude"));
}

/**
 * @template {CallOptions} Options
 * @param {Options | undefined} options
 * @returns {CallOptions}
 */
export function readOptions(options = /** @type {Options} */ ({})) {
  if (options === null || typeof options !== "object")
    throw new PocketrecError("bad-argument", "options", "options by name", show(options));
  const { signal } = options;
  if (signal === undefined || typeof signal?.addEventListener === "function") return options;
  throw new PocketrecError("bad-argument", "signal", "an AbortSignal", show(signal));
}
