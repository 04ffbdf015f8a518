import { PocketrecError } from "../common/errors.js";
import { MemoryStore } from "./memory-store.js";
import { Replica } from "./replica.js";
import { SharedTask } from "./shared-task.js";
import { EMPTY_STATE } from "./store.js";

/**
 * @import { Change, Delta, Store } from "./store.js"
 */

/**
 * A replica with its store: it writes to the store and follows what others write. Where the store
 * fails, memory takes its place.
 */
export class StoredReplica extends Replica {
  /** Why the state is in memory only. @type {PocketrecError | undefined} */
  warning;
  /** @type {Store} the persistent store, or memory where that failed */
  #store;
  /** @type {Store} */
  #persistentStore;
  #reads = new SharedTask();
  #limit;
  #onChange;
  #onWarning;
  /** Whether the persistent store could not even be opened. */
  #neverOpened = false;
  #isClosed = false;

  /**
   * @param {Store} store
   * @param {number} limit how many interactions memory keeps in its place
   * @param {() => void} onChange is called after each change, by this program or another
   * @param {(warning: PocketrecError) => void} [onWarning] is called when memory takes the store's
   *   place
   */
  constructor(store, limit, onChange, onWarning) {
    super();
    this.#store = this.#persistentStore = store;
    this.#limit = limit;
    this.#onChange = onChange;
    this.#onWarning = onWarning;
  }

  /** Where the state is stored. */
  get storage() {
    return this.#store.kind;
  }

  /** Reads the store for the first time. */
  async open() {
    try {
      // Listens first: a change that arrives during the first read is read after it. A damaged file
      // is reported to the next call, not to the listener.
      this.#persistentStore.listen((delta) => void this.#receive(delta).catch(() => {}));
      await this.#reads.request(() => this.#read());
    } catch (error) {
      if (error instanceof PocketrecError) {
        this.close();
        throw error;
      }
      this.#neverOpened = true;
      this.#fallBackToMemory(error);
    }
  }

  /** @param {Change} change */
  async write(change) {
    this.#assertOpen();
    const store = this.#store;
    if (change.spend && store.kind === "memory") throw this.warning;
    let delta;
    try {
      delta = await store.write(change);
    } catch (error) {
      if (error instanceof PocketrecError) throw error;
      if (store === this.#store) this.#fallBackToMemory(error);
    }
    if (change.spend && this.#store.kind === "memory") throw this.warning;
    await this.#receive(delta ?? (await this.#store.write(change)));
  }

  /**
   * After interactions were removed: whether the storage may still contain them.
   * @throws {PocketrecError} "storage"
   */
  assertRemoved() {
    if (this.#store.kind !== "memory" || this.#neverOpened) return;
    const hint = "The storage may still contain them: open the history again, or erase() it.";
    throw storageError(this.warning?.cause, "interactions to be removed", hint);
  }

  /** Removes all, with the database or file. */
  async erase() {
    this.#assertOpen();
    try {
      await this.#persistentStore.erase();
      this.#store = this.#persistentStore;
      this.warning = undefined;
    } catch (cause) {
      // A store that was never opened contains nothing of this history.
      if (!this.#neverOpened) {
        const hint = "Try again, or remove the site's data in the browser.";
        throw storageError(cause, "the history to be erased", hint);
      }
    }
    if (this.#store.kind === "memory") await this.#store.erase();
    if (this.replace(EMPTY_STATE)) this.#onChange();
  }

  /** Reads changes by others, where no notification arrived. */
  async refresh() {
    this.#assertOpen();
    await this.#reload();
  }

  close() {
    this.#isClosed = true;
    this.#persistentStore.close();
  }

  /** Continues in memory with the last known state. @param {unknown} cause */
  #fallBackToMemory(cause) {
    this.#store = new MemoryStore(this.#limit, this.state());
    const hint = "It is kept in memory only, and lost with the page or process.";
    this.warning = storageError(cause, "storage for the history", hint);
    this.#onWarning?.(this.warning);
  }

  /**
   * Applies a delta where it starts from the known state, and reads the store otherwise.
   * @param {Delta} [delta]
   */
  async #receive(delta) {
    const isNext = delta && delta.before === this.token && !this.#reads.isBusy;
    if (!isNext) return this.#reload();
    this.apply(delta);
    this.#onChange();
  }

  #reload() {
    return this.#reads.request(async () => {
      try {
        await this.#read();
      } catch (error) {
        if (error instanceof PocketrecError) throw error;
        if (!this.#isClosed) this.#fallBackToMemory(error);
      }
    });
  }

  async #read() {
    const store = this.#store;
    let state;
    try {
      state = await store.read();
    } catch (error) {
      // Another store has replaced it meanwhile: its failure is no longer of interest.
      if (store === this.#store) throw error;
    }
    if (state && store === this.#store && this.replace(state)) this.#onChange();
  }

  #assertOpen() {
    if (this.#isClosed)
      throw new PocketrecError("disposed", "history", "an open history", "one after close()");
  }
}

/**
 * @param {unknown} cause
 * @param {string} expected
 * @param {string} hint
 */
const storageError = (cause, expected, hint) =>
  new PocketrecError("storage", "history", expected, String(cause), { hint, cause });
