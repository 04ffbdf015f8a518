/**
 * pocketrec/history: a person's interactions on their own device. The entry for browsers and
 * workers.
 */
import { demandName } from "./history/name.js";
import { History } from "./history/history.js";
import { IndexedDBStore } from "./history/indexeddb-store.js";

export { PocketrecError } from "./common/errors.js";

/**
 * Opens a person's history, or begins one: in IndexedDB, in Node in a file. Where nothing may be
 * stored it is in memory, and `history.warning` says so.
 *
 * @param {string} name
 * @param {import("./history/history.js").HistoryOptions & { folder?: string }} [options]
 *   folder: in Node, where the file is (default: the system's folder for an app's data)
 * @returns {Promise<History>}
 * @throws {import("./common/errors.js").PocketrecError} "bad-argument"; "bad-history" where the
 *   file is something else
 */
export async function openHistory(name, options = {}) {
  demandName(name);
  return History.open((limit) => new IndexedDBStore(name, limit), options);
}
