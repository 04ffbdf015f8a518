import { PocketrecError, show, throwIfAborted } from "../common/errors.js";

/**
 * @typedef {string | URL | Response | Blob | ArrayBuffer | ArrayBufferView} Source where the bytes
 *   of a file come from: a URL (in Node also a path), an unread response, or the bytes themselves
 *
 * @typedef {object} Progress of a download
 * @property {number} loaded bytes that have arrived
 * @property {number} [total] bytes of the whole, where known
 *
 * @typedef {(progress: Progress) => void} OnProgress is called at the start of a download and after
 *   each piece
 */

/**
 * The bytes of a source, with progress on the way.
 *
 * @param {Source} source
 * @param {{ signal?: AbortSignal, onProgress?: OnProgress }} options
 * @returns {Promise<Uint8Array>}
 */
export async function readSource(source, { signal, onProgress }) {
  throwIfAborted(signal);
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return bytesOf(source);
  if (source instanceof Blob)
    return readStream(source.stream(), "Blob", source.size, signal, onProgress);
  if (typeof source === "string" || source instanceof URL) {
    source = await reach(fetch(source, { signal }), String(source), signal);
  }
  if (source instanceof Response) return readResponse(source, signal, onProgress);
  throw new PocketrecError(
    "bad-argument",
    "source",
    "a URL, Response, Blob, ArrayBuffer or typed array",
    show(source),
  );
}

/** @param {ArrayBuffer | ArrayBufferView} source */
function bytesOf(source) {
  try {
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  } catch (cause) {
    throw new PocketrecError(
      "bad-argument",
      "source",
      "bytes",
      "a buffer that was transferred away",
      { cause },
    );
  }
}

/**
 * Awaits the network; a failure becomes "network" or "aborted".
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
async function reach(promise, address, signal) {
  try {
    return await promise;
  } catch (cause) {
    throwIfAborted(signal);
    throw new PocketrecError("network", address, "an answer", String(cause), { cause });
  }
}

/**
 * @param {Response} response
 * @param {AbortSignal} [signal]
 * @param {OnProgress} [onProgress]
 */
async function readResponse(response, signal, onProgress) {
  if (!response.ok) {
    throw new PocketrecError(
      "http",
      response.url || "response",
      "status 200",
      `status ${response.status}`,
    );
  }
  if (response.bodyUsed) {
    throw new PocketrecError(
      "bad-argument",
      response.url || "response",
      "an unread response",
      "one that was read",
    );
  }
  if (!response.body) return new Uint8Array(0);
  // The Content-Length of a compressed body is not the length of its content.
  const length = response.headers.get("content-encoding")
    ? null
    : response.headers.get("content-length");
  return readStream(
    response.body,
    response.url || "response",
    length === null ? undefined : Number(length),
    signal,
    onProgress,
  );
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {string} address
 * @param {number | undefined} total
 * @param {AbortSignal} [signal]
 * @param {OnProgress} [onProgress]
 */
async function readStream(stream, address, total, signal, onProgress) {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", cancel, { once: true });
  /** @type {Uint8Array[]} */
  const chunks = [];
  let loaded = 0;
  try {
    onProgress?.({ loaded, total });
    for (;;) {
      const { done, value } = await reach(reader.read(), address, signal);
      throwIfAborted(signal);
      if (done) break;
      chunks.push(value);
      loaded += value.length;
      onProgress?.({ loaded, total });
    }
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
  return concatenate(chunks, loaded);
}

/**
 * @param {Uint8Array[]} chunks
 * @param {number} length
 */
function concatenate(chunks, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
