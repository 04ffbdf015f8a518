import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { CALL } from "./manifest.js";
import { PART_BYTES } from "./parts.js";

/**
 * @typedef {import("./manifest.js").Entry} Entry
 * @typedef {{ offset: number, first: Uint8Array | undefined, reader:
 *   ReadableStreamDefaultReader<Uint8Array> | undefined }} Body an answer that has begun to arrive:
 *   from which byte of the file on, and what is there of it
 *
 * @typedef {object} FetchOptions
 * @property {(progress: { loaded: number, total: number }) => void} [onProgress] bytes; what is
 *   kept from an interrupted visit counts as loaded
 * @property {AbortSignal} [signal]
 */

/**
 * Brings the parts that are missing. What has arrived stays where this is interrupted.
 *
 * @param {Entry} entry
 * @param {import("./parts.js").Parts} parts
 * @param {FetchOptions} options
 * @returns {Promise<number>} from which byte on the file came over the network
 * @throws {PocketrecError} "http", "network", "integrity", "aborted"
 */
export async function download(entry, parts, { signal, onProgress }) {
  const there = (await wait(parts.count(), CALL, signal)) * PART_BYTES;
  // The HTTP cache would hold the same bytes a second time.
  const cache = parts.isKept ? "no-store" : "no-cache";
  const rest = there > 0 ? await askForRest(entry, there, { signal, cache }) : undefined;
  const body = rest ?? (await askForAll(entry, { signal, cache }));
  try {
    await pour(body, entry, parts, { signal, onProgress });
  } finally {
    void body.reader?.cancel().catch(() => {});
  }
  return body.offset;
}

/**
 * The bytes from `offset` on, or all of them from a server that knows no ranges.
 *
 * @param {Entry} entry
 * @param {number} offset
 * @param {RequestInit & { signal?: AbortSignal }} init
 * @returns {Promise<Body | undefined>} undefined where the whole file has to be asked for: for
 *   ranges some servers, and what is between, answer errors, other ranges, ranges of the compressed
 *   bytes, or break off, and the next visit would meet the same again
 */
async function askForRest(entry, offset, init) {
  try {
    const response = await request(entry, { ...init, headers: { Range: `bytes=${offset}-` } });
    if (response.status === 200) return await begin(response, 0, entry, init.signal);
    if (isRest(response, offset, entry)) return await begin(response, offset, entry, init.signal);
    dismiss(response);
  } catch {
    throwIfAborted(init.signal, CALL);
  }
  return undefined;
}

/**
 * @param {Response} response
 * @param {number} offset
 * @param {Entry} entry
 */
function isRest({ status, headers }, offset, { bytes }) {
  const isPlain = (headers.get("content-encoding") ?? "identity") === "identity";
  return (
    status === 206 &&
    isPlain &&
    headers.get("content-range") === `bytes ${offset}-${bytes - 1}/${bytes}`
  );
}

/**
 * @param {Entry} entry
 * @param {RequestInit & { signal?: AbortSignal }} init
 * @returns {Promise<Body>}
 */
async function askForAll(entry, init) {
  const response = await request(entry, init);
  if (response.status === 200) return begin(response, 0, entry, init.signal);
  dismiss(response);
  throw new PocketrecError("http", entry.url, "status 200", `status ${response.status}`);
}

/**
 * @param {Entry} entry
 * @param {RequestInit & { signal?: AbortSignal }} init
 */
export async function request({ url }, init) {
  try {
    return await wait(fetch(url, init), CALL, init.signal);
  } catch (cause) {
    throwIfAborted(init.signal, CALL);
    throw new PocketrecError("network", url, "an answer", String(cause), { cause });
  }
}

/** What nobody will read need not arrive. @param {Response} response */
function dismiss({ body }) {
  void body?.cancel().catch(() => {});
}

/**
 * An answer, once its first bytes are there.
 *
 * @param {Response} response
 * @param {number} offset
 * @param {Entry} entry
 * @param {AbortSignal} [signal]
 * @returns {Promise<Body>}
 */
async function begin({ body }, offset, entry, signal) {
  const reader = body?.getReader();
  return { offset, reader, first: await next(reader, entry, signal) };
}

/**
 * @param {Body["reader"]} reader
 * @param {Entry} entry
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array | undefined>} undefined at the end
 */
async function next(reader, { url }, signal) {
  if (!reader) return undefined;
  try {
    return (await wait(reader.read(), CALL, signal)).value;
  } catch (cause) {
    void reader.cancel().catch(() => {});
    throwIfAborted(signal, CALL);
    throw new PocketrecError("network", url, "all of the weights", String(cause), {
      hint: RESUMES,
      cause,
    });
  }
}

const RESUMES =
  "What has arrived is kept where the browser allows it: the next call asks for the rest.";

/**
 * Cuts what arrives into parts.
 *
 * @param {Body} body
 * @param {Entry} entry
 * @param {import("./parts.js").Parts} parts
 * @param {FetchOptions} options
 */
async function pour({ offset, first, reader }, entry, parts, { signal, onProgress }) {
  const { url, bytes: total } = entry;
  // The manifest's number of bytes is believed as far as they have arrived: one part at a time.
  let number = offset / PART_BYTES;
  let part = new Uint8Array(parts.sizeOf(number));
  let filled = 0;
  let loaded = offset;
  onProgress?.({ loaded, total });
  for (let chunk = first; chunk; chunk = await next(reader, entry, signal)) {
    loaded += chunk.length;
    if (loaded > total) {
      await parts.drop();
      throw new PocketrecError(
        "integrity",
        url,
        `the ${total} bytes that the manifest names`,
        "more",
      );
    }
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + part.length - filled);
      part.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < part.length) continue;
      await wait(parts.write(number, part), CALL, signal);
      number += 1;
      part = new Uint8Array(parts.sizeOf(number));
      filled = 0;
    }
    onProgress?.({ loaded, total });
  }
  if (loaded === total) return;
  throw new PocketrecError(
    "integrity",
    url,
    `the ${total} bytes that the manifest names`,
    `${loaded}`,
    { hint: RESUMES },
  );
}
