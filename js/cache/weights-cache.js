import { throwIfAborted } from "../common/errors.js";
import { CALL, readEntry } from "./manifest.js";
import { ADDRESS, Parts, notKept } from "./parts.js";

/** What the caches of this package are called, and after it the weights' name. */
const PREFIX = "pocketrec-weights:";

/** The manifest entry of the last version that was complete. */
const LAST = `${ADDRESS}last`;

/**
 * The cache of one name, where there is one.
 *
 * @param {string} name
 */
export async function openWeightsCache(name) {
  try {
    // In a frame without an origin of its own, to name it throws.
    const { caches, isSecureContext } = globalThis;
    if (caches) return new WeightsCache(name, await caches.open(PREFIX + name));
    // Node never has one, and nobody who calls from there expects it.
    return new WeightsCache(
      name,
      undefined,
      isSecureContext === false ? notKept("none, since the page is not from https") : undefined,
    );
  } catch (cause) {
    return new WeightsCache(name, undefined, notKept(cause));
  }
}

/**
 * Deletes what is kept.
 *
 * @param {string} [name] without it: the weights of every name
 */
export async function eraseCaches(name) {
  const { caches } = globalThis;
  if (!caches) return;
  const names =
    name === undefined
      ? (await caches.keys()).filter((one) => one.startsWith(PREFIX))
      : [PREFIX + name];
  await Promise.all(names.map((one) => caches.delete(one)));
}

export class WeightsCache {
  /** @type {string} */
  #lock;
  #cache;
  #warning;

  /**
   * @param {string} name
   * @param {Cache} [cache]
   * @param {import("../common/errors.js").PocketrecError} [warning] why there is none
   */
  constructor(name, cache, warning) {
    this.#lock = PREFIX + name;
    this.#cache = cache;
    this.#warning = warning;
  }

  /** @param {import("./manifest.js").Entry} entry */
  partsOf(entry) {
    return new Parts(entry, this.#cache, this.#warning);
  }

  /**
   * The manifest entry of the last version that was complete.
   * @returns {Promise<import("./manifest.js").Entry | undefined>}
   */
  async last() {
    try {
      return readEntry(JSON.parse((await this.#record()) ?? ""), LAST);
    } catch {
      return undefined;
    }
  }

  /**
   * Of a version that is complete and right: it is the last one from now on, and nothing else
   * stays.
   *
   * @param {import("./manifest.js").Entry} entry
   * @param {Parts} parts
   * @returns {Promise<import("../common/errors.js").PocketrecError | undefined>} what went wrong
   */
  async commit(entry, parts) {
    if (!this.#cache || parts.warning) return parts.warning;
    const own = new Set([
      LAST,
      ...Array.from({ length: parts.length }, (_, number) => parts.addressOf(number)),
    ]);
    try {
      // First this: who looks for the last version, and finds it going, looks again and finds the
      // next one.
      const record = JSON.stringify(entry);
      if ((await this.#record()) !== record) await this.#cache.put(LAST, new Response(record));
      for (const { url } of await this.#cache.keys())
        if (!own.has(url)) await this.#cache.delete(url);
    } catch (cause) {
      return notKept(cause);
    }
  }

  /**
   * Work that one tab does at a time, where the browser has locks; where it has none, all of them
   * do it.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @param {AbortSignal} [signal] of the waiting
   * @returns {Promise<T>}
   */
  async alone(work, signal) {
    const locks = this.#cache && globalThis.navigator?.locks;
    if (!locks) return work();
    let isGranted = false;
    try {
      return await locks.request(this.#lock, { signal }, () => {
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
   * The same, and nothing where another tab is at it.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async aloneOrNot(work) {
    const locks = this.#cache && globalThis.navigator?.locks;
    if (!locks) return work();
    return locks
      .request(this.#lock, { ifAvailable: true }, async (lock) => (lock ? work() : undefined))
      .catch(() => undefined);
  }

  async #record() {
    return (await this.#cache?.match(LAST))?.text();
  }
}
