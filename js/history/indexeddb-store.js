import { deleteDB, openDB } from "idb";

import { NOTHING } from "./change.js";
import { newId } from "./id.js";
import { newExpenses } from "./ledger.js";
import { isKept } from "./records.js";

/**
 * @typedef {import("./change.js").Store} Store
 * @typedef {import("./change.js").News} News
 * @typedef {import("./change.js").Change} Change
 * @typedef {import("./records.js").Kept} Kept
 * @typedef {import("idb").IDBPTransaction<any, string[], "readwrite">} Transaction
 */

/** What other tabs are told, which may have it in memory only. */
const ERASED = "erased";

const STORES = ["interactions", "ledger", "state"];

/**
 * How long a database that somebody else holds open is waited for when it goes; its content has
 * gone before.
 */
const BLOCKED_MS = 2000;

/**
 * A history in IndexedDB, one transaction a change, so that a tab that ends in the middle of one
 * leaves what was there before. Other tabs hear what was done over a BroadcastChannel of the same
 * name.
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
  /** Whether somebody is removing the database. */
  #isGoing = false;
  /** @type {(news?: News) => void} */
  #listener = () => {};
  /** A page that comes back from the browser's memory has missed what others did. */
  #onShow = (/** @type {Event} */ event) => {
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
    this.#channel?.addEventListener("message", ({ data: news }) => {
      this.#isGoing = false;
      this.#listener(news === ERASED ? undefined : news);
    });
  }

  #open() {
    this.#isGoing = false;
    this.#database ??= openDB(this.#name, 1, {
      upgrade(database) {
        database
          .createObjectStore("interactions", { keyPath: "item" })
          .createIndex("age", ["time", "order"]);
        database.createObjectStore("ledger", { keyPath: "id" });
        database.createObjectStore("state");
      },
      // Somebody erases the history.
      blocking: () => {
        this.#letGo();
        this.#isGoing = true;
        this.#listener();
      },
      terminated: () => (this.#database = undefined),
    }).catch((error) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }

  /**
   * @template {IDBTransactionMode} Mode
   * @param {Mode} mode
   */
  async #transaction(mode) {
    for (let isSecond = false; ; isSecond = true) {
      const database = this.#open();
      try {
        return (await database).transaction(STORES, mode);
      } catch (error) {
        // It was closed meanwhile, since somebody erases the history.
        if (isSecond || /** @type {any} */ (error).name !== "InvalidStateError") throw error;
        if (this.#database === database) this.#letGo();
      }
    }
  }

  #letGo() {
    this.#database?.then(
      (database) => database.close(),
      () => {},
    );
    this.#database = undefined;
  }

  async #isThere() {
    return !this.#isGoing && (this.#database !== undefined || exists(this.#name));
  }

  async read() {
    // Opening it would make it: who only looks leaves nothing behind.
    if (!(await this.#isThere())) return NOTHING;
    const transaction = await this.#transaction("readonly");
    const [records, ledger, token = ""] = await Promise.all([
      transaction.objectStore("interactions").getAll(),
      transaction.objectStore("ledger").getAll(),
      transaction.objectStore("state").get("token"),
    ]);
    return { token, records: records.filter(isKept), ledger };
  }

  /** @param {Change} wish */
  async write(wish) {
    const transaction = await this.#transaction("readwrite");
    // What goes wrong is told by the first request that fails.
    transaction.done.catch(() => {});
    let news;
    try {
      news = await this.#apply(transaction, wish);
    } catch (error) {
      // It may have been aborted by what went wrong.
      try {
        transaction.abort();
      } catch {}
      throw error;
    }
    await transaction.done;
    this.#channel?.postMessage(news);
    return news;
  }

  /**
   * @param {Transaction} transaction
   * @param {Change} wish
   * @returns {Promise<News>}
   */
  async #apply(transaction, { put = [], isOlderKept = false, remove = [], expenses = [], spend }) {
    const interactions = transaction.objectStore("interactions");
    const state = transaction.objectStore("state");
    const more = await spendIn(transaction, expenses, spend);
    const before = (await state.get("token")) ?? "";
    const after = newId();
    const removed = new Set(remove);
    for (const item of remove) await interactions.delete(item);
    let order = (await state.get("order")) ?? 0;
    /** @type {Map<unknown, Kept>} */
    const changed = new Map();
    for (const interaction of put) {
      const known = isOlderKept ? await interactions.get(interaction.item) : undefined;
      if (known && known.time >= interaction.time) continue;
      const record = { ...interaction, order: ++order };
      await interactions.put(record);
      changed.set(record.item, record);
      removed.delete(record.item);
    }
    for (const item of await dropOldest(interactions, this.#limit)) {
      removed.add(item);
      changed.delete(item);
    }
    await Promise.all([state.put(after, "token"), state.put(order, "order")]);
    return { before, after, put: [...changed.values()], removed: [...removed], expenses: more };
  }

  async erase() {
    if (!(await this.#isThere())) return;
    const transaction = await this.#transaction("readwrite");
    await Promise.all([
      ...STORES.map((name) => transaction.objectStore(name).clear()),
      transaction.done,
    ]);
    this.#letGo();
    await new Promise((resolve, reject) => {
      deleteDB(this.#name, { blocked: () => void setTimeout(resolve, BLOCKED_MS) }).then(
        resolve,
        reject,
      );
    });
    this.#channel?.postMessage(ERASED);
  }

  /** @param {(news?: News) => void} listener */
  listen(listener) {
    this.#listener = listener;
    globalThis.addEventListener?.("pageshow", this.#onShow);
  }

  close() {
    this.#listener = () => {};
    globalThis.removeEventListener?.("pageshow", this.#onShow);
    this.#channel?.close();
    this.#letGo();
  }
}

/**
 * Whether there is a database of this name, or nobody can tell.
 * @param {string} name
 */
async function exists(name) {
  const list = await indexedDB.databases?.();
  return !list || list.some((database) => database.name === name);
}

/**
 * @param {Transaction} transaction
 * @param {import("./ledger.js").Expense[]} expenses
 * @param {Change["spend"]} spend
 * @returns {Promise<import("./ledger.js").Expense[]>} those that are new
 */
async function spendIn(transaction, expenses, spend) {
  if (!spend && !expenses.length) return [];
  const store = transaction.objectStore("ledger");
  const more = newExpenses(await store.getAll(), expenses, spend);
  for (const expense of more) await store.put(expense);
  return more;
}

/**
 * @param {import("idb").IDBPObjectStore<any, string[], "interactions", "readwrite">} interactions
 * @param {number} limit
 * @returns {Promise<import("./records.js").ItemId[]>} what is no longer there
 */
async function dropOldest(interactions, limit) {
  const dropped = [];
  for (let surplus = (await interactions.count()) - limit; surplus > 0; surplus--) {
    const cursor = await interactions.index("age").openCursor();
    if (!cursor) break;
    dropped.push(cursor.value.item);
    await cursor.delete();
  }
  return dropped;
}
