import { mkdirSync, watch } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { PocketrecError } from "../common/errors.js";
import { readExport, toExport } from "./export-format.js";
import { LockLostError, withLock } from "./file-lock.js";
import { EMPTY_STATE, applyChange } from "./store.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").State} State
 * @typedef {import("./store.js").Delta} Delta
 * @typedef {import("./store.js").Change} Change
 * @typedef {() => Promise<void>} AssertLocked
 * @typedef {{ change: Change, resolve: (delta: Delta) => void, reject: (error: unknown) => void }}
 *   QueuedChange
 */

/** Readable by the user alone. */
const FOLDER_OPTIONS = { recursive: true, mode: 0o700 };

/**
 * A history in a file: the JSON of `export()`, with a token. A new version is written beside the
 * file and renamed, so that a killed process leaves the old or the new version complete. A lock
 * keeps processes from overwriting each other's changes.
 * @implements {Store}
 */
export class FileStore {
  /** @type {"file"} */
  kind = "file";
  #path;
  #limit;
  /** @type {QueuedChange[]} */
  #queue = [];
  #isWriting = false;
  /** The state as last read or written. stamp: of the file that contained it. */
  #known = { stamp: "", state: EMPTY_STATE };
  /** @type {import("node:fs").FSWatcher | undefined} */
  #watcher;

  /**
   * @param {string} path
   * @param {number} limit
   */
  constructor(path, limit) {
    this.#path = path;
    this.#limit = limit;
  }

  /** @returns {Promise<State>} */
  async read() {
    const stamp = await this.#stamp();
    if (stamp !== this.#known.stamp)
      this.#known = { stamp, state: stamp ? await this.#parse(stamp) : EMPTY_STATE };
    return this.#known.state;
  }

  /** Changes whenever the file does; "" without a file. */
  async #stamp() {
    try {
      const { ino, size, mtimeNs } = await stat(this.#path, { bigint: true });
      return `${ino} ${size} ${mtimeNs}`;
    } catch (error) {
      if (/** @type {any} */ (error).code === "ENOENT") return "";
      throw error;
    }
  }

  /** @param {string} stamp of the file: the token of an export, which has none */
  async #parse(stamp) {
    const text = await readFile(this.#path, "utf8");
    try {
      const { interactions, ledger, token } = readExport(text);
      const records = interactions.map((interaction, order) => ({ ...interaction, order }));
      return { token: token || stamp, ledger, records };
    } catch (cause) {
      const { expected, found } = /** @type {PocketrecError} */ (cause);
      const file = `the file of a history, with ${expected}`;
      throw new PocketrecError("bad-history", this.#path, file, found, {
        hint: "The file was not changed. Move it away to start a new history.",
        cause,
      });
    }
  }

  /**
   * Changes that arrive during a write are written together after it.
   *
   * @param {Change} change
   * @returns {Promise<Delta>}
   */
  write(change) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ change, resolve, reject });
      if (!this.#isWriting) this.#writeQueue();
    });
  }

  async #writeQueue() {
    this.#isWriting = true;
    while (this.#queue.length) {
      const batch = this.#queue.splice(0);
      try {
        await this.#withLock((assertLocked) => this.#writeBatch(batch, assertLocked));
      } catch (error) {
        if (error instanceof LockLostError) this.#queue.unshift(...batch);
        else for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /**
   * @param {QueuedChange[]} batch
   * @param {AssertLocked} assertLocked
   */
  async #writeBatch(batch, assertLocked) {
    const resolvers = [];
    let state = await this.read();
    for (const { change, resolve, reject } of batch) {
      try {
        const applied = applyChange(state, change, this.#limit);
        state = applied.state;
        resolvers.push(() => resolve(applied.delta));
      } catch (error) {
        reject(error);
      }
    }
    if (resolvers.length) await this.#replaceFile(state, assertLocked);
    for (const resolve of resolvers) resolve();
  }

  /**
   * @param {State} state
   * @param {AssertLocked} assertLocked
   */
  async #replaceFile({ token, records, ledger }, assertLocked) {
    // The name is always the same: the draft of a killed process is overwritten.
    const draft = this.#draftPath;
    const file = await open(draft, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify({ ...toExport(records, ledger), token }));
      await file.sync();
    } finally {
      await file.close();
    }
    await assertLocked();
    await rename(draft, this.#path);
    this.#known = { stamp: await this.#stamp(), state: { token, records, ledger } };
  }

  get #draftPath() {
    return `${this.#path}.new`;
  }

  /** @param {(assertLocked: AssertLocked) => Promise<void>} work */
  async #withLock(work) {
    await mkdir(dirname(this.#path), FOLDER_OPTIONS);
    await withLock(`${this.#path}.lock`, work);
  }

  async erase() {
    await this.#withLock(async () => {
      for (const path of [this.#path, this.#draftPath]) await rm(path, { force: true });
      this.#known = { stamp: "", state: EMPTY_STATE };
    });
  }

  /** @param {() => void} listener */
  listen(listener) {
    try {
      mkdirSync(dirname(this.#path), FOLDER_OPTIONS); // A missing folder cannot be watched.
      this.#watcher = watch(dirname(this.#path), { persistent: false }, async (_event, name) => {
        if (name !== basename(this.#path)) return;
        if ((await this.#stamp().catch(() => "")) !== this.#known.stamp) listener();
      });
      this.#watcher.on("error", () => {});
    } catch {
      // Without a watcher, changes by others are seen at the next own change, or by refresh().
    }
  }

  close() {
    this.#watcher?.close();
  }
}
