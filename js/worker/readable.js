import { PocketrecError, throwIfAborted } from "../common/errors.js";

/**
 * Sources, as they can be sent to a worker and read there more than once.
 *
 * @typedef {{ manifest: string | URL | object, name: string }} Kept weights of a manifest, as
 *   pocketrec/cache takes them
 */

/**
 * @param {any} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function readable(source, signal) {
  if (typeof source === "string" || source instanceof URL) return absolute(source);
  if (source instanceof Response) return readResponse(source, signal);
  if (source?.manifest !== undefined)
    return { manifest: readManifest(source.manifest), name: source.name };
  if (!source?.gmf || !source.mlp) return source;
  return {
    ...source,
    gmf: await readable(source.gmf, signal),
    mlp: await readable(source.mlp, signal),
  };
}

/** Addresses are relative to the page, not to the worker's script. @param {string | URL} address */
function absolute(address) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return base && URL.canParse(String(address), base)
    ? new URL(address, base).href
    : String(address);
}

/** @param {any} manifest */
function readManifest(manifest) {
  if (typeof manifest === "string" || manifest instanceof URL) return absolute(manifest);
  const weights = Object.entries(manifest.weights ?? {}).map(([name, file]) => {
    return [name, typeof file?.url === "string" ? { ...file, url: absolute(file.url) } : file];
  });
  return { ...manifest, weights: Object.fromEntries(weights) };
}

/**
 * As a Blob, which is sent without a copy and can be read again.
 *
 * @param {Response} response
 * @param {AbortSignal} [signal]
 */
async function readResponse(response, signal) {
  const address = response.url || "response";
  if (!response.ok)
    throw new PocketrecError("http", address, "status 200", `status ${response.status}`);
  try {
    return await response.blob();
  } catch (cause) {
    throwIfAborted(signal);
    throw new PocketrecError("network", address, "an answer", String(cause), { cause });
  }
}
