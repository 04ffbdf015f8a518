import { Ledger } from "./ledger.js";
import { EMPTY_STATE } from "./store.js";
import { compareAge, isUnchanged } from "./stored-interactions.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { StoredInteraction } from "./stored-interactions.js"
 * @import { State } from "./store.js"
 */

/** Older than every interaction. @type {StoredInteraction} */
const OLDEST = { item: "", time: 0, order: 0 };

/** @param {StoredInteraction[]} records */
const indexByItem = (records) => new Map(records.map((record) => [record.item, record]));

/** @param {StoredInteraction} a @param {StoredInteraction} b */
const compareTime = (a, b) => a.time - b.time;

/**
 * The copy of a store in memory, which makes reading a history immediate. Interactions of the same
 * time keep the order in which they arrived: the numbers of two readings are not comparable.
 */
export class Replica {
  /** The state of the store that this is a copy of. */
  token = EMPTY_STATE.token;
  ledger = new Ledger();
  /** Increases with every change. */
  version = 0;
  /** @type {Map<ItemId, StoredInteraction>} */
  #records = new Map();
  #isSorted = true;
  /** The newest of the sorted records. @type {StoredInteraction} */
  #newest = OLDEST;

  get size() {
    return this.#records.size;
  }

  get newestTime() {
    return this.#newest.time;
  }

  /** By item, the oldest first. */
  get records() {
    if (!this.#isSorted) this.#records = indexByItem([...this.#records.values()].sort(compareTime));
    this.#isSorted = true;
    return this.#records;
  }

  /** @param {ItemId} item */
  get(item) {
    return this.#records.get(item);
  }

  /** @returns {State} */
  state() {
    const records = [...this.records.values()].map((record, order) => ({ ...record, order }));
    return { token: this.token, records, ledger: this.ledger.list() };
  }

  /**
   * Applies what a change did to the store.
   * @param {import("./store.js").Delta} delta its `before` is the token
   */
  apply({ after, put, removed, expenses }) {
    for (const item of removed) this.#records.delete(item);
    for (const record of put) this.#put(record);
    this.ledger.merge(expenses);
    this.token = after;
    this.version++;
  }

  /** Appends: the order stays where it is the newest. @param {StoredInteraction} record */
  #put(record) {
    this.#records.delete(record.item);
    this.#records.set(record.item, record);
    if (compareTime(record, this.#newest) < 0) this.#isSorted = false;
    else this.#newest = record;
  }

  /**
   * Takes the whole content of the store.
   *
   * @param {State} state
   * @returns {boolean} whether it is another state
   */
  replace({ token, records, ledger }) {
    if (token === this.token) return false;
    // Unchanged records stay the same objects: followers compare by identity.
    const list = [...records].sort(compareAge).map((record) => {
      const known = this.#records.get(record.item);
      return known && isUnchanged(known, record) ? known : record;
    });
    this.#records = indexByItem(list);
    this.#isSorted = true;
    this.#newest = list.at(-1) ?? OLDEST;
    this.ledger = new Ledger(ledger);
    this.token = token;
    this.version++;
    return true;
  }
}
