import { throwIfAborted } from "../common/errors.js";
import { CALL, readEntry } from "./manifest.js";
import { BASE_URL, FORGOTTEN, WeightsParts, notKeptWarning } from "./weights-parts.js";

/**
 * @import { Entry } from "./manifest.js"
 * @import { PocketrecError } from "../common/errors.js"
 */

/** The name of a cache is this prefix and the name of the weights. */
const PREFIX = "pocketrec-weights:";

/** The key of the record of the last complete version: its manifest entry. */
const LAST_URL = `${BASE_URL}last`;

/**
 * Opens the cache of a name; one that stores nothing where Cache Storage is unavailable.
 * @param {string} name
 */
export async function openWeightsCache(name) {
  try {
    // In a frame with an opaque origin, reading `caches` throws.
    const { caches, isSecureContext } = globalThis;
    if (caches) return new WeightsCache(name, await caches.open(PREFIX + name));
    // Node never has one, which is no reason for a warning.
    const isInsecure = isSecureContext === false;
    const warning = isInsecure ? notKeptWarning("none, since the page is not https") : undefined;
    return new WeightsCache(name, undefined, warning);
  } catch (cause) {
    return new WeightsCache(name, undefined, notKeptWarning(cause));
  }
}

/** @param {string} [name] without a name: the caches of all weights */
export async function deleteCaches(name) {
  const { caches } = globalThis;
  if (!caches) return;
  const names =
    name === undefined
      ? (await caches.keys()).filter((found) => found.startsWith(PREFIX))
      : [PREFIX + name];
  await Promise.all(names.map((found) => caches.delete(found)));
}

/** The cached weights of one name: the last complete version, and parts of the next. */
export class WeightsCache {
  #lockName;
  #cache;
  #warning;

  /**
   * @param {string} name
   * @param {Cache} [cache]
   * @param {PocketrecError} [warning] why there is no cache
   */
  constructor(name, cache, warning) {
    this.#lockName = PREFIX + name;
    this.#cache = cache;
    this.#warning = warning;
  }

  /** @param {Entry} entry */
  partsOf(entry) {
    return new WeightsParts(entry, this.#cache, this.#warning);
  }

  /**
   * The manifest entry of the last complete version.
   * @returns {Promise<Entry | undefined>}
   */
  async lastEntry() {
    try {
      return readEntry(JSON.parse((await this.#lastRecord()) ?? ""), LAST_URL);
    } catch {
      return undefined;
    }
  }

  /**
   * Records a version as the last complete one and deletes everything else.
   *
   * @param {Entry} entry
   * @param {WeightsParts} parts complete and verified
   * @returns {Promise<PocketrecError | undefined>} a warning where that failed
   */
  async commit(entry, parts) {
    if (!this.#cache || parts.warning) return parts.warning;
    const urls = Array.from({ length: parts.length }, (_, part) => parts.urlOf(part));
    const kept = new Set([LAST_URL, ...urls]);
    try {
      // The record first: a tab that reads the old version while it is deleted looks again, and
      // finds the new one.
      const record = JSON.stringify(entry);
      if ((await this.#lastRecord()) !== record) {
        await this.#cache.put(LAST_URL, new Response(record));
        // Weights of one part may still be there: what is forgotten is known by the record.
        if ((await this.#lastRecord()) === undefined) return notKeptWarning(FORGOTTEN);
      }
      for (const { url } of await this.#cache.keys()) {
        if (!kept.has(url)) await this.#cache.delete(url);
      }
    } catch (cause) {
      return notKeptWarning(cause);
    }
  }

  /**
   * Does work in one tab at a time. Without Web Locks each tab does it.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @param {AbortSignal} [signal] ends the wait for the lock
   * @returns {Promise<T>}
   */
  async withLock(work, signal) {
    const locks = this.#locks;
    if (!locks) return work();
    let isGranted = false;
    try {
      return await locks.request(this.#lockName, { signal }, () => {
        isGranted = true;
        return work();
      });
    } catch (error) {
      if (isGranted) throw error;
      throwIfAborted(signal, CALL);
      return work(); // Locks are forbidden here.
    }
  }

  /**
   * Does work unless another tab holds the lock.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async ifUnlocked(work) {
    const locks = this.#locks;
    if (!locks) return work();
    const options = { ifAvailable: true };
    return locks
      .request(this.#lockName, options, async (lock) => (lock ? work() : undefined))
      .catch(() => undefined);
  }

  get #locks() {
    return this.#cache && globalThis.navigator?.locks;
  }

  async #lastRecord() {
    return (await this.#cache?.match(LAST_URL))?.text();
  }
}
