// What browsers have and Node has not, as far as pocketrec/cache uses it: Cache Storage and Web
// Locks, in memory.

/**
 * Cache Storage. `room`: how many bytes it takes; `failing`: the name of a method of its caches
 * that throws.
 */
export class CacheStorageStandIn {
  room = Infinity;
  failing = "";
  /** Called with the address before each entry is read. @type {(url: string) => unknown} */
  beforeMatch = () => {};
  caches = new Map();

  async open(name) {
    if (!this.caches.has(name)) this.caches.set(name, new CacheStandIn(this));
    return this.caches.get(name);
  }

  async keys() {
    return [...this.caches.keys()];
  }

  /** Whoever has it open goes on with a cache that nobody else finds, as in browsers. */
  async delete(name) {
    return this.caches.delete(name);
  }

  /** The entries of a cache: address -> bytes. */
  entries(name) {
    return this.caches.get(name)?.entries ?? new Map();
  }
}

class CacheStandIn {
  entries = new Map();
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
    if (used + bytes.length > this.#storage.room)
      throw new DOMException("no room", "QuotaExceededError");
    this.entries.set(new URL(url).href, bytes);
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
    return this.entries.delete(url);
  }

  #mayFail(method) {
    if (this.#storage.failing === method) throw new DOMException("denied", "SecurityError");
  }
}

/** Web Locks: one holder at a time, the others in a queue. */
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

/** Puts something into the place of a global, until the test is done. */
export function replaceGlobal(t, name, descriptor) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  t.after(() =>
    before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name],
  );
}
