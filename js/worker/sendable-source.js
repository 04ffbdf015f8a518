import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { assertNoPromise } from "./sendable.js";

/**
 * @typedef {object} CachedSource weights of a manifest, as `fetchWeights` of pocketrec/cache takes
 *   them
 * @property {string | URL | object} manifest its URL, or the manifest itself
 * @property {string} name of the weights
 */

/**
 * A source in a form that can be sent to a worker, and read again after a crash: absolute URLs, a
 * Blob in place of a Response or of bytes, which the app may change or transfer later.
 *
 * @param {any} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 * @throws {PocketrecError} "http", "network", "aborted", "bad-argument"
 */
export async function sendableSource(source, signal) {
  assertNoPromise(source, "source");
  if (typeof source === "string" || source instanceof URL) return absoluteUrl(source);
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return blobOf(source);
  if (source instanceof Response) return readBlob(source, signal);
  if (source?.manifest !== undefined)
    return { manifest: sendableManifest(source.manifest), name: source.name };
  if (!source?.gmf || !source.mlp) return source;
  const [gmf, mlp] = await Promise.all(
    [source.gmf, source.mlp].map((half) => sendableSource(half, signal)),
  );
  return { ...source, gmf, mlp };
}

/** @param {ArrayBuffer | ArrayBufferView} source */
function blobOf(source) {
  const { buffer = source, byteOffset, byteLength } = /** @type {any} */ (source);
  try {
    // A buffer that is shared with other threads cannot be a part of a Blob.
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return new Blob([buffer instanceof ArrayBuffer ? bytes : bytes.slice()]);
  } catch (cause) {
    const found = "a buffer that was transferred away";
    throw new PocketrecError("bad-argument", "source", "bytes", found, { cause });
  }
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
