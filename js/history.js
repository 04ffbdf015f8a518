/**
 * pocketrec/history: the interactions of a user, stored on the user's own device. The entry for
 * browsers and workers.
 */
import { History as HistoryClass } from "./history/history.js";
import { IndexedDBStore } from "./history/indexeddb-store.js";
import { assertHistoryName } from "./history/name.js";

export { PocketrecError } from "./common/errors.js";

/**
 * @typedef {import("./history/history.js").History} History
 * @typedef {import("./history/history.js").HistoryOptions} HistoryOptions
 * @typedef {import("./history/stored-interactions.js").Interaction} Interaction
 * @typedef {import("./history/stored-interactions.js").NewInteraction} NewInteraction
 * @typedef {import("./history/stored-interactions.js").AddedInteraction} AddedInteraction
 * @typedef {import("./history/export-format.js").ExportedHistory} ExportedHistory
 * @typedef {import("./history/ledger.js").Budget} Budget
 * @typedef {import("./history/ledger.js").Charge} Charge
 * @typedef {import("./history/ledger.js").Expense} Expense
 * @typedef {import("./history/ledger.js").Spent} Spent
 */

/**
 * Opens a history, or creates it: in IndexedDB, in Node in a file. Where storage is unavailable the
 * history is kept in memory, and `history.warning` says why.
 *
 * @param {string} name
 * @param {import("./history/history.js").HistoryOptions & { folder?: string, recover?:
 *   boolean }} [options] in Node: the folder of the files (default: the system's folder for
 *   application data); recover: whether what can be read of damaged files is kept (docs/history.md)
 * @returns {Promise<History>}
 * @throws {import("./common/errors.js").PocketrecError} "bad-argument"; "bad-history" where the
 *   files are damaged, or no history
 *
 * @example
 * const history = await openHistory("books", { limit: 5000 });
 * await history.add({ item: "Cold Ink", rating: 5 });
 * const user = model.user({ history });
 */
export async function openHistory(name, options = {}) {
  assertHistoryName(name);
  return HistoryClass.open((limit) => new IndexedDBStore(name, limit), options);
}
