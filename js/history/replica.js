import { EMPTY_STATE } from "./store.js";
import { compareAge, isUnchanged } from "./stored-interactions.js";

/**
 * @typedef {import("./stored-interactions.js").ItemId} ItemId
 * @typedef {import("./stored-interactions.js").StoredInteraction} StoredInteraction
 * @typedef {import("./store.js").State} State
 */

/** Older than every interaction. @type {StoredInteraction} */
const OLDEST = { item: "", time: 0, order: 0 };

/** @param {StoredInteraction[]} records */
const indexByItem = (records) => new Map(records.map((record) => [record.item, record]));

/** The copy of a store in memory, which makes reading a history immediate. */
export class Replica {
  /** The state of the store that this is a copy of. */
  token = EMPTY_STATE.token;
  ledger = EMPTY_STATE.ledger;
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
    if (!this.#isSorted) this.#records = indexByItem([...this.#records.values()].sort(compareAge));
    this.#isSorted = true;
    return this.#records;
  }

  /** @param {ItemId} item */
  get(item) {
    return this.#records.get(item);
  }

  /** @returns {State} */
  state() {
    return { token: this.token, records: [...this.records.values()], ledger: this.ledger };
  }

  /**
   * Applies what a change did to the store.
   * @param {import("./store.js").Delta} delta its `before` is the token
   */
  apply({ after, put, removed, expenses }) {
    for (const item of removed) this.#records.delete(item);
    for (const record of put) this.#put(record);
    this.ledger = [...this.ledger, ...expenses];
    this.token = after;
    this.version++;
  }

  /** Appends: the order stays where it is the newest. @param {StoredInteraction} record */
  #put(record) {
    this.#records.delete(record.item);
    this.#records.set(record.item, record);
    if (compareAge(record, this.#newest) < 0) this.#isSorted = false;
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
    const sorted = [...records].sort(compareAge);
    // Unchanged records stay the same objects: followers compare by identity.
    let list = sorted.map((record) => {
      const known = this.#records.get(record.item);
      return known && isUnchanged(known, record) ? known : record;
    });
    // Their order numbers may be those of an earlier reading, and contradict the new ones.
    if (list.some((record, at) => at > 0 && compareAge(list[at - 1], record) > 0)) list = sorted;
    this.#records = indexByItem(list);
    this.#isSorted = true;
    this.#newest = list.at(-1) ?? OLDEST;
    this.ledger = ledger;
    this.token = token;
    this.version++;
    return true;
  }
}
