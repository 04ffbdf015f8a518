import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { wait } from "../common/timeout.js";
import { CALL } from "./manifest.js";
import { PART_BYTES } from "./weights-parts.js";

/**
 * @import { Entry } from "./manifest.js"
 * @import { WeightsParts } from "./weights-parts.js"
 * @typedef {RequestInit & { signal?: AbortSignal }} Init
 * @typedef {ReadableStreamDefaultReader<Uint8Array>} Reader
 * @typedef {{ offset: number, first: Uint8Array | undefined, reader: Reader | undefined }} Body a
 *   response whose first chunk has arrived; offset: of that chunk in the file
 *
 * @typedef {object} FetchOptions of `fetchWeights`
 * @property {(progress: { loaded: number, total: number }) => void} [onProgress] in bytes; parts of
 *   an interrupted visit count as loaded
 * @property {AbortSignal} [signal] ends the download, with "aborted"; parts that have arrived stay
 */

const RESUME_HINT =
  "What has arrived is kept where the browser allows it: the next call requests the rest.";

/**
 * Downloads the missing parts. Parts that have arrived stay when it is interrupted.
 *
 * @param {Entry} entry
 * @param {WeightsParts} parts
 * @param {FetchOptions} options
 * @returns {Promise<number>} the first byte that was downloaded
 * @throws {PocketrecError} "http", "network", "integrity", "aborted"
 */
export async function download(entry, parts, { signal, onProgress }) {
  const stored = (await wait(parts.recall(), CALL, signal)) * PART_BYTES;
  // The HTTP cache would store the same bytes a second time.
  const cache = parts.isPersistent ? "no-store" : "no-cache";
  const rest = stored > 0 ? await requestRest(entry, stored, { signal, cache }) : undefined;
  const body = rest ?? (await requestAll(entry, { signal, cache }));
  try {
    await writeParts(body, entry, parts, { signal, onProgress });
  } finally {
    void body.reader?.cancel().catch(() => {});
  }
  return body.offset;
}

/**
 * Requests the bytes from `offset` on. A server without range requests sends the whole file.
 *
 * @param {Entry} entry
 * @param {number} offset
 * @param {Init} init
 * @returns {Promise<Body | undefined>} undefined where the whole file has to be requested: some
 *   servers and proxies answer ranges with errors, other ranges or ranges of the compressed bytes,
 *   or break off, and would do so at every visit
 */
async function requestRest(entry, offset, init) {
  try {
    const response = await request(entry, { ...init, headers: { Range: `bytes=${offset}-` } });
    if (response.status === 200) return await open(response, 0, entry, init.signal);
    if (isRest(response, offset, entry)) return await open(response, offset, entry, init.signal);
    cancel(response);
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
  const encoding = headers.get("content-encoding") ?? "identity";
  const range = `bytes ${offset}-${bytes - 1}/${bytes}`;
  return status === 206 && encoding === "identity" && headers.get("content-range") === range;
}

/**
 * @param {Entry} entry
 * @param {Init} init
 * @returns {Promise<Body>}
 */
async function requestAll(entry, init) {
  const response = await request(entry, init);
  if (response.status === 200) return open(response, 0, entry, init.signal);
  cancel(response);
  throw new PocketrecError("http", entry.url, "status 200", `status ${response.status}`);
}

/**
 * @param {Entry} entry
 * @param {Init} init
 * @throws {PocketrecError} "network", "aborted"
 */
export async function request({ url }, init) {
  try {
    return await wait(fetch(url, init), CALL, init.signal);
  } catch (cause) {
    throwIfAborted(init.signal, CALL);
    throw new PocketrecError("network", url, "a response", String(cause), { cause });
  }
}

/** Stops a response whose body is not read. @param {Response} response */
function cancel({ body }) {
  void body?.cancel().catch(() => {});
}

/**
 * Waits for the first chunk of a response.
 *
 * @param {Response} response
 * @param {number} offset
 * @param {Entry} entry
 * @param {AbortSignal} [signal]
 * @returns {Promise<Body>}
 */
async function open({ body }, offset, entry, signal) {
  const reader = body?.getReader();
  return { offset, reader, first: await readChunk(reader, entry, signal) };
}

/**
 * @param {Reader | undefined} reader
 * @param {Entry} entry
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array | undefined>} undefined at the end
 */
async function readChunk(reader, { url }, signal) {
  if (!reader) return undefined;
  try {
    return (await wait(reader.read(), CALL, signal)).value;
  } catch (cause) {
    void reader.cancel().catch(() => {});
    throwIfAborted(signal, CALL);
    const hint = RESUME_HINT;
    throw new PocketrecError("network", url, "all of the weights", String(cause), { hint, cause });
  }
}

/**
 * Cuts a body into parts and writes each one as soon as it is complete.
 *
 * @param {Body} body
 * @param {Entry} entry
 * @param {WeightsParts} parts
 * @param {FetchOptions} options
 */
async function writeParts({ offset, first, reader }, entry, parts, { signal, onProgress }) {
  const { url, bytes: total } = entry;
  const expected = `the ${total} bytes that the manifest names`;
  const splitter = new PartSplitter(parts, offset / PART_BYTES, signal);
  let loaded = offset;
  onProgress?.({ loaded, total });
  for (let chunk = first; chunk; chunk = await readChunk(reader, entry, signal)) {
    loaded += chunk.length;
    if (loaded > total) {
      await parts.delete();
      throw new PocketrecError("integrity", url, expected, "more");
    }
    await splitter.push(chunk);
    onProgress?.({ loaded, total });
  }
  if (loaded === total) return;
  const hint = RESUME_HINT;
  throw new PocketrecError("integrity", url, expected, `${loaded}`, { hint });
}

/**
 * Collects chunks of any size into parts. One part is allocated at a time: the manifest's length is
 * trusted as far as bytes have arrived.
 */
class PartSplitter {
  #parts;
  #number;
  #signal;
  #bytes;
  #filled = 0;

  /**
   * @param {WeightsParts} parts
   * @param {number} number of the first part
   * @param {AbortSignal} [signal]
   */
  constructor(parts, number, signal) {
    this.#parts = parts;
    this.#number = number;
    this.#signal = signal;
    this.#bytes = new Uint8Array(parts.sizeOf(number));
  }

  /** @param {Uint8Array} chunk */
  async push(chunk) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + this.#bytes.length - this.#filled);
      this.#bytes.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === this.#bytes.length) await this.#write();
    }
  }

  async #write() {
    await wait(this.#parts.write(this.#number, this.#bytes), CALL, this.#signal);
    this.#number += 1;
    this.#bytes = new Uint8Array(this.#parts.sizeOf(this.#number));
    this.#filled = 0;
  }
}
