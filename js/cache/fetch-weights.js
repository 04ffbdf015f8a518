import { assertNumber } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { CALL, assertWeightsName, entryOf, fetchEntry, resolveUrl } from "./manifest.js";
import { lastComplete, obtain } from "./obtain.js";
import { openWeightsCache } from "./weights-cache.js";

/** How long the manifest may take where weights are cached, in ms. */
const DEFAULT_TIMEOUT = 5000;

/**
 * The weights of a name, from the cache or the network: always the bytes that the manifest names.
 * docs/cache.md has the protocol.
 *
 * @param {string | URL | import("./manifest.js").Manifest} manifest its URL, or the manifest itself
 * @param {string} name
 * @param {import("./download.js").FetchOptions & { timeout?: number }} [options] timeout: how long
 *   the manifest may take where weights are cached, in ms (default 5000)
 * @returns {Promise<import("./obtain.js").Weights>} where the manifest or a new version cannot be
 *   fetched, the last complete version, with the error as `warning`
 * @throws {PocketrecError} without cached weights: "bad-manifest", "http", "network", "integrity",
 *   "too-large", "out-of-memory", "unsupported"; in any case "bad-argument", "aborted"
 *
 * @example
 * const manifest = "https://shop.example/models/manifest.json";
 * const { bytes, version, warning } = await fetchWeights(manifest, "books");
 * const model = await loadModel(bytes);
 * version; // => "2026-11"
 */
export async function fetchWeights(manifest, name, options) {
  const names = "signal onProgress timeout";
  const checked = checkOptions(options, "fetchWeights", names, { patience: "timeout" });
  const { signal, timeout = DEFAULT_TIMEOUT } = checked;
  assertWeightsName(name);
  assertNumber(timeout, "timeout");
  throwIfAborted(signal, CALL);
  const findEntry = entryFinder(manifest, name, signal);
  const cache = await wait(openWeightsCache(name), CALL, signal);
  try {
    // Each wait ends with an abort, also where the storage never answers.
    const longest = (await wait(cache.lastEntry(), CALL, signal)) ? timeout : Infinity;
    const entry = await wait(findEntry(), CALL, signal, longest);
    return await wait(obtain(entry, cache, checked), CALL, signal);
  } catch (error) {
    throwIfAborted(signal, CALL);
    // Any other error is the app's own, from onProgress.
    if (!(error instanceof PocketrecError)) throw error;
    const last = await wait(lastComplete(cache, checked), CALL, signal);
    if (!last) throw error;
    return { ...last, source: "cache", warning: error };
  }
}

/**
 * Checks the arguments, and a manifest that the app passes in, before anything is fetched: an older
 * version never stands in for an error of the app.
 *
 * @param {unknown} manifest
 * @param {string} name
 * @param {AbortSignal} [signal]
 */
function entryFinder(manifest, name, signal) {
  if (typeof manifest === "string" || manifest instanceof URL) {
    const url = resolveUrl(manifest);
    return () => fetchEntry(url, name, signal);
  }
  const entry = entryOf(manifest, name);
  return async () => entry;
}
