import { deleteDB, openDB } from "idb";

import { PocketrecError } from "../common/errors.js";
import { newId } from "./id.js";
import { Ledger, readExpense } from "./ledger.js";
import { EMPTY_STATE } from "./store.js";
import { isStoredInteraction } from "./stored-interactions.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @import { Delta } from "./store.js"
 * @import { Change } from "./store.js"
 * @import { StoredInteraction } from "./stored-interactions.js"
 * @typedef {import("idb").IDBPTransaction<any, string[], "readwrite">} Transaction
 * @typedef {import("idb").IDBPObjectStore<any, string[], "interactions", "readwrite">} Interactions
 */

/** The message to other tabs after an erasure; after a change it is a Delta. */
const ERASED = "erased";

const STORES = ["interactions", "ledger", "state"];

/** How long to wait for another tab to close a database that is deleted, and is empty by then. */
const BLOCKED_MS = 2000;

/**
 * A history in IndexedDB, one transaction a change: a tab that ends during a change leaves the
 * state before it. Other tabs receive the delta over a BroadcastChannel of the same name.
 * @implements {Store}
 */
export class IndexedDBStore {
  /** @type {"indexeddb"} */
  kind = "indexeddb";
  #name;
  #limit;
  #channel;
  /** @type {Promise<import("idb").IDBPDatabase> | undefined} */
  #database;
  /** Whether another tab is deleting the database. */
  #isBeingDeleted = false;
  /** @type {(delta?: Delta) => void} */
  #listener = () => {};
  /** @type {Set<import("idb").IDBPTransaction<any, string[], any>>} */
  #running = new Set();
  /** How often the page went into the back/forward cache. */
  #hides = 0;
  /** Ends when it is shown again. */
  #shown = Promise.resolve();
  #show = () => {};
  /**
   * In WebKit a page in the back/forward cache keeps its transactions and its connection, and the
   * other tabs would wait for as long as it stays there.
   */
  #onHide = (/** @type {Event} */ event) => {
    if (!(/** @type {PageTransitionEvent} */ (event).persisted)) return;
    this.#hides += 1;
    this.#shown = new Promise((resolve) => (this.#show = resolve));
    this.#running.forEach(abort);
    this.#disconnect();
  };
  /** A page restored from the back/forward cache has missed the messages of other tabs. */
  #onShow = (/** @type {Event} */ event) => {
    this.#show();
    if (/** @type {PageTransitionEvent} */ (event).persisted) this.#listener();
  };

  /**
   * @param {string} name
   * @param {number} limit
   */
  constructor(name, limit) {
    this.#name = `pocketrec-history:${name}`;
    this.#limit = limit;
    this.#channel =
      typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(this.#name);
    this.#channel?.addEventListener("message", ({ data }) => {
      this.#isBeingDeleted = false;
      this.#listener(data === ERASED ? undefined : data);
    });
  }

  read() {
    return this.#resumed(() => this.#read());
  }

  async #read() {
    // Opening a database creates it: a page that only looks leaves nothing behind.
    if (!(await this.#exists())) return EMPTY_STATE;
    const transaction = await this.#transaction("readonly");
    const [records, ledger, token = ""] = await Promise.all([
      transaction.objectStore("interactions").getAll(),
      transaction.objectStore("ledger").getAll(),
      transaction.objectStore("state").get("token"),
    ]);
    const expenses = ledger.flatMap((value) => readExpense(value) ?? []);
    return { token, records: records.filter(isStoredInteraction), ledger: expenses };
  }

  /** @param {Change} change */
  write(change) {
    return this.#resumed(() => this.#write(change));
  }

  /** @param {Change} change */
  async #write(change) {
    // An expense that a power cut takes back could be spent again: it waits for the disk.
    const durability = change.spend ? "strict" : "default";
    const transaction = await this.#transaction("readwrite", { durability });
    // The first request that fails reports the error.
    transaction.done.catch(() => {});
    let delta;
    try {
      delta = await this.#apply(transaction, change);
    } catch (error) {
      abort(transaction);
      throw error;
    }
    await transaction.done;
    this.#channel?.postMessage(delta);
    return delta;
  }

  /**
   * As `Content`, on the database alone: only what changes is read and written.
   *
   * @param {Transaction} transaction
   * @param {Change} change
   * @returns {Promise<Delta>}
   */
  async #apply(transaction, { put = [], onlyIfNewer = false, remove = [], expenses = [], spend }) {
    const interactions = transaction.objectStore("interactions");
    const state = transaction.objectStore("state");
    const added = await putExpenses(transaction, expenses, spend);
    const before = (await state.get("token")) ?? "";
    const after = newId();
    const removed = new Set(remove);
    for (const item of remove) await interactions.delete(item);
    let order = (await state.get("order")) ?? 0;
    /** @type {Map<unknown, StoredInteraction>} */
    const changed = new Map();
    for (const interaction of put) {
      const known = onlyIfNewer ? await interactions.get(interaction.item) : undefined;
      if (known && known.time >= interaction.time) continue;
      const record = { ...interaction, order: ++order };
      await interactions.put(record);
      changed.set(record.item, record);
      removed.delete(record.item);
    }
    for (const item of await removeOldest(interactions, this.#limit)) {
      removed.add(item);
      changed.delete(item);
    }
    await Promise.all([state.put(after, "token"), state.put(order, "order")]);
    return { before, after, put: [...changed.values()], removed: [...removed], expenses: added };
  }

  erase() {
    return this.#resumed(() => this.#erase());
  }

  async #erase() {
    if (!(await this.#exists())) return;
    const transaction = await this.#transaction("readwrite");
    await Promise.all([
      ...STORES.map((name) => transaction.objectStore(name).clear()),
      transaction.done,
    ]);
    this.#disconnect();
    await new Promise((resolve, reject) => {
      const blocked = () => void setTimeout(resolve, BLOCKED_MS);
      deleteDB(this.#name, { blocked }).then(resolve, reject);
    });
    this.#channel?.postMessage(ERASED);
  }

  /** @param {(delta?: Delta) => void} listener */
  listen(listener) {
    this.#listener = listener;
    globalThis.addEventListener?.("pageshow", this.#onShow);
    globalThis.addEventListener?.("pagehide", this.#onHide);
  }

  close() {
    this.#listener = () => {};
    globalThis.removeEventListener?.("pageshow", this.#onShow);
    globalThis.removeEventListener?.("pagehide", this.#onHide);
    this.#channel?.close();
    this.#disconnect();
  }

  /**
   * Does work again that ended because the page was hidden, once it is shown.
   *
   * @template T
   * @param {() => Promise<T>} work
   */
  async #resumed(work) {
    for (;;) {
      await this.#shown;
      const hides = this.#hides;
      try {
        return await work();
      } catch (error) {
        if (this.#hides === hides) throw error;
      }
    }
  }

  #open() {
    this.#isBeingDeleted = false;
    this.#database ??= openDB(this.#name, 1, {
      upgrade(database) {
        database
          .createObjectStore("interactions", { keyPath: "item" })
          .createIndex("age", ["time", "order"]);
        database.createObjectStore("ledger", { keyPath: "id" });
        database.createObjectStore("state");
      },
      // Another tab erases the history.
      blocking: () => {
        this.#disconnect();
        this.#isBeingDeleted = true;
        this.#listener();
      },
      terminated: () => (this.#database = undefined),
    }).catch((error) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }

  #disconnect() {
    this.#database?.then(
      (database) => database.close(),
      () => {},
    );
    this.#database = undefined;
  }

  /**
   * @template {IDBTransactionMode} Mode
   * @param {Mode} mode
   * @param {IDBTransactionOptions} [options]
   */
  async #transaction(mode, options) {
    for (let isRetry = false; ; isRetry = true) {
      const database = this.#open();
      try {
        const transaction = (await database).transaction(STORES, mode, options);
        this.#running.add(transaction);
        const forget = () => void this.#running.delete(transaction);
        transaction.done.then(forget, forget);
        return transaction;
      } catch (error) {
        // The connection was closed meanwhile, since another tab erases the history.
        if (isRetry || /** @type {any} */ (error).name !== "InvalidStateError") throw error;
        if (this.#database === database) this.#disconnect();
      }
    }
  }

  async #exists() {
    return !this.#isBeingDeleted && (this.#database !== undefined || mayExist(this.#name));
  }
}

/** @param {{ abort(): void }} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended: a failed request aborts it.
  }
}

/**
 * Whether there is a database of this name; true where the browser cannot list databases.
 * @param {string} name
 */
async function mayExist(name) {
  const list = await indexedDB.databases?.();
  return !list || list.some((database) => database.name === name);
}

/**
 * @param {Transaction} transaction
 * @param {import("./ledger.js").Expense[]} expenses
 * @param {Change["spend"]} spend
 * @returns {Promise<import("./ledger.js").Expense[]>} those that are new or changed
 */
async function putExpenses(transaction, expenses, spend) {
  if (!spend && !expenses.length) return [];
  const store = transaction.objectStore("ledger");
  const ledger = new Ledger((await store.getAll()).map(asExpense));
  const changed = spend ? ledger.spend(spend) : [];
  changed.push(...ledger.merge(expenses));
  await Promise.all(changed.map((expense) => store.put(expense)));
  return changed;
}

/**
 * An entry that another script damaged has an unknown cost, so nothing can be granted.
 *
 * @param {unknown} value
 * @throws {PocketrecError} "bad-history"
 */
function asExpense(value) {
  const expense = readExpense(value);
  if (expense) return expense;
  throw new PocketrecError("bad-history", "ledger", "expenses", "an entry of another form", {
    hint: "What was spent is unknown: erase() starts a new ledger.",
  });
}

/**
 * @param {Interactions} interactions
 * @param {number} limit
 * @returns {Promise<import("../common/ids.js").ItemId[]>} the items that were removed
 */
async function removeOldest(interactions, limit) {
  const removed = [];
  for (let surplus = (await interactions.count()) - limit; surplus > 0; surplus--) {
    const cursor = await interactions.index("age").openCursor();
    if (!cursor) break;
    removed.push(cursor.value.item);
    await cursor.delete();
  }
  return removed;
}
