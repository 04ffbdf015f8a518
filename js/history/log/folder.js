import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { PocketrecError } from "../../common/errors.js";
import { newId } from "../id.js";
import { encodeRecord } from "./records.js";

/**
 * The folder of a history. It contains one log, in a folder of its own with a random name that
 * never occurs again:
 *
 *     films.history/3f0c9a51d2b7e648/log
 *
 * There is no lock. Processes append to the log; its order decides. An entry with `next` ends it:
 * what follows is void. Any process then writes the same next log, and renames its folder into
 * place. Three rules make that safe at every point where a process may be killed or suspended:
 *
 * - The next log is prepared inside the folder of the log before it, and renamed from there. Once
 *   that folder is gone no process can publish it, however long it was suspended.
 * - A folder is renamed to a name that exists only if that is empty, so of several processes one
 *   succeeds.
 * - Before the next log is published, the log before this one is removed; after it, this one. So a
 *   log that was removed never comes back.
 */

const NAME = /^[0-9a-f]{16}$/;
/** What systems put into folders by themselves. */
const LITTER = /^(?:\..*|thumbs\.db|desktop\.ini)$/i;
const LOG = "log";

/** A rename onto a folder that exists, by the system. */
const EXISTS = new Set(["ENOTEMPTY", "EEXIST", "EPERM", "EACCES", "ENOTDIR"]);

const RM = { recursive: true, force: true, maxRetries: 10, retryDelay: 20 };

/** Readable by the user alone. */
export const FOLDER_OPTIONS = { recursive: true, mode: 0o700 };

/** @param {unknown} error */
const codeOf = (error) => /** @type {any} */ (error)?.code;

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T | undefined>} undefined where there is no such file
 */
export async function ifExists(promise) {
  try {
    return await promise;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

export class LogFolder {
  #path;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /** @param {string} name of a log */
  #logOf(name) {
    return join(this.#path, name, LOG);
  }

  /**
   * The name of a log; of two, one that leads to the other. What is left of a log is removed.
   * @returns {Promise<string | undefined>}
   */
  async find() {
    for (const name of (await ifExists(readdir(this.#path))) ?? []) {
      if (!NAME.test(name)) continue;
      if (await ifExists(stat(this.#logOf(name)))) return name;
      await rm(join(this.#path, name), RM);
    }
    return undefined;
  }

  /**
   * @param {string} name
   * @param {"r" | "a+"} mode a+: to append to it. It is not created
   * @returns {Promise<import("node:fs/promises").FileHandle | undefined>} undefined: it is gone
   */
  open(name, mode) {
    const flags = mode === "r" ? constants.O_RDONLY : constants.O_RDWR | constants.O_APPEND;
    return ifExists(open(this.#logOf(name), flags));
  }

  /**
   * Creates a log, unless there is one or another process is faster.
   * @param {unknown} head its first entry
   * @throws {PocketrecError} "bad-history" where the folder contains files of others
   */
  async create(head) {
    await mkdir(dirname(this.#path), FOLDER_OPTIONS);
    const foreign = await this.#removeFolder();
    if (foreign !== undefined)
      throw new PocketrecError("bad-history", this.#path, "the files of a history", foreign, {
        hint: "Nothing was changed. Move it away, or choose another name or folder.",
      });
    const draft = `${this.#path}.${newId()}`;
    await mkdir(draft, { mode: 0o700 });
    await publishDraft(draft, this.#path, () => writeLog(join(draft, newId()), [head]));
    await syncFolder(dirname(this.#path));
    await this.#removeDrafts();
  }

  /**
   * Removes the folder without a log; Windows renames onto no folder at all.
   * @returns {Promise<string | undefined>} what is not the history's, and stays
   */
  async #removeFolder() {
    const names = (await ifExists(readdir(this.#path))) ?? [];
    for (const name of names)
      if (LITTER.test(name)) await rm(join(this.#path, name), { force: true }).catch(() => {});
    await rmdir(this.#path).catch(() => {}); // Another process uses it again.
    return names.find((name) => !NAME.test(name) && !LITTER.test(name));
  }

  /** The drafts of `create` that were not published. Their process tries again, if it lives. */
  async #removeDrafts() {
    const draft = new RegExp(`^\\.${NAME.source.slice(1)}`);
    const own = basename(this.#path);
    for (const name of (await ifExists(readdir(dirname(this.#path)))) ?? []) {
      if (name.startsWith(own) && draft.test(name.slice(own.length)))
        await rm(join(dirname(this.#path), name), RM);
    }
  }

  /**
   * Replaces a log that has ended by the next one.
   *
   * @param {string} name
   * @param {string | undefined} before the log before it
   * @param {string} next
   * @param {() => Iterable<unknown>} makeEntries of the next log
   */
  async replace(name, before, next, makeEntries) {
    if (before) await this.remove(before);
    if (!(await this.has(next))) {
      const draft = join(this.#path, name, newId());
      const target = join(this.#path, next);
      await publishDraft(draft, target, () => writeLog(draft, makeEntries()));
      await syncFolder(this.#path);
    }
    await this.remove(name);
  }

  /** Whether there is a log. @param {string} name */
  async has(name) {
    return (await ifExists(stat(join(this.#path, name)))) !== undefined;
  }

  /** @param {string} name of a log */
  remove(name) {
    return rm(join(this.#path, name), RM);
  }

  /**
   * Removes a log that was erased, and the folder unless a new log was created meanwhile.
   *
   * @param {string} name
   * @param {string | undefined} before the log before it
   */
  async erase(name, before) {
    if (before) await this.remove(before);
    await this.remove(name);
    await this.removeLeftovers();
  }

  /** Removes every log, where one cannot be read. */
  async destroy() {
    for (const name of (await ifExists(readdir(this.#path))) ?? [])
      if (NAME.test(name)) await this.remove(name);
    await this.removeLeftovers();
  }

  /** Of processes that were killed while they created or erased the history. */
  async removeLeftovers() {
    await this.#removeFolder();
    await this.#removeDrafts();
    await syncFolder(dirname(this.#path));
  }

  /** Watchers of the folder above notice it. */
  async touch() {
    const now = new Date();
    await utimes(this.#path, now, now).catch(() => {}); // It was erased.
  }
}

/**
 * Prepares a folder and renames it, unless there is one of that name.
 *
 * @param {string} draft
 * @param {string} target
 * @param {() => Promise<void>} prepare
 */
async function publishDraft(draft, target, prepare) {
  try {
    await prepare();
    await rename(draft, target);
  } catch (error) {
    // Another process was faster: the folder around the draft is gone, or the target is there.
    if (codeOf(error) === "ENOENT") return;
    await rm(draft, RM);
    if (!EXISTS.has(codeOf(error)) || !(await ifExists(stat(target)))) throw error;
  }
}

/**
 * @param {string} folder to be created, within one that exists
 * @param {Iterable<unknown>} entries
 */
async function writeLog(folder, entries) {
  await mkdir(folder, { mode: 0o700 });
  const file = await open(join(folder, LOG), "wx", 0o600);
  try {
    for (const entry of entries) await file.writeFile(encodeRecord(entry));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that a power cut does not undo a rename. @param {string} path */
async function syncFolder(path) {
  try {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders.
  }
}
