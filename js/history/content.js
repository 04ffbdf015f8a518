import TinyQueue from "tinyqueue";

import { Ledger } from "./ledger.js";
import { compareAge } from "./stored-interactions.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { StoredInteraction } from "./stored-interactions.js"
 * @import { Change } from "./store.js"
 * @import { Delta } from "./store.js"
 * @import { State } from "./store.js"
 */

/** The content of a store in memory. A change costs the same for any number of interactions. */
export class Content {
  /** Identifies this state. */
  token;
  /** @type {Map<ItemId, StoredInteraction>} */
  #records;
  #ledger;
  /** The oldest first. Records that were removed or replaced stay in it until they are met. */
  #byAge;
  /** The highest order of a record. */
  #order = 0;

  /** @param {State} state */
  constructor({ token, records, ledger }) {
    this.token = token;
    this.#records = new Map(records.map((record) => [record.item, record]));
    this.#ledger = new Ledger(ledger);
    this.#byAge = this.#sorted();
    for (const { order } of records) this.#order = Math.max(this.#order, order);
  }

  #sorted() {
    return new TinyQueue([...this.#records.values()], compareAge);
  }

  /** @returns {State} records: the oldest first */
  state() {
    const records = [...this.#records.values()].sort(compareAge);
    return { token: this.token, records, ledger: this.#ledger.list() };
  }

  /**
   * Applies a change, as a whole or not at all.
   *
   * @param {Change} change
   * @param {number} limit how many interactions are kept: beyond it the oldest are removed
   * @param {string} after the token of the state after it
   * @returns {Delta}
   * @throws {import("../common/errors.js").PocketrecError} "budget-spent"; nothing changes then
   */
  apply({ put = [], onlyIfNewer = false, remove = [], expenses = [], spend }, limit, after) {
    const spent = spend ? this.#ledger.spend(spend) : [];
    const merged = this.#ledger.merge(expenses);
    const removed = new Set(remove);
    for (const item of remove) this.#records.delete(item);
    const changed = new Map();
    for (const interaction of put) {
      const known = this.#records.get(interaction.item);
      if (onlyIfNewer && known && known.time >= interaction.time) continue;
      const record = { ...interaction, order: ++this.#order };
      this.#records.set(record.item, record);
      this.#byAge.push(record);
      changed.set(record.item, record);
      removed.delete(record.item);
    }
    for (const item of this.#removeOldest(limit)) {
      removed.add(item);
      changed.delete(item);
    }
    const before = this.token;
    this.token = after;
    return {
      before,
      after,
      put: [...changed.values()],
      removed: [...removed],
      expenses: [...spent, ...merged],
    };
  }

  /** @param {number} limit */
  #removeOldest(limit) {
    const removed = [];
    while (this.#records.size > limit) {
      const oldest = /** @type {StoredInteraction} */ (this.#byAge.pop());
      if (this.#records.get(oldest.item) !== oldest) continue;
      this.#records.delete(oldest.item);
      removed.push(oldest.item);
    }
    if (this.#byAge.length > 2 * this.#records.size + 1000) this.#byAge = this.#sorted();
    return removed;
  }
}
