import { PocketrecError } from "../../common/errors.js";
import { readBudget, readExpense } from "../ledger.js";
import { readInteraction } from "../stored-interactions.js";

/**
 * What the records of a log say, as JSON: changes, and blocks of the content that it starts with.
 *
 * @typedef {import("../store.js").Change} Change
 * @typedef {import("../stored-interactions.js").Interaction} Interaction
 *
 * @typedef {[item: import("../../common/ids.js").ItemId, time: number, rating?: number]} Row
 *
 * @typedef {object} Entry
 * @property {string} by the process, or the instance of the store, that wrote it
 * @property {number} n counts the writer's entries in this log, from 1
 * @property {Row[]} [put]
 * @property {boolean} [onlyIfNewer]
 * @property {import("../../common/ids.js").ItemId[]} [remove]
 * @property {import("../ledger.js").Expense[]} [expenses]
 * @property {import("../ledger.js").Spending} [spend]
 * @property {number} [limit]
 * @property {string} [merged] the stamp of the file of 0.2 that it contains
 * @property {string | null} [next] ends the log: the name of the next one; null: it is erased
 */

/** @param {Interaction} interaction @returns {Row} */
export const toRow = ({ item, time, rating }) =>
  rating === undefined ? [item, time] : [item, time, rating];

/**
 * @param {any} row
 * @returns {Interaction}
 * @throws {PocketrecError} "bad-argument"
 */
export function readRow(row) {
  const [item, time, rating] = Array.isArray(row) ? row : [];
  return readInteraction({ item, time: time ?? NaN, rating }, "interaction", Infinity);
}

/** @param {Change} change @returns {Partial<Entry>} */
export const toEntry = ({ put, ...rest }) => ({ ...rest, put: put?.map(toRow) });

/**
 * @param {Entry} entry with the right checksum; its content is checked all the same
 * @returns {Change}
 * @throws {PocketrecError} "bad-argument", "bad-history"
 */
export function readEntry({ put, onlyIfNewer, remove, expenses, spend }) {
  return {
    put: put?.map(readRow),
    onlyIfNewer,
    remove,
    expenses: expenses?.map(readStored),
    spend: spend && readSpending(spend),
  };
}

/** @param {unknown} value @returns {import("../ledger.js").Expense} */
export function readStored(value) {
  const expense = readExpense(value);
  if (expense) return expense;
  throw new PocketrecError("bad-history", "ledger", "an expense", "an entry of another form");
}

/** @param {any} spending @returns {import("../ledger.js").Spending} */
function readSpending({ expense, budget }) {
  const read = readBudget(budget ?? null);
  return {
    expense: readStored(expense),
    budget: /** @type {import("../ledger.js").Budget} */ (read),
  };
}
