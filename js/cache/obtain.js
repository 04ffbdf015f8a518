import { PocketrecError } from "../common/errors.js";
import { assemble, canHash, fetchWhole } from "./verify.js";
import { download } from "./download.js";

/**
 * @typedef {import("./manifest.js").Entry} Entry
 * @typedef {import("./download.js").FetchOptions} FetchOptions
 *
 * @typedef {object} Weights
 * @property {Uint8Array<ArrayBufferLike>} bytes what loadModel takes; checked against the
 *   manifest's length and SHA-256
 * @property {string} version as the manifest calls it
 * @property {"cache" | "network"} source "cache": nothing of them came over the network
 * @property {PocketrecError | undefined} warning why an older version serves, or why nothing is
 *   kept
 */

/**
 * How often the parts are put together: once as they are found, once when they have arrived, once
 * more where those of an earlier visit were wrong, and once where another tab has deleted some.
 */
const TRIES = 4;

/**
 * The weights of a manifest entry: those that are kept, or from the network.
 *
 * @param {Entry} entry
 * @param {import("./weights-cache.js").WeightsCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Weights>}
 */
export async function obtain(entry, cache, options) {
  const parts = cache.partsOf(entry);
  const { version } = entry;
  if (!canHash())
    return {
      bytes: await fetchWhole(entry, options),
      version,
      source: "network",
      warning: parts.warning,
    };

  const kept = await assemble(entry, parts, options.signal);
  // To read, nobody has to wait for a tab that downloads.
  if (typeof kept !== "string") {
    options.onProgress?.({ loaded: kept.length, total: kept.length });
    return {
      bytes: kept,
      version,
      source: "cache",
      warning: await cache.aloneOrNot(() => cache.commit(entry, parts)),
    };
  }
  return cache.alone(() => fetchVerified(entry, parts, cache, options), options.signal);
}

/**
 * @param {Entry} entry
 * @param {import("./parts.js").Parts} parts
 * @param {import("./weights-cache.js").WeightsCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Weights>}
 */
async function fetchVerified(entry, parts, cache, options) {
  /** From which byte on it came over the network in the last try. @type {number | undefined} */
  let offset;
  for (let tries = 1; ; tries += 1) {
    const whole = await assemble(entry, parts, options.signal);
    if (typeof whole !== "string") {
      const source = offset === undefined ? "cache" : "network";
      const warning = await cache.commit(entry, parts);
      if (source === "cache") options.onProgress?.({ loaded: entry.bytes, total: entry.bytes });
      if (parts.warning) await parts.drop(); // Of those there was room for some only.
      return { bytes: whole, version: entry.version, source, warning };
    }
    if (whole === "broken" && offset === 0) {
      throw new PocketrecError(
        "integrity",
        entry.url,
        `bytes with the SHA-256 ${entry.sha256}`,
        "others",
      );
    }
    if (tries === TRIES)
      throw new PocketrecError(
        "storage",
        "Cache Storage",
        "parts that stay until they are read",
        "some gone",
      );
    offset = await download(entry, parts, options);
  }
}

/**
 * The last version that was complete.
 *
 * @param {import("./weights-cache.js").WeightsCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Pick<Weights, "bytes" | "version"> | undefined>}
 */
export async function lastKept(cache, { signal, onProgress }) {
  // Twice: another tab may just be replacing it.
  for (let tries = 0; tries < 2 && canHash(); tries += 1) {
    const entry = await cache.last();
    const bytes = entry && (await assemble(entry, cache.partsOf(entry), signal));
    if (!entry || !bytes || typeof bytes === "string") continue;
    onProgress?.({ loaded: bytes.length, total: bytes.length });
    return { bytes, version: entry.version };
  }
  return undefined;
}
