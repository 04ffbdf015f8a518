import { PocketrecError } from "../common/errors.js";
import { download } from "./download.js";
import { assemble, canHash, fetchWhole } from "./verify.js";

/**
 * @import { Entry } from "./manifest.js"
 * @import { FetchOptions } from "./download.js"
 * @import { WeightsCache } from "./weights-cache.js"
 *
 * @typedef {object} Weights what `fetchWeights` gives
 * @property {Uint8Array<ArrayBuffer>} bytes for loadModel; length and SHA-256 are those of the
 *   manifest
 * @property {string} version of the manifest
 * @property {"cache" | "network"} source "cache": nothing was downloaded
 * @property {PocketrecError | undefined} warning why an older version is returned, or why the
 *   weights are not kept
 */

/**
 * The weights of a manifest entry, from the cache or the network.
 *
 * @param {Entry} entry
 * @param {WeightsCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Weights>}
 */
export async function obtain(entry, cache, options) {
  const { version } = entry;
  const parts = cache.partsOf(entry);
  if (!canHash()) {
    const bytes = await fetchWhole(entry, options);
    return { bytes, version, source: "network", warning: parts.warning };
  }
  const found = await assemble(entry, parts, options.signal);
  if (typeof found === "string") {
    return cache.withLock(() => fetchVerified(entry, cache, options), options.signal);
  }
  // Reading does not wait for a tab that downloads.
  options.onProgress?.({ loaded: found.length, total: found.length });
  const warning = await cache.ifUnlocked(() => cache.commit(entry, parts));
  return { bytes: found, version, source: "cache", warning };
}

/**
 * Downloads the missing parts, and all of them where those of an earlier visit were wrong.
 *
 * @param {Entry} entry
 * @param {WeightsCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Weights>}
 * @throws {PocketrecError} "integrity", and those of `download` and `assemble`
 */
async function fetchVerified(entry, cache, options) {
  const parts = cache.partsOf(entry); // Another tab may have stored them meanwhile.
  /** The first byte that the last attempt downloaded. @type {number | undefined} */
  let offset;
  for (;;) {
    const found = await assemble(entry, parts, options.signal);
    if (typeof found !== "string") {
      const source = offset === undefined ? "cache" : "network";
      if (source === "network") await parts.lookAgain();
      const warning = await cache.commit(entry, parts);
      if (source === "cache") options.onProgress?.({ loaded: entry.bytes, total: entry.bytes });
      if (parts.warning) await parts.delete(); // The cache took only some of them.
      return { bytes: found, version: entry.version, source, warning };
    }
    if (found === "broken" && offset === 0) {
      const expected = `bytes with the SHA-256 ${entry.sha256}`;
      throw new PocketrecError("integrity", entry.url, expected, "other bytes");
    }
    offset = await download(entry, parts, options);
  }
}

/**
 * The last complete version, without the network.
 *
 * @param {WeightsCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Pick<Weights, "bytes" | "version"> | undefined>}
 */
export async function lastComplete(cache, { signal, onProgress }) {
  // Twice: another tab may be replacing it right now.
  for (let attempt = 0; attempt < 2 && canHash(); attempt += 1) {
    const entry = await cache.lastEntry();
    const bytes = entry && (await assemble(entry, cache.partsOf(entry), signal));
    if (!entry || !bytes || typeof bytes === "string") continue;
    onProgress?.({ loaded: bytes.length, total: bytes.length });
    return { bytes, version: entry.version };
  }
  return undefined;
}
