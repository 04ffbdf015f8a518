import { newId } from "./id.js";
import { newExpenses } from "./ledger.js";
import { compareAge } from "./stored-interactions.js";

/**
 * What a history needs of the place where it is stored: `IndexedDBStore`, `FileStore` or
 * `MemoryStore`.
 *
 * @typedef {import("./stored-interactions.js").ItemId} ItemId
 * @typedef {import("./stored-interactions.js").Interaction} Interaction
 * @typedef {import("./stored-interactions.js").StoredInteraction} StoredInteraction
 * @typedef {import("./ledger.js").Expense} Expense
 *
 * @typedef {object} State the content of a store
 * @property {string} token identifies this state of the store; "" where nothing was ever stored
 * @property {StoredInteraction[]} records one an item
 * @property {Expense[]} ledger
 *
 * @typedef {object} Change is applied as a whole or not at all
 * @property {Interaction[]} [put] each replaces the interaction with the same item
 * @property {boolean} [onlyIfNewer] whether an interaction is replaced by a newer one only
 * @property {ItemId[]} [remove]
 * @property {Expense[]} [expenses] of another ledger; known ones are skipped
 * @property {{ charge: import("./ledger.js").Charge, budget: import("./ledger.js").Budget |
 *   undefined }} [spend]
 *
 * @typedef {object} Delta what a change did to a store
 * @property {string} before the token of the state before it
 * @property {string} after the token of the state after it
 * @property {StoredInteraction[]} put
 * @property {ItemId[]} removed also the oldest, beyond the limit
 * @property {Expense[]} expenses
 *
 * @typedef {object} Store
 * @property {"indexeddb" | "file" | "memory"} kind
 * @property {() => Promise<State>} read
 * @property {(change: Change) => Promise<Delta>} write resolves once the change is durable
 * @property {() => Promise<void>} erase removes the content, and the database or file
 * @property {(listener: (delta?: Delta) => void) => void} listen to changes by other tabs or
 *   processes; without a delta the store has to be read
 * @property {() => void} close
 */

/** @type {State} */
export const EMPTY_STATE = { token: "", records: [], ledger: [] };

/**
 * Applies a change to a state, for stores that write the whole state at once.
 *
 * @param {State} state
 * @param {Change} change
 * @param {number} limit how many interactions are kept: beyond it the oldest are removed
 * @returns {{ state: State, delta: Delta }}
 */
export function applyChange(
  { token: before, records, ledger },
  { put = [], onlyIfNewer = false, remove = [], expenses = [], spend },
  limit,
) {
  const added = newExpenses(ledger, expenses, spend);
  const byItem = new Map(records.map((record) => [record.item, record]));
  const removed = new Set(remove);
  for (const item of remove) byItem.delete(item);
  let order = records.reduce((highest, record) => Math.max(highest, record.order), 0);
  const changed = new Map();
  for (const interaction of put) {
    const known = byItem.get(interaction.item);
    if (onlyIfNewer && known && known.time >= interaction.time) continue;
    const record = { ...interaction, order: ++order };
    byItem.set(record.item, record);
    changed.set(record.item, record);
    removed.delete(record.item);
  }
  const list = [...byItem.values()].sort(compareAge);
  for (const { item } of list.splice(0, Math.max(0, list.length - limit))) {
    removed.add(item);
    changed.delete(item);
  }
  const after = newId();
  return {
    state: { token: after, records: list, ledger: [...ledger, ...added] },
    delta: { before, after, put: [...changed.values()], removed: [...removed], expenses: added },
  };
}
