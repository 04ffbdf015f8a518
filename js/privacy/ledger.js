import { PocketrecError, show } from "../common/errors.js";

/**
 * @typedef {object} Charge the cost of one query
 * @property {string} mechanism its name
 * @property {number} epsilon 0 for a mechanism without differential privacy
 * @property {number} delta 0 for pure differential privacy
 *
 * @typedef {object} Ledger records the cost of queries; the histories of pocketrec/history are
 *   ledgers
 * @property {(charge: Charge) => Promise<void>} spend resolves once the charge would survive a
 *   crash; rejects where it exceeds the budget
 */

/**
 * @param {any} user
 * @param {any} given
 * @returns {Ledger}
 * @throws {PocketrecError} "bad-argument"
 */
export function ledgerOf(user, given) {
  const ledger = given ?? user?.liveHistory;
  if (typeof ledger?.spend === "function") return ledger;
  const expected = "a user that follows a history, or an object with spend(charge)";
  throw new PocketrecError("bad-argument", "ledger", expected, show(ledger), {
    hint: "Pass openHistory's history to model.user({ history }), or a ledger of your own.",
  });
}
