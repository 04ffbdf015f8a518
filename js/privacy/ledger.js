import { PocketrecError, show } from "../common/errors.js";

/**
 * @typedef {object} Ledger where expenses are written down before anything is told;
 *   pocketrec/history's histories are some
 * @property {(charge: { mechanism: string, epsilon: number, delta: number }) => Promise<void>}
 *   spend resolves once the expense would survive a crash; rejects where it would pass the budget
 */

/**
 * @param {any} user
 * @param {any} given
 * @returns {Ledger}
 */
export function ledgerOf(user, given) {
  const ledger = given ?? user?.liveHistory;
  if (typeof ledger?.spend === "function") return ledger;
  const expected = "a history that the user follows, or an object with spend(charge)";
  throw new PocketrecError("bad-argument", "ledger", expected, show(ledger), {
    hint: "Make the user from openHistory's history: model.user({ history }), or give a ledger of your own.",
  });
}
