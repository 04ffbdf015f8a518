import { PocketrecError, throwIfAborted } from "../common/errors.js";

/**
 * @typedef {{ manifest: string | URL | object, name: string }} CachedSource weights of a manifest,
 *   as `fetchWeights` of pocketrec/cache takes them
 */

/**
 * A source in a form that can be sent to a worker, and read again after a crash: absolute URLs, a
 * Blob in place of a Response.
 *
 * @param {any} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 * @throws {PocketrecError} "http", "network", "aborted"
 */
export async function sendableSource(source, signal) {
  if (typeof source === "string" || source instanceof URL) return absoluteUrl(source);
  if (source instanceof Response) return readBlob(source, signal);
  if (source?.manifest !== undefined)
    return { manifest: sendableManifest(source.manifest), name: source.name };
  if (!source?.gmf || !source.mlp) return source;
  const [gmf, mlp] = [source.gmf, source.mlp].map((half) => sendableSource(half, signal));
  return { ...source, gmf: await gmf, mlp: await mlp };
}

/** Relative URLs start from the page, not from the worker's script. @param {string | URL} url */
function absoluteUrl(url) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return base && URL.canParse(String(url), base) ? new URL(url, base).href : String(url);
}

/** @param {any} manifest */
function sendableManifest(manifest) {
  if (typeof manifest === "string" || manifest instanceof URL) return absoluteUrl(manifest);
  const weights = Object.entries(manifest.weights ?? {}).map(([name, entry]) => {
    const hasUrl = typeof entry?.url === "string";
    return [name, hasUrl ? { ...entry, url: absoluteUrl(entry.url) } : entry];
  });
  return { ...manifest, weights: Object.fromEntries(weights) };
}

/**
 * A Blob is sent without a copy.
 *
 * @param {Response} response
 * @param {AbortSignal} [signal]
 */
async function readBlob(response, signal) {
  const url = response.url || "response";
  if (!response.ok)
    throw new PocketrecError("http", url, "status 200", `status ${response.status}`);
  try {
    return await response.blob();
  } catch (cause) {
    throwIfAborted(signal);
    throw new PocketrecError("network", url, "a response", String(cause), { cause });
  }
}
