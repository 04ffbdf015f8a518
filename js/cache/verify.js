import { PocketrecError } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { readSource } from "../file/source.js";
import { request } from "./download.js";
import { CALL } from "./manifest.js";
import { PART_BYTES } from "./weights-parts.js";

/** @import { Entry } from "./manifest.js" */

/** Whether SHA-256 is available: in browsers on https pages and on localhost. */
export const canHash = () => globalThis.crypto?.subtle !== undefined;

/**
 * Joins the parts and compares the SHA-256 with the manifest's. Wrong parts are deleted.
 *
 * @param {Entry} entry
 * @param {import("./weights-parts.js").WeightsParts} parts
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array<ArrayBuffer> | "missing" | "broken">} "missing": a part is not
 *   stored; "broken": the hash is another
 * @throws {PocketrecError} "out-of-memory", "aborted"
 */
export async function assemble(entry, parts, signal) {
  if (!(await wait(parts.areListed(), CALL, signal))) return "missing";
  const whole = allocate(entry);
  for (let part = 0; part < parts.length; part += 1) {
    // Another tab may delete parts meanwhile.
    const bytes = await wait(parts.read(part), CALL, signal);
    if (!bytes) return "missing";
    whole.set(bytes, part * PART_BYTES);
  }
  const digest = new Uint8Array(await wait(crypto.subtle.digest("SHA-256", whole), CALL, signal));
  const expected = digestOf(entry);
  if (digest.every((byte, at) => byte === expected[at])) return whole;
  await parts.delete();
  return "broken";
}

/** @param {Entry} entry */
function allocate({ url, bytes }) {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new PocketrecError("out-of-memory", url, `${bytes} bytes of memory`, "less", { cause });
  }
}

/** The manifest's SHA-256, as bytes. @param {Entry} entry */
const digestOf = ({ sha256 }) =>
  Uint8Array.from({ length: 32 }, (_, at) => parseInt(sha256.slice(2 * at, 2 * at + 2), 16));

/**
 * Downloads the weights as a whole, and lets the browser compare the hash (Subresource Integrity):
 * for pages that may not compute hashes.
 *
 * @param {Entry} entry
 * @param {import("./download.js").FetchOptions} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {PocketrecError} "unsupported", "network", "integrity", "aborted"
 */
export async function fetchWhole(entry, { signal, onProgress }) {
  const { url, bytes: total } = entry;
  // A browser that ignores the option would return whatever arrives.
  if (!("integrity" in Request.prototype)) {
    throw new PocketrecError("unsupported", url, "crypto.subtle, to compute a SHA-256", "none", {
      hint: "Browsers have it on https pages and on localhost.",
    });
  }
  const integrity = `sha256-${btoa(String.fromCharCode(...digestOf(entry)))}`;
  const response = await request(entry, { integrity, cache: "no-cache", signal });
  const bytes = await readSource(response, {
    signal,
    onProgress: ({ loaded }) => onProgress?.({ loaded, total }),
  });
  if (bytes.length === total) return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
  const expected = `the ${total} bytes that the manifest names`;
  throw new PocketrecError("integrity", url, expected, `${bytes.length}`);
}
