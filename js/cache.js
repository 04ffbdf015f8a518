/**
 * pocketrec/cache: weights that a browser keeps, by version, in its Cache Storage. The entry for
 * pages and workers; it runs in Node too, which keeps nothing.
 */
import { argumentError, assertNoRenamedOption, assertNumber } from "./common/arguments.js";
import { CALL, entryOf, fetchEntry, resolveAddress } from "./cache/manifest.js";
import { lastKept, obtain } from "./cache/obtain.js";
import { eraseCaches, openWeightsCache } from "./cache/weights-cache.js";
import { PocketrecError, throwIfAborted } from "./common/errors.js";
import { wait } from "./common/timeout.js";

export { PocketrecError };

/**
 * The weights of a name, from what is kept or from the network, never others than the manifest
 * names: docs/cache.md.
 *
 * @param {string | URL | import("./cache/manifest.js").Manifest} manifest its address, or the
 *   manifest itself
 * @param {string} name
 * @param {import("./cache/download.js").FetchOptions & { timeout?: number }} [options] timeout:
 *   how long a manifest is waited for where something is kept, in ms (default 5000)
 * @returns {Promise<import("./cache/obtain.js").Weights>} where the manifest or a new version
 *   cannot be had, the last complete version with the error as `warning`
 * @throws {PocketrecError} where nothing is kept: "bad-manifest", "http", "network", "integrity",
 *   "too-large", "out-of-memory", "unsupported", "storage"; in any case "bad-argument" and
 *   "aborted"
 */
export async function fetchWeights(manifest, name, options = {}) {
  assertNoRenamedOption(options, { patience: "timeout" });
  const { signal, timeout = 5000 } = options;
  demandName(name);
  assertNumber(timeout, "timeout");
  throwIfAborted(signal, CALL);
  const findEntry = finder(manifest, name, signal);
  const cache = await wait(openWeightsCache(name), CALL, signal);
  try {
    const longest = (await cache.last()) ? timeout : Infinity;
    return await obtain(await wait(findEntry(), CALL, signal, longest), cache, options);
  } catch (error) {
    throwIfAborted(signal, CALL);
    // An app's own error, from onProgress, is the app's.
    if (!(error instanceof PocketrecError)) throw error;
    const kept = await lastKept(cache, options);
    if (!kept) throw error;
    return { ...kept, source: "cache", warning: error };
  }
}

/**
 * Deletes the weights that are kept.
 *
 * @param {string} [name] without it: those of every name
 * @throws {PocketrecError} "storage", "bad-argument"
 */
export async function eraseWeights(name) {
  if (name !== undefined) demandName(name);
  try {
    await eraseCaches(name);
  } catch (cause) {
    throw new PocketrecError("storage", "Cache Storage", "weights deleted", String(cause), {
      cause,
    });
  }
}

/**
 * What is wrong with the call, or with a manifest that came with the app's code, is wrong at once
 * and every time: no older version stands in.
 *
 * @param {unknown} manifest
 * @param {string} name
 * @param {AbortSignal} [signal]
 */
function finder(manifest, name, signal) {
  if (typeof manifest === "string" || manifest instanceof URL) {
    const address = resolveAddress(manifest);
    return () => fetchEntry(address, name, signal);
  }
  const entry = entryOf(manifest, name);
  return async () => entry;
}

/** @param {unknown} name */
function demandName(name) {
  if (typeof name === "string" && name !== "" && name.length <= 200) return;
  throw argumentError("name", "a string of 1 to 200 characters", name);
}
