/**
 * pocketrec/history: the interactions of a user, stored on the user's own device. The entry for
 * browsers and workers.
 */
import { History } from "./history/history.js";
import { IndexedDBStore } from "./history/indexeddb-store.js";
import { assertHistoryName } from "./history/name.js";

export { PocketrecError } from "./common/errors.js";

/**
 * Opens a history, or creates it: in IndexedDB, in Node in a file. Where storage is unavailable the
 * history is kept in memory, and `history.warning` says why.
 *
 *     const history = await openHistory("films", { limit: 5000 });
 *     await history.add({ item: 318, rating: 5 });
 *
 * @param {string} name
 * @param {import("./history/history.js").HistoryOptions & { folder?: string, recover?:
 *   boolean }} [options] in Node: the folder of the files (default: the system's folder for
 *   application data); recover: whether what can be read of damaged files is kept (docs/history.md)
 * @returns {Promise<History>}
 * @throws {import("./common/errors.js").PocketrecError} "bad-argument"; "bad-history" where the
 *   files are damaged, or no history
 */
export async function openHistory(name, options = {}) {
  assertHistoryName(name);
  return History.open((limit) => new IndexedDBStore(name, limit), options);
}
