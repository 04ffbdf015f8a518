import { mkdirSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setImmediate as nextTask } from "node:timers/promises";

import { JsonFile } from "./json-file.js";
import { FOLDER_OPTIONS } from "./log/folder.js";
import { Log } from "./log/log.js";
import { toInteraction } from "./stored-interactions.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @import { State } from "./store.js"
 * @import { Delta } from "./store.js"
 * @import { Change } from "./store.js"
 * @typedef {{ change: Change, resolve: (delta: Delta) => void, reject: (error: unknown) => void }}
 *   QueuedChange
 *
 * @typedef {object} FileOptions
 * @property {boolean} [recover]
 * @property {(warning: import("../common/errors.js").PocketrecError) => void} [onWarning]
 */

/**
 * A history in a folder of files: a log that every process appends to (log/). A file of 0.2 in the
 * same place is merged into it.
 * @implements {Store}
 */
export class FileStore {
  /** @type {"file"} */
  kind = "file";
  #paths;
  #limit;
  #log;
  #json;
  /** @type {QueuedChange[]} */
  #queue = [];
  #isWriting = false;
  /** The last task: they run one after the other. @type {Promise<unknown>} */
  #last = Promise.resolve();
  #isListening = false;
  /** @type {(delta?: Delta) => void} */
  #listener = () => {};
  /** The deltas that were read and not passed on. @type {Delta[]} */
  #deltas = [];
  /** The token of the state that the listener knows. */
  #token = "";
  /** @type {import("node:fs").FSWatcher | undefined} */
  #watcher;

  /**
   * @param {string} path without an ending
   * @param {number} limit
   * @param {FileOptions} [options]
   */
  constructor(path, limit, { recover = false, onWarning } = {}) {
    this.#paths = { log: `${path}.history`, json: `${path}.json` };
    this.#limit = limit;
    const onDelta = (/** @type {Delta} */ delta) => void this.#deltas.push(delta);
    this.#log = new Log(this.#paths.log, { recover, onWarning, onDelta });
    this.#json = new JsonFile(this.#paths.json);
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  #exclusively(task) {
    const run = this.#last.then(task);
    this.#last = run.catch(() => {});
    return run;
  }

  /** @returns {Promise<State>} */
  read() {
    return this.#exclusively(async () => {
      const state = await this.#readState();
      this.#deltas = [];
      this.#token = state.token;
      return state;
    });
  }

  async #readState() {
    await this.#log.sync();
    const stamp = await this.#json.stamp();
    if (stamp && !this.#log.exists) return this.#json.read(stamp);
    if (stamp) await this.#merge(stamp);
    return this.#log.content.state();
  }

  /**
   * Takes the file of 0.2 into the log.
   * @param {string} stamp
   */
  async #merge(stamp) {
    // Of a process that was killed in between only the file is left.
    if (this.#log.merged !== stamp) {
      const { records, ledger } = await this.#json.read(stamp);
      const put = records.map(toInteraction);
      const change = { put, onlyIfNewer: true, expenses: ledger };
      await this.#log.add([{ change, merged: stamp }]);
    }
    await this.#json.remove();
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
        await this.#exclusively(() => this.#writeBatch(batch));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** @param {QueuedChange[]} batch */
  async #writeBatch(batch) {
    if (!this.#log.exists) await this.#log.sync();
    const stamp = await this.#json.stamp();
    if (stamp) await this.#merge(stamp);
    const limit = this.#limit;
    const outcomes = await this.#log.add(batch.map(({ change }) => ({ change, limit })));
    await this.#log.touch();
    /** @type {Map<Delta, () => void>} */
    const own = new Map();
    for (const [at, { delta, error }] of outcomes.entries()) {
      if (delta) own.set(delta, () => batch[at].resolve(delta));
      else batch[at].reject(error);
    }
    await this.#passOn(own);
    for (const resolve of own.values()) resolve();
  }

  /**
   * Passes on what was read, in its order: own deltas to those who wait for them, others to the
   * listener.
   * @param {Map<Delta, () => void>} [own]
   */
  async #passOn(own = new Map()) {
    const deltas = this.#deltas.splice(0);
    const last = deltas.at(-1)?.after ?? this.#token;
    let isResolved = false;
    for (const delta of deltas) {
      if (delta.before !== this.#token) break; // The listener reads all.
      const resolve = own.get(delta);
      if (!resolve && isResolved) await nextTask(); // The one who waited goes first.
      if (resolve) resolve();
      else this.#listener(delta);
      isResolved = resolve !== undefined;
      this.#token = delta.after;
    }
    if (this.#token !== last || this.#token !== this.#log.content.token) this.#listener();
  }

  erase() {
    return this.#exclusively(async () => {
      await this.#log.erase();
      await this.#json.remove();
      this.#deltas = [];
      this.#token = this.#log.content.token;
    });
  }

  /** @param {() => void} listener */
  listen(listener) {
    this.#listener = listener;
    const folder = dirname(this.#paths.log);
    const names = Object.values(this.#paths).map((path) => basename(path));
    try {
      mkdirSync(folder, FOLDER_OPTIONS); // A missing folder cannot be watched.
      this.#watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name && names.includes(name)) this.#look();
      });
      this.#watcher.on("error", () => {});
    } catch {
      // Without a watcher, changes by others are seen at the next own change, or by refresh().
    }
  }

  /** Passes on changes by others. Those that arrive before it starts are looked for once. */
  #look() {
    if (this.#isListening) return;
    this.#isListening = true;
    const look = async () => {
      this.#isListening = false;
      await this.#log.sync();
      if (this.#log.exists) await this.#passOn();
      else this.#listener();
    };
    this.#exclusively(look).catch(() => {}); // The next call reports it.
  }

  close() {
    this.#watcher?.close();
    this.#listener = () => {};
  }
}
