import { readFile, rename, rm, writeFile } from "node:fs/promises";

import { PocketrecError } from "../common/errors.js";

/**
 * The bytes of a file, with an error that people understand.
 * @param {string} path
 */
export async function readBytes(path) {
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    // Apart from Buffer, whose slices share memory.
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    throw new PocketrecError("network", path, "a file that can be read", reasonOf(cause), {
      cause,
    });
  }
}

/**
 * Does something with a file, and calls it by its name where it turns out to be wrong.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 */
export async function withPath(path, work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PocketrecError) || error.subject !== "file") throw error;
    const { code, expected, found, hint, cause } = error;
    throw Object.assign(new PocketrecError(code, path, expected, found, { hint, cause }), {
      checkpoint: /** @type {any} */ (error).checkpoint,
    });
  }
}

/** @param {unknown} cause */
function reasonOf(cause) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (cause);
  const known = {
    ENOENT: "none",
    EISDIR: "a folder",
    EACCES: "one that may not be read",
    ERR_FS_FILE_TOO_LARGE: "more than 2 GB",
  };
  return known[/** @type {keyof typeof known} */ (code)] ?? message;
}

/**
 * Writes a file whole or not at all.
 * @param {string} path
 * @param {Uint8Array} bytes
 */
export async function writeBytes(path, bytes) {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new PocketrecError(
      "bad-argument",
      path,
      "a file that can be written",
      /** @type {Error} */ (cause).message,
      { cause },
    );
  }
}
