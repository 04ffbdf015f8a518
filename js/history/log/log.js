import { setTimeout as pause } from "node:timers/promises";

import { PocketrecError } from "../../common/errors.js";
import { newId } from "../id.js";
import { toEntry } from "./entries.js";
import { LogFolder } from "./folder.js";
import { decodeRecords, encodeRecord } from "./records.js";
import { DamageError, Replay, UNKNOWN_EXPENSE, startingWith } from "./replay.js";

/**
 * @typedef {import("../store.js").Change} Change
 * @typedef {import("../store.js").Delta} Delta
 * @typedef {import("./replay.js").Outcome} Outcome
 * @typedef {import("node:fs/promises").FileHandle} FileHandle
 *
 * @typedef {object} LogOptions
 * @property {boolean} recover whether what can be read of a damaged log is kept
 * @property {(warning: PocketrecError) => void} [onWarning]
 * @property {(delta: Delta) => void} onDelta is called for every change that is read, in order
 *
 * @typedef {{ change: Change, limit?: number, merged?: string }} Addition
 */

/** How often a change is tried, while other processes end the log before it. */
const ATTEMPTS = 100;

/** How long another process may take to write the next log, before this one writes it too (ms). */
const PATIENCE = { steps: 5, ms: 10 };

/** The log of a history: reads what is new in it, appends to it, and replaces it (folder.js). */
export class Log {
  #path;
  #folder;
  #options;
  #writer = newId();
  /** The name of the log that is read; undefined where there is none. @type {string | undefined} */
  #name;
  #offset = 0;
  #replay = new Replay("", false);
  /** By the number of an own entry. @type {Map<number, Outcome>} */
  #outcomes = new Map();

  /**
   * @param {string} path of the folder
   * @param {LogOptions} options
   */
  constructor(path, options) {
    this.#path = path;
    this.#folder = new LogFolder(path);
    this.#options = options;
  }

  get content() {
    return this.#replay.content;
  }

  get exists() {
    return this.#name !== undefined;
  }

  /** The stamp of the file of 0.2 that the log contains. */
  get merged() {
    return this.#replay.merged;
  }

