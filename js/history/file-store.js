import { mkdirSync, watch } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { PocketrecError } from "../common/errors.js";
import { NOTHING, change } from "./change.js";
import { readExported, toExported } from "./exported.js";
import { LockLost, withLock } from "./file-lock.js";

/**
 * @typedef {import("./change.js").Store} Store
 * @typedef {import("./change.js").State} State
 * @typedef {import("./change.js").News} News
 * @typedef {import("./change.js").Change} Change
 * @typedef {{ wish: Change, resolve: (news: News) => void, reject: (error: unknown) => void }}
 *   Waiting
 */

/** The person's alone. */
const FOLDER = { recursive: true, mode: 0o700 };

/**
 * A history in a file: what `export()` gives, and a token. It is written beside and renamed, so
 * that a process that is killed leaves the old one or the new one whole; a lock keeps several
 * processes from overwriting each other's.
 * @implements {Store}
 */
export class FileStore {
  /** @type {"file"} */
  kind = "file";
  #path;
  #limit;
  /** @type {Waiting[]} */
  #waiting = [];
  #isWriting = false;
  /**
   * The file's state when it was last read or written, and by what it is told that it is still
   * that.
   */
  #known = { stamp: "", state: NOTHING };
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
      this.#known = { stamp, state: stamp ? await this.#parse() : NOTHING };
    return this.#known.state;
  }

  /** What changes when the file does; "" where there is none. */
  async #stamp() {
    try {
      const { ino, size, mtimeNs } = await stat(this.#path, { bigint: true });
      return `${ino} ${size} ${mtimeNs}`;
    } catch (error) {
      if (/** @type {any} */ (error).code === "ENOENT") return "";
      throw error;
    }
  }

  async #parse() {
    const text = await readFile(this.#path, "utf8");
    try {
      const { interactions, ledger, token } = readExported(text);
      return {
        token,
        ledger,
        records: interactions.map((interaction, order) => ({ ...interaction, order })),
      };
    } catch (cause) {
      const { expected, found } = /** @type {PocketrecError} */ (cause);
      throw new PocketrecError(
        "bad-history",
        this.#path,
        `a history's file, with ${expected}`,
        found,
        {
          cause,
          hint: "It was left as it is. Move it away, and a new one is begun.",
        },
      );
    }
  }

  /**
   * Changes that come while the file is written are written together.
   *
   * @param {Change} wish
   * @returns {Promise<News>}
   */
  write(wish) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wish, resolve, reject });
      if (!this.#isWriting) this.#writeAll();
    });
  }

  async #writeAll() {
    this.#isWriting = true;
    while (this.#waiting.length) {
      const waiting = this.#waiting.splice(0);
      try {
        await this.#locked((demandLock) => this.#writeTogether(waiting, demandLock));
      } catch (error) {
        if (error instanceof LockLost) this.#waiting.unshift(...waiting);
        else for (const { reject } of waiting) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /**
   * @param {Waiting[]} waiting
   * @param {() => Promise<void>} demandLock
   */
  async #writeTogether(waiting, demandLock) {
    const done = [];
    let state = await this.read();
    for (const { wish, resolve, reject } of waiting) {
      try {
        const { state: next, news } = change(state, wish, this.#limit);
        state = next;
        done.push(() => resolve(news));
      } catch (error) {
        reject(error);
      }
    }
    if (done.length) await this.#replace(state, demandLock);
    for (const tell of done) tell();
  }

  /**
   * @param {State} state
   * @param {() => Promise<void>} demandLock
   */
  async #replace({ token, records, ledger }, demandLock) {
    // Always of the same name: what a killed process left is overwritten.
    const draft = `${this.#path}.new`;
    const file = await open(draft, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify({ ...toExported(records, ledger), token }));
      await file.sync();
    } finally {
      await file.close();
    }
    await demandLock();
    await rename(draft, this.#path);
    this.#known = { stamp: await this.#stamp(), state: { token, records, ledger } };
  }

  /** @param {Parameters<typeof withLock>[1]} work */
  async #locked(work) {
    await mkdir(dirname(this.#path), FOLDER);
    await withLock(`${this.#path}.lock`, work);
  }

  async erase() {
    await this.#locked(async () => {
      for (const path of [this.#path, `${this.#path}.new`]) await rm(path, { force: true });
      this.#known = { stamp: "", state: NOTHING };
    });
  }

  /** @param {() => void} listener */
  listen(listener) {
    try {
      mkdirSync(dirname(this.#path), FOLDER); // What is not there cannot be watched.
      this.#watcher = watch(dirname(this.#path), { persistent: false }, async (_event, name) => {
        if (name !== basename(this.#path)) return;
        if ((await this.#stamp().catch(() => "")) !== this.#known.stamp) listener();
      });
      this.#watcher.on("error", () => {});
    } catch {
      // Without it others' changes are seen with the next own one, or by refresh().
    }
  }

  close() {
    this.#watcher?.close();
  }
}
