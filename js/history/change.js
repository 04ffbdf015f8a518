import { newId } from "./id.js";
import { newExpenses } from "./ledger.js";
import { byAge } from "./records.js";

/**
 * @typedef {import("./records.js").ItemId} ItemId
 * @typedef {import("./records.js").Kept} Kept
 * @typedef {import("./ledger.js").Expense} Expense
 *
 * @typedef {object} State all that a store holds
 * @property {string} token names this state among all states of the store; "" where nothing was
 *   ever kept
 * @property {Kept[]} records none twice
 * @property {Expense[]} ledger
 *
 * @typedef {object} Change what a store is asked to do, all of it or nothing
 * @property {import("./records.js").Interaction[]} [put] each in place of what is there of its item
 * @property {boolean} [isOlderKept] whether what is there stays where it is newer
 * @property {ItemId[]} [remove]
 * @property {Expense[]} [expenses] of another ledger; those that are there already are left out
 * @property {{ charge: import("./ledger.js").Charge, budget: import("./ledger.js").Budget
 *   | undefined }} [spend]
 *
 * @typedef {object} News what was done
 * @property {string} before the token of the state that it was done to
 * @property {string} after
 * @property {Kept[]} put
 * @property {ItemId[]} removed also those that were the oldest of too many
 * @property {Expense[]} expenses
 *
 * @typedef {object} Store
 * @property {"indexeddb" | "file" | "memory"} kind
 * @property {() => Promise<State>} read
 * @property {(change: Change) => Promise<News>} write lasts once it resolves
 * @property {() => Promise<void>} erase removes what there is, and where it was
 * @property {(listener: (news?: News) => void) => void} listen to what others do with the same
 *   store: the news, or none where it has to be read
 * @property {() => void} close
 */

/** Of a store that holds nothing. @type {State} */
export const NOTHING = { token: "", records: [], ledger: [] };

/**
 * A state after a change: what stores do that hold all of it at once.
 *
 * @param {State} state
 * @param {Change} wish
 * @param {number} limit how many interactions are kept
 * @returns {{ state: State, news: News }}
 */
export function change(
  { token: before, records, ledger },
  { put = [], isOlderKept = false, remove = [], expenses = [], spend },
  limit,
) {
  const more = newExpenses(ledger, expenses, spend);
  const kept = new Map(records.map((record) => [record.item, record]));
  const removed = new Set(remove);
  for (const item of remove) kept.delete(item);
  let order = records.reduce((most, record) => Math.max(most, record.order), 0);
  const changed = new Map();
  for (const interaction of put) {
    const known = kept.get(interaction.item);
    if (isOlderKept && known && known.time >= interaction.time) continue;
    const record = { ...interaction, order: ++order };
    kept.set(record.item, record);
    changed.set(record.item, record);
    removed.delete(record.item);
  }
  const list = [...kept.values()].sort(byAge);
  for (const { item } of list.splice(0, Math.max(0, list.length - limit))) {
    removed.add(item);
    changed.delete(item);
  }
  const after = newId();
  return {
    state: { token: after, records: list, ledger: [...ledger, ...more] },
    news: { before, after, put: [...changed.values()], removed: [...removed], expenses: more },
  };
}
