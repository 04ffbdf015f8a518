import { argumentError } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { readSource } from "../file/source.js";

/**
 * @typedef {object} Manifest names the current bytes of each file of weights: it comes from a
 *   server and is checked like any file
 * @property {number} format 1
 * @property {Record<string, ManifestEntry>} weights by name
 *
 * @typedef {object} ManifestEntry the current bytes of a name
 * @property {string} url relative to the manifest's own URL, or the page's where the app passes an
 *   object
 * @property {string} version any text that changes with the bytes
 * @property {number} bytes the length
 * @property {string} sha256 64 hex digits
 *
 * @typedef {object} Entry the entry of one name, checked
 * @property {string} url absolute
 * @property {string} version
 * @property {number} bytes
 * @property {string} sha256 64 hex digits in lower case
 */

/** The address space of 32-bit WebAssembly, in bytes: no model is larger. */
export const WEIGHTS_MAX = 2 ** 32;

/** The largest manifest, in bytes: thousands of names. */
const MANIFEST_MAX = 1e6;

/** The subject of errors of the whole call. */
export const CALL = "fetchWeights";

/**
 * @param {unknown} name of weights
 * @throws {PocketrecError} "bad-argument"
 */
export function assertWeightsName(name) {
  if (typeof name === "string" && name !== "" && name.length <= 200) return;
  throw argumentError("name", "a string of 1 to 200 characters", name);
}

/**
 * The absolute URL of a manifest.
 *
 * @param {string | URL} url
 * @throws {PocketrecError} "bad-argument"
 */
export function resolveUrl(url) {
  const resolved = parseUrl(url, pageUrl());
  if (resolved && isFetchable(resolved)) return resolved.href;
  const expected = "an http(s) URL, absolute in Node, or a manifest as an object";
  throw argumentError("manifest", expected, String(url));
}

/**
 * Fetches a manifest and reads the entry of a name.
 *
 * @param {string} url
 * @param {string} name
 * @param {AbortSignal} [signal]
 * @returns {Promise<Entry>}
 * @throws {PocketrecError} "bad-manifest", "http", "network", "too-large", "aborted"
 */
export async function fetchEntry(url, name, signal) {
  let response;
  try {
    response = await wait(fetch(url, { cache: "no-cache", signal }), CALL, signal);
  } catch (cause) {
    throw new PocketrecError("network", url, "a response", String(cause), { cause });
  }
  const onProgress = assertManifestSize;
  const text = new TextDecoder().decode(await readSource(response, { signal, onProgress }));
  // After a redirect, relative URLs start from the manifest that was found.
  return entryOf(parse(text, url), name, url, response.url || url);
}

/**
 * @param {string} text
 * @param {string} url
 */
function parse(text, url) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const isHtml = /^\s*</.test(text);
    throw new PocketrecError("bad-manifest", url, "JSON", show(text), {
      hint: isHtml ? "It starts like an HTML page: the server may have sent its own." : undefined,
      cause,
    });
  }
}

/** @param {{ loaded: number }} progress */
function assertManifestSize({ loaded }) {
  if (loaded > MANIFEST_MAX)
    throw new PocketrecError("too-large", "manifest", `at most ${MANIFEST_MAX} bytes`, "more");
}

/**
 * The entry of a name.
 *
 * @param {any} manifest
 * @param {string} name
 * @param {string} [subject] the manifest's name in errors
 * @param {string} [base] the URL that relative URLs start from
 * @returns {Entry}
 * @throws {PocketrecError} "bad-manifest"
 */
export function entryOf(manifest, name, subject = "manifest", base = pageUrl()) {
  const { format, weights } = manifest ?? {};
  if (format !== 1) {
    const hint = "A newer pocketrec may read it.";
    throw manifestError(`${subject}, format`, "1", format, hint);
  }
  if (!isObject(weights)) throw manifestError(`${subject}, weights`, "an object", weights);
  if (!Object.hasOwn(weights, name)) {
    const names = Object.keys(weights).map(show).slice(0, 20).join(", ") || "none";
    const expected = `weights of the name ${show(name)}`;
    throw new PocketrecError("bad-manifest", subject, expected, `these: ${names}`);
  }
  return readEntry(weights[name], `${subject}, ${name}`, base);
}

/**
 * @param {any} entry
 * @param {string} subject
 * @param {string} [base]
 * @returns {Entry}
 * @throws {PocketrecError} "bad-manifest"
 */
export function readEntry(entry, subject, base) {
  if (!isObject(entry)) throw manifestError(subject, "an object", entry);
  const { url, version, bytes, sha256 } = entry;
  const resolved = typeof url === "string" ? parseUrl(url, base) : undefined;
  if (!resolved || !isFetchable(resolved))
    throw manifestError(`${subject}, url`, "an http(s) URL without a password", url);
  if (typeof version !== "string" || !version)
    throw manifestError(`${subject}, version`, "a string that is not empty", version);
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > WEIGHTS_MAX)
    throw manifestError(`${subject}, bytes`, `a whole number from 1 to ${WEIGHTS_MAX}`, bytes);
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256))
    throw manifestError(`${subject}, sha256`, "64 hex digits", sha256);
  return { url: resolved.href, version, bytes, sha256: sha256.toLowerCase() };
}

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Addresses of HTTP, and of a browser extension's own files. Those with a password cannot be
 * fetched.
 * @param {URL} url
 */
const isFetchable = ({ protocol, username, password }) =>
  /^(https?|(chrome|moz|safari-web)-extension):$/.test(protocol) && !username && !password;

/** Of the page or worker; Node has none. */
const pageUrl = () => /** @type {Location | undefined} */ (globalThis.location)?.href;

/**
 * @param {string | URL} url
 * @param {string} [base]
 */
function parseUrl(url, base) {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} subject
 * @param {string} expected
 * @param {unknown} found
 * @param {string} [hint]
 */
const manifestError = (subject, expected, found, hint) =>
  new PocketrecError("bad-manifest", subject, expected, show(found), { hint });
