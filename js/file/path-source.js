import { throwIfAborted } from "../common/errors.js";
import { fileError } from "../common/file-error.js";
import { readSource } from "./source.js";

/**
 * Node's reader of sources: a path or file: URL names a file.
 *
 * @param {typeof import("node:fs/promises").readFile} readFile
 * @returns {typeof readSource}
 */
export const pathReader = (readFile) => async (source, options) => {
  const isText = typeof source === "string" || source instanceof URL;
  if (!isText || /^(https?|data|blob):/.test(String(source))) return readSource(source, options);
  throwIfAborted(options.signal);
  try {
    const path =
      typeof source === "string" && source.startsWith("file:") ? new URL(source) : source;
    const { buffer, byteOffset, length } = await readFile(path, { signal: options.signal });
    // A Buffer's slices share its memory; a Uint8Array's are copies.
    const bytes = new Uint8Array(buffer, byteOffset, length);
    options.onProgress?.({ loaded: bytes.length, total: bytes.length });
    return bytes;
  } catch (cause) {
    throwIfAborted(options.signal);
    throw fileError(String(source), cause);
  }
};
