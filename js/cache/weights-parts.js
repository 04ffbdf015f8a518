import { PocketrecError } from "../common/errors.js";

/**
 * The size of a part: what is written at once, and the most that an interruption loses. Cached
 * parts of another size, from an older release of the package, count as missing.
 */
export const PART_BYTES = 4 * 2 ** 20;

/**
 * The base of the cache's keys: a URL that no server can have. Under the file's own URL, a service
 * worker of the app that searches all caches, and ignores the query string, would take a part for
 * the file. And where a file moves, or gets a new signature in its URL, its parts are still valid.
 */
export const BASE_URL = "https://pocketrec.invalid/";

/**
 * The weights of one manifest entry, in parts: in the cache, or in memory where there is no cache
 * or it is full.
 */
export class WeightsParts {
  /** Why the parts are not kept. @type {PocketrecError | undefined} */
  warning;
  /** How many parts the weights have. */
  length;
  #bytes;
  #folder;
  #cache;
  /** Parts that the cache did not take. @type {Map<number, Uint8Array<ArrayBuffer>>} */
  #memory = new Map();

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

  /** How many parts are stored, from the first one without a gap. */
  async count() {
    const urls = await this.#tryCache(
      async (cache) => new Set((await cache.keys()).map(({ url }) => url)),
    );
    const isStored = (/** @type {number} */ part) =>
      this.#memory.has(part) || urls?.has(this.urlOf(part));
    let count = 0;
    while (count < this.length && isStored(count)) count += 1;
    return count;
  }

  /**
   * @param {number} part
   * @returns {Promise<Uint8Array | undefined>} undefined where it is missing or has another size
   */
  async read(part) {
    const inMemory = this.#memory.get(part);
    if (inMemory) return inMemory;
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
    if (!this.isPersistent) return void this.#memory.set(part, bytes);
    try {
      await this.#cache?.put(this.urlOf(part), new Response(bytes));
    } catch (cause) {
      // Parts that are cached already are read from there; the rest stays in memory.
      this.warning = notKeptWarning(cause);
      this.#memory.set(part, bytes);
    }
  }

  /** Deletes all parts. */
  async delete() {
    this.#memory.clear();
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
