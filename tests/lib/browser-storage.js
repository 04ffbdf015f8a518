// Stand-ins in memory for what Node lacks: Cache Storage and Web Locks, as far as pocketrec/cache
// uses them.

/** Cache Storage. quota: in bytes; failing: the name of a method of its caches that throws. */
export class CacheStorageStandIn {
  quota = Infinity;
  failing = "";
  /** Is called with the URL before each entry is read. @type {(url: string) => unknown} */
  beforeMatch = () => {};
  caches = new Map();

  async open(name) {
    if (!this.caches.has(name)) this.caches.set(name, new CacheStandIn(this));
    return this.caches.get(name);
  }

  async keys() {
    return [...this.caches.keys()];
  }

  /**
   * What a private window of WebKit does at a reload: the caches stay, their entries are gone, and
   * where one was, `put` succeeds and stores nothing until the entry is deleted.
   */
  forget() {
    for (const { entries, lost } of this.caches.values()) {
      for (const url of entries.keys()) lost.add(url);
      entries.clear();
    }
  }

  /** As in browsers, an open cache goes on working after it is deleted. */
  async delete(name) {
    return this.caches.delete(name);
  }

  /** The entries of a cache, by URL. */
  entries(name) {
    return this.caches.get(name)?.entries ?? new Map();
  }
}

class CacheStandIn {
  entries = new Map();
  /** @type {Set<string>} */
  lost = new Set();
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  async put(url, response) {
    this.#mayFail("put");
    const bytes = new Uint8Array(await response.arrayBuffer());
    const used = [...this.#storage.caches.values()]
      .flatMap(({ entries }) => [...entries.values()])
      .reduce((sum, { length }) => sum + length, 0);
    if (used + bytes.length > this.#storage.quota)
      throw new DOMException("no space", "QuotaExceededError");
    if (!this.lost.has(new URL(url).href)) this.entries.set(new URL(url).href, bytes);
  }

  async match(url) {
    this.#mayFail("match");
    await this.#storage.beforeMatch(url);
    const bytes = this.entries.get(url);
    return bytes && new Response(bytes);
  }

  async keys() {
    this.#mayFail("keys");
    return [...this.entries.keys()].map((url) => ({ url }));
  }

  async delete(url) {
    this.lost.delete(url);
    return this.entries.delete(url);
  }

  #mayFail(method) {
    if (this.#storage.failing === method) throw new DOMException("denied", "SecurityError");
  }
}

/** Web Locks: one holder at a time, and a queue. */
export class LocksStandIn {
  #last = new Map();

  async request(name, { signal, ifAvailable = false }, work) {
    const before = this.#last.get(name);
    if (ifAvailable && before) return work(null);
    const held = (async () => {
      await before?.catch(() => {});
      signal?.throwIfAborted();
      return work({ name });
    })();
    this.#last.set(name, held);
    const release = () => this.#last.get(name) === held && this.#last.delete(name);
    held.then(release, release);
    if (!signal) return held;
    return Promise.race([
      held,
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ]);
  }
}

/** Replaces a global until the test is done. */
export function replaceGlobal(t, name, descriptor) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  t.after(() =>
    before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name],
  );
}