  /**
   * Reads what is new.
   * @throws {PocketrecError} "bad-history"
   */
  async sync() {
    for (;;) {
      if (this.#name === undefined) this.#start(await this.#folder.find());
      if (this.#name === undefined) return;
      const file = await this.#folder.open(this.#name, "r");
      if (file) await this.#read(file).finally(() => file.close());
      else this.#start(undefined);
      if (this.#replay.end) await this.#follow();
      else if (file) return;
    }
  }

  /** @param {string | undefined} name */
  #start(name) {
    this.#name = name;
    this.#offset = 0;
    this.#replay = new Replay(name ?? "", this.#options.recover);
  }

  /**
   * Adds changes, all of them in this order.
   *
   * @param {Addition[]} additions
   * @returns {Promise<Outcome[]>} once they are durable
   * @throws {PocketrecError} "bad-history"
   */
  async add(additions) {
    /** @type {Outcome[]} */
    const outcomes = [];
    for (let attempt = 0; attempt < ATTEMPTS && outcomes.length < additions.length; attempt++) {
      await this.#create();
      outcomes.push(...(await this.#append(additions.slice(outcomes.length))));
    }
    if (outcomes.length < additions.length) throw new Error(`${this.#path}: no entry is stored`);
    return outcomes;
  }

  async #create() {
    if (this.#name !== undefined) return;
    await this.sync();
    for (let attempt = 0; this.#name === undefined; attempt++) {
      if (attempt === ATTEMPTS) throw new Error(`${this.#path} cannot be created`);
      await this.#folder.create({ format: 2, kind: "pocketrec-history", token: "", blocks: 0 });
      await this.sync();
    }
  }

  /**
   * @param {Addition[]} additions
   * @returns {Promise<Outcome[]>} of the first ones: the others have to be added again
   */
  async #append(additions) {
    const first = this.#replay.nextNumber(this.#writer);
    const entries = additions.map(({ change, ...rest }, at) => ({
      by: this.#writer,
      n: first + at,
      ...toEntry(change),
      ...rest,
    }));
    const removes = additions.some(({ change }) => change.remove?.length);
    const next = removes || this.#replay.isWasteful ? newId() : undefined;
    this.#outcomes.clear();
    await this.#write(next ? [...entries, this.#endEntry(first + entries.length, next)] : entries);
    const outcomes = entries.map(({ n }) => this.#outcomes.get(n));
    const stored = outcomes.indexOf(undefined);
    return /** @type {Outcome[]} */ (stored < 0 ? outcomes : outcomes.slice(0, stored));
  }

  /** @param {number} n @param {string | null} next */
  #endEntry(n, next) {
    return { by: this.#writer, n, next };
  }

  /**
   * Appends with one call, which no other process interrupts, and reads to the end.
   * @param {unknown[]} entries
   */
  async #write(entries) {
    const file = await this.#folder.open(/** @type {string} */ (this.#name), "a+");
    if (!file) return this.#start(undefined);
    try {
      await file.write(Buffer.concat(entries.map(encodeRecord)));
      await file.datasync();
      await this.#read(file);
    } finally {
      await file.close();
    }
    if (this.#replay.end) await this.#follow();
  }

  /** @param {FileHandle} file */
  async #read(file) {
    try {
      await this.#readNew(file);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      if (!error.isAtEnd) this.#refuse(error);
      // On some systems a write may become visible piece by piece.
      await pause(10);
      this.#start(this.#name);
      await this.#readNew(file).catch((again) => this.#refuse(again));
    }
  }

  /** @param {FileHandle} file @throws {DamageError} */
  async #readNew(file) {
    const { size } = await file.stat();
    if (size < this.#offset) this.#start(this.#name);
    const bytes = Buffer.alloc(size - this.#offset);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
    const { values, damaged, consumed, isAtEnd } = decodeRecords(bytes.subarray(0, bytesRead));
    if (damaged.length && !this.#options.recover) {
      const at = `the first at byte ${this.#offset + damaged[0]} of ${this.#name}/log`;
      throw new DamageError(`${damagedEntries(damaged.length)}, ${at}`, isAtEnd);
    }
    this.#offset += consumed;
    for (const value of values) this.#accept(value);
    if (this.#replay.isMissingBlocks) this.#replay.complain("an incomplete beginning");
    if (this.#replay.isBroken || damaged.length) await this.#recover(damaged.length);
  }

  /** @param {any} entry */
  #accept(entry) {
    const outcome = this.#replay.accept(entry);
    if (outcome?.delta) this.#options.onDelta(outcome.delta);
    if (outcome && entry.by === this.#writer) this.#outcomes.set(entry.n, outcome);
  }

  /** Replaces a damaged log by one with what could be read. @param {number} count */
  async #recover(count) {
    if (this.#replay.end) return;
    const { content } = this.#replay;
    content.apply({ expenses: [UNKNOWN_EXPENSE] }, Infinity, newId());
    const end = this.#endEntry(this.#replay.nextNumber(this.#writer), newId());
    this.#options.onWarning?.(
      new PocketrecError("bad-history", this.#path, "the log of a history", damagedEntries(count), {
        hint: "The rest was kept. What was spent is unknown: erase() starts a new ledger.",
      }),
    );
    const file = await this.#folder.open(/** @type {string} */ (this.#name), "a+");
    await file?.write(encodeRecord(end)).finally(() => file.close());
    this.#replay.accept(end);
  }

  /** @param {unknown} error @returns {never} */
  #refuse(error) {
    this.#start(undefined);
    if (!(error instanceof DamageError)) throw error;
    throw new PocketrecError("bad-history", this.#path, "the log of a history", error.message, {
      hint: "Nothing was changed. openHistory(name, { recover: true }) keeps what can be read.",
      cause: error,
    });
  }

  /** Goes on to the next log, and writes it if no other process does. */
  async #follow() {
    const name = /** @type {string} */ (this.#name);
    const { content, head, merged, end } = this.#replay;
    const { by, next } = /** @type {import("./entries.js").Entry} */ (end);
    if (typeof next === "string") {
      for (let step = 0; by !== this.#writer && step < PATIENCE.steps; step++) {
        if (await this.#folder.has(next)) break;
        await pause(PATIENCE.ms * Math.random());
      }
      const makeEntries = () => startingWith(content, { before: name, merged });
      await this.#folder.replace(name, head.before, next, makeEntries);
    } else {
      await this.#folder.erase(name, head.before);
    }
    this.#start(next ?? undefined);
    await this.sync();
  }

  /**
   * Ends the log without a next one, and removes the folder; where it cannot be ended, since it is
   * damaged or the disk is full, the folder alone.
   */
  async erase() {
    try {
      await this.sync();
      for (let attempt = 0; this.#name !== undefined && attempt < ATTEMPTS; attempt++) {
        await this.#write([this.#endEntry(this.#replay.nextNumber(this.#writer), null)]);
        await this.sync();
      }
      await this.#folder.removeLeftovers();
    } catch {
      await this.#folder.destroy();
      this.#start(undefined);
    }
  }

  /** Tells the watchers of other processes. */
  touch() {
    return this.#folder.touch();
  }
}

/** @param {number} count */
const damagedEntries = (count) => `${count} damaged ${count === 1 ? "entry" : "entries"}`;
