import { argumentError } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { readSource } from "../file/source.js";
import { wait } from "../common/timeout.js";

/**
 * Manifests: which bytes the weights of a name are, now. They come from a server, and are checked
 * like all that does.
 *
 * @typedef {object} Manifest
 * @property {number} format 1
 * @property {Record<string, { url: string, version: string, bytes: number, sha256: string }>}
 *   weights url: relative to the manifest's own address, or in an object to the page's
 *
 * @typedef {object} Entry what a manifest says of one name, checked
 * @property {string} url absolute
 * @property {string} version
 * @property {number} bytes
 * @property {string} sha256 64 hex digits in lower case
 */

/** What 32-bit WebAssembly can address: no model is larger. */
export const WEIGHTS_MAX = 2 ** 32;

/** Some thousand names. */
const MANIFEST_MAX = 1e6;

/** The subject of errors that are of the call as a whole. */
export const CALL = "fetchWeights";

/**
 * Where a manifest is, as a whole address.
 *
 * @param {string | URL} address
 * @throws {PocketrecError} "bad-argument"
 */
export function resolveAddress(address) {
  const url = parseUrl(address, pageAddress());
  if (url && isHttp(url)) return url.href;
  throw argumentError(
    "manifest",
    "an http(s) address, in Node a whole one, or a manifest as an object",
    String(address),
  );
}

/**
 * @param {string} address
 * @param {string} name
 * @param {AbortSignal} [signal]
 * @returns {Promise<Entry>}
 * @throws {PocketrecError} "bad-manifest", "http", "network", "too-large", "aborted"
 */
export async function fetchEntry(address, name, signal) {
  let response;
  try {
    response = await wait(fetch(address, { cache: "no-cache", signal }), CALL, signal);
  } catch (cause) {
    throw new PocketrecError("network", address, "an answer", String(cause), { cause });
  }
  // After a redirect the files are beside the manifest that was found.
  const base = response.url || address;
  const text = new TextDecoder().decode(await readSource(response, { signal, onProgress: limit }));
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-manifest", address, "JSON", show(text), {
      hint: /^\s*</.test(text)
        ? "It begins like an HTML page: the server may have answered with one of its own."
        : undefined,
      cause,
    });
  }
  return entryOf(manifest, name, address, base);
}

/** @param {{ loaded: number }} progress */
function limit({ loaded }) {
  if (loaded > MANIFEST_MAX)
    throw new PocketrecError("too-large", "manifest", `at most ${MANIFEST_MAX} bytes`, "more");
}

/**
 * What a manifest says of a name.
 *
 * @param {any} manifest
 * @param {string} name
 * @param {string} [subject] what the manifest is called in errors
 * @param {string} [base] the address that its own are relative to
 * @returns {Entry}
 * @throws {PocketrecError} "bad-manifest"
 */
export function entryOf(manifest, name, subject = "manifest", base = pageAddress()) {
  const weights = manifest?.weights;
  if (manifest?.format !== 1)
    throw badManifest(
      `${subject}, format`,
      "1",
      manifest?.format,
      "A newer pocketrec may read it.",
    );
  if (!isObject(weights)) throw badManifest(`${subject}, weights`, "an object", weights);
  if (!Object.hasOwn(weights, name)) {
    const names = Object.keys(weights).map(show).slice(0, 20).join(", ") || "none";
    throw new PocketrecError(
      "bad-manifest",
      subject,
      `weights of the name ${show(name)}`,
      `these: ${names}`,
    );
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
  if (!isObject(entry)) throw badManifest(subject, "an object", entry);
  const { url, version, bytes, sha256 } = entry;
  const address = typeof url === "string" ? parseUrl(url, base) : undefined;
  if (!address || !isHttp(address))
    throw badManifest(`${subject}, url`, "an http(s) address without a password", url);
  if (typeof version !== "string" || !version)
    throw badManifest(`${subject}, version`, "a string that is not empty", version);
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > WEIGHTS_MAX) {
    throw badManifest(`${subject}, bytes`, `a whole number from 1 to ${WEIGHTS_MAX}`, bytes);
  }
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw badManifest(`${subject}, sha256`, "64 hex digits", sha256);
  }
  return { url: address.href, version, bytes, sha256: sha256.toLowerCase() };
}

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Addresses with a password cannot be fetched. @param {URL} url */
const isHttp = ({ protocol, username, password }) =>
  /^https?:$/.test(protocol) && !username && !password;

/** The page or worker that asks; Node has none. */
const pageAddress = () => /** @type {Location | undefined} */ (globalThis.location)?.href;

/**
 * @param {string | URL} address
 * @param {string} [base]
 */
function parseUrl(address, base) {
  try {
    return new URL(address, base);
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
const badManifest = (subject, expected, found, hint) =>
  new PocketrecError("bad-manifest", subject, expected, show(found), { hint });
