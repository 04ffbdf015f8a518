import { PocketrecError } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { readSource } from "../file/source.js";
import { request } from "./download.js";
import { CALL } from "./manifest.js";
import { PART_BYTES } from "./parts.js";

/** @typedef {import("./manifest.js").Entry} Entry */

/** Browsers have it on pages from https and from localhost. */
export const canHash = () => globalThis.crypto?.subtle !== undefined;

/**
 * The weights, if all parts are there and are what the manifest names. If they are something else
 * they go.
 *
 * @param {Entry} entry
 * @param {import("./parts.js").Parts} parts
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array<ArrayBuffer> | "missing" | "broken">}
 * @throws {PocketrecError} "out-of-memory", "aborted"
 */
export async function assemble(entry, parts, signal) {
  if ((await wait(parts.count(), CALL, signal)) < parts.length) return "missing";
  const whole = allocate(entry);
  for (let number = 0; number < parts.length; number += 1) {
    // Another tab may delete them meanwhile.
    const part = await wait(parts.read(number), CALL, signal);
    if (!part) return "missing";
    whole.set(part, number * PART_BYTES);
  }
  const digest = new Uint8Array(await wait(crypto.subtle.digest("SHA-256", whole), CALL, signal));
  if (digest.every((byte, at) => byte === hashOf(entry)[at])) return whole;
  await parts.drop();
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

/** @param {Entry} entry */
const hashOf = ({ sha256 }) =>
  Uint8Array.from({ length: 32 }, (_, at) => parseInt(sha256.slice(2 * at, 2 * at + 2), 16));

/**
 * The weights in one piece, compared by the browser itself: where a page may not compute hashes.
 *
 * @param {Entry} entry
 * @param {import("./download.js").FetchOptions} options
 * @returns {Promise<Uint8Array>}
 * @throws {PocketrecError} "unsupported", "network", "integrity", "aborted"
 */
export async function fetchWhole(entry, { signal, onProgress }) {
  const { url, bytes: total } = entry;
  // Whoever does not know the option would hand out whatever arrives.
  if (!("integrity" in Request.prototype)) {
    throw new PocketrecError("unsupported", url, "crypto.subtle, to compute a SHA-256", "none", {
      hint: "Browsers have it on pages from https and from localhost.",
    });
  }
  const integrity = `sha256-${btoa(String.fromCharCode(...hashOf(entry)))}`;
  const response = await request(entry, { integrity, cache: "no-cache", signal });
  const bytes = await readSource(response, {
    signal,
    onProgress: ({ loaded }) => onProgress?.({ loaded, total }),
  });
  if (bytes.length === total) return bytes;
  throw new PocketrecError(
    "integrity",
    url,
    `the ${total} bytes that the manifest names`,
    `${bytes.length}`,
  );
}
