import { PocketrecError } from "../common/errors.js";

/**
 * What is written at a time, and what an interruption loses at most. Parts of another length, of an
 * older release of the package, count as missing.
 */
export const PART_BYTES = 4 * 2 ** 20;

/**
 * Where the entries of a cache pretend to be from: an address that no server can have. Under the
 * file's own, an app's service worker that looks into all caches, and ignores what is behind a "?",
 * would take a part for the file. And where a file moves, or is asked for with a new signature in
 * its address, its parts are still those of these bytes.
 */
export const ADDRESS = "https://pocketrec.invalid/";

/**
 * The weights of one manifest entry, in parts: in the cache, so that the next visit finds them, or
 * in memory where there is no cache or no room in it.
 */
export class Parts {
  /** Why they are not kept. @type {PocketrecError | undefined} */
  warning;
  /** How many there are when all are there. */
  length;
  #bytes;
  #folder;
  #cache;
  /** Those for which there was no room. @type {Map<number, Uint8Array<ArrayBuffer>>} */
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
    this.#folder = `${ADDRESS}${sha256}/`;
    this.#cache = cache;
  }

  /** Whether anything outlives this visit. */
  get isKept() {
    return this.#cache !== undefined && !this.warning;
  }

  /** The last one is shorter, and behind it there is nothing. @param {number} number */
  sizeOf(number) {
    return Math.max(0, Math.min(PART_BYTES, this.#bytes - number * PART_BYTES));
  }

  /** @param {number} number */
  addressOf(number) {
    return `${this.#folder}${number}`;
  }

  /** How many are there, from the first one on without a gap. */
  async count() {
    const kept = await this.#ask(
      async (cache) => new Set((await cache.keys()).map(({ url }) => url)),
    );
    let count = 0;
    while (count < this.length && (this.#memory.has(count) || kept?.has(this.addressOf(count))))
      count += 1;
    return count;
  }

  /**
   * @param {number} number
   * @returns {Promise<Uint8Array | undefined>} undefined where it is gone, or is not what was
   *   written
   */
  async read(number) {
    const inMemory = this.#memory.get(number);
    if (inMemory) return inMemory;
    return this.#ask(async (cache) => {
      const response = await cache.match(this.addressOf(number));
      const part = response && new Uint8Array(await response.arrayBuffer());
      if (part?.length === this.sizeOf(number)) return part;
      await cache.delete(this.addressOf(number));
    });
  }

  /**
   * @param {number} number
   * @param {Uint8Array<ArrayBuffer>} part
   */
  async write(number, part) {
    if (!this.isKept) return void this.#memory.set(number, part);
    try {
      await this.#cache?.put(this.addressOf(number), new Response(part));
    } catch (cause) {
      // What is in the cache so far is read from there; the rest stays in memory.
      this.warning = notKept(cause);
      this.#memory.set(number, part);
    }
  }

  /** All of them go. */
  async drop() {
    this.#memory.clear();
    await this.#ask(async (cache) => {
      for (const { url } of await cache.keys())
        if (url.startsWith(this.#folder)) await cache.delete(url);
    });
  }

  /**
   * What the cache answers; one that fails is asked no more.
   *
   * @template T
   * @param {(cache: Cache) => Promise<T>} question
   */
  async #ask(question) {
    try {
      if (this.#cache) return await question(this.#cache);
    } catch (cause) {
      this.#cache = undefined;
      this.warning ??= notKept(cause);
    }
    return undefined;
  }
}

/** @param {unknown} cause what Cache Storage threw, or says of itself */
export function notKept(cause) {
  return new PocketrecError("storage", "Cache Storage", "room for the weights", String(cause), {
    hint: "The weights can be used, but are not kept: the next visit downloads them again.",
    cause,
  });
}
