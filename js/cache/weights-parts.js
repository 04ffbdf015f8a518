import { PocketrecError } from "../common/errors.js";

/**
 * The size of a part: what is written at once, and the most that an interruption loses. Cached
 * parts of another size, from an older release of the package, count as missing.
 */
export const PART_BYTES = 4 * 2 ** 20;

/** What is found where something was accepted and is gone. */
export const FORGOTTEN = "a storage that took them and has them no more, as in a private window";

/**
 * The base of the cache's keys: a URL that no server can have. Under the file's own URL, a service
 * worker of the app that searches all caches, and ignores the query string, would take a part for
 * the file. And where a file moves, or gets a new signature in its URL, its parts are still valid.
 */
export const BASE_URL = "https://pocketrec.invalid/";

/**
 * The weights of one manifest entry, in parts. Parts that this visit downloads stay in memory until
 * they are assembled, and are written to the cache for the next visit. They are not read back: a
 * private window of WebKit accepts parts and has none of them a moment later, and another tab may
 * delete them. That takes no more memory than `loadModel` does next.
 */
export class WeightsParts {
  /** Why the parts are not kept. @type {PocketrecError | undefined} */
  warning;
  /** How many parts the weights have. */
  length;
  #bytes;
  #folder;
  #cache;
  /** Parts of this visit. @type {Map<number, Uint8Array<ArrayBuffer>>} */
  #memory = new Map();
  /** Whether parts in the cache may be right. */
  #isTrusted = true;

  /**
   * @param {import("./manifest.js").Entry} entry
   * @param {Cache} [cache]
   * @param {PocketrecError} [warning] why there is no cache
   */
  constructor({ bytes, sha256 }, cache, warning) {
    this.length = Math.ceil(bytes / PART_BYTES);
    this.warning = warning;
    this.#bytes = bytes;
    this.#folder = `${BASE_URL}${sha256}/`;
    this.#cache = cache;
  }

  /** Whether the parts outlive this visit. */
  get isPersistent() {
    return this.#cache !== undefined && !this.warning;
  }

  /** In bytes: the last part is shorter, and beyond it the size is 0. @param {number} part */
  sizeOf(part) {
    return Math.max(0, Math.min(PART_BYTES, this.#bytes - part * PART_BYTES));
  }

  /** The key of a part in the cache. @param {number} part */
  urlOf(part) {
    return `${this.#folder}${part}`;
  }

  /** Whether all parts seem to be there, without reading them. */
  async areListed() {
    const urls = await this.#tryCache(
      async (cache) => new Set((await cache.keys()).map(({ url }) => url)),
    );
    const isCached = (/** @type {number} */ part) => this.#isTrusted && urls?.has(this.urlOf(part));
    for (let part = 0; part < this.length; part += 1)
      if (!this.#memory.has(part) && !isCached(part)) return false;
    return true;
  }

  /**
   * Reads the parts of an earlier visit into memory, from the first one without a gap.
   *
   * @returns {Promise<number>} how many they are
   */
  async recall() {
    let count = 0;
    for (; count < this.length; count += 1) {
      const bytes = await this.read(count);
      if (!bytes) break;
      this.#memory.set(count, bytes);
    }
    return count;
  }

  /**
   * @param {number} part
   * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} undefined where it is missing or has
   *   another size
   */
  async read(part) {
    const inMemory = this.#memory.get(part);
    if (inMemory || !this.#isTrusted) return inMemory;
    return this.#tryCache(async (cache) => {
      const response = await cache.match(this.urlOf(part));
      const bytes = response && new Uint8Array(await response.arrayBuffer());
      if (bytes?.length === this.sizeOf(part)) return bytes;
      await cache.delete(this.urlOf(part));
    });
  }

  /**
   * @param {number} part
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  async write(part, bytes) {
    this.#memory.set(part, bytes);
    if (!this.isPersistent) return;
    try {
      await this.#cache?.put(this.urlOf(part), new Response(bytes));
    } catch (cause) {
      this.warning = notKeptWarning(cause);
    }
  }

  /** Looks whether the cache has what it took. `warning` says so where it has not. */
  async lookAgain() {
    await this.#tryCache(async (cache) => {
      for (let part = 0; part < this.length && !this.warning; part += 1) {
        const response = await cache.match(this.urlOf(part));
        if (!response) this.warning = notKeptWarning(FORGOTTEN);
        void response?.body?.cancel().catch(() => {});
      }
    });
  }

  /** Deletes all parts. What the cache has of them all the same is not read again. */
  async delete() {
    this.#memory.clear();
    this.#isTrusted = false;
    await this.#tryCache(async (cache) => {
      for (const { url } of await cache.keys())
        if (url.startsWith(this.#folder)) await cache.delete(url);
    });
  }

  /**
   * A cache that fails once is not used again.
   *
   * @template T
   * @param {(cache: Cache) => Promise<T>} use
   */
  async #tryCache(use) {
    try {
      if (this.#cache) return await use(this.#cache);
    } catch (cause) {
      this.#cache = undefined;
      this.warning ??= notKeptWarning(cause);
    }
    return undefined;
  }
}

/** @param {unknown} cause what Cache Storage threw, or why there is none */
export function notKeptWarning(cause) {
  return new PocketrecError("storage", "Cache Storage", "space for the weights", String(cause), {
    hint: "The weights can be used, but are not kept: the next visit downloads them again.",
    cause,
  });
}
