// The set-up of the tests of pocketrec/cache: before each test an empty Cache Storage, and a server
// with files in /models/ and a manifest that names one of them.
import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";

import { fetchWeights } from "pocketrec/cache";

import { CacheStorageStandIn, LocksStandIn, replaceGlobal } from "./browser-storage.js";
import { manifestFile, serveWeights } from "./weights-server.js";

export const PART_BYTES = 4 * 2 ** 20;
export const NAME = "movies";
export const CACHE = "pocketrec-weights:movies";

const MANIFEST_PATH = "/models/manifest.json";

/**
 * @param {Record<string, Uint8Array>} files by name
 * @param {object} entry of the manifest
 */
export function setUpCache(files, entry) {
  const setup = {
    /** @type {Awaited<ReturnType<typeof serveWeights>>} */
    server: undefined,
    /** @type {CacheStorageStandIn} */
    storage: undefined,
    /** Fetches the weights of the manifest on the server. */
    fetch: (options) => fetchWeights(`${setup.server.address}${MANIFEST_PATH}`, NAME, options),
    /** Replaces the manifest. @param {object | Uint8Array | string} manifest an entry, or a body */
    publish: (manifest) => {
      const isBody = typeof manifest === "string" || ArrayBuffer.isView(manifest);
      const body = isBody ? Buffer.from(manifest) : manifestFile({ [NAME]: manifest });
      setup.server.files.set(MANIFEST_PATH, body);
    },
    removeManifest: () => setup.server.files.delete(MANIFEST_PATH),
    /** A manifest that the app passes in: entries have absolute URLs. */
    ownManifest: (own) => {
      const url = `${setup.server.address}/models/${own.url}`;
      return { format: 1, weights: { [NAME]: { ...own, url } } };
    },
    /** Replaces a file of the server. */
    serve: (name, bytes) => setup.server.files.set(`/models/${name}`, bytes),
    /** How many entries the cache has: the parts, and the record of the last version. */
    storedCount: () => setup.storage.entries(CACHE).size,
  };
  before(async () => (setup.server = await serveWeights()));
  after(() => setup.server.stop());
  beforeEach((t) => {
    setup.storage = new CacheStorageStandIn();
    replaceGlobal(t, "caches", { value: setup.storage, writable: true });
    setup.server.behave = () => false;
    setup.server.received.length = setup.server.sent = 0;
    setup.server.files.clear();
    for (const [name, bytes] of Object.entries(files)) setup.serve(name, bytes);
    setup.publish(entry);
  });
  return setup;
}

/** Asserts that the result of fetchWeights contains these bytes. */
export const assertBytes = (result, expected) =>
  assert.ok(Buffer.from(result.bytes).equals(expected), "the bytes that the manifest names");

/** Holds the lock of the weights, as a tab that downloads does. Gives the function that ends it. */
export function holdLock(t) {
  replaceGlobal(t, "navigator", { value: { locks: new LocksStandIn() } });
  let release;
  const held = new Promise((resolve) => (release = resolve));
  navigator.locks.request(CACHE, {}, () => held);
  return release;
}
