/**
 * What a history needs of the place where it is stored: `IndexedDBStore`, `FileStore` or
 * `MemoryStore`.
 *
 * @import { ItemId } from "../common/ids.js"
 * @import { Interaction } from "./stored-interactions.js"
 * @import { StoredInteraction } from "./stored-interactions.js"
 * @import { Expense } from "./ledger.js"
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
 * @property {Expense[]} [expenses] of another ledger, which is merged
 * @property {import("./ledger.js").Spending} [spend]
 *
 * @typedef {object} Delta what a change did to a store
 * @property {string} before the token of the state before it
 * @property {string} after the token of the state after it
 * @property {StoredInteraction[]} put
 * @property {ItemId[]} removed also the oldest, beyond the limit
 * @property {Expense[]} expenses new, or larger than before
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
