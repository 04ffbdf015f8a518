import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";

import { PocketrecError } from "../../js/common/errors.js";
import { fileError } from "../../js/common/file-error.js";

/**
 * The bytes of a file.
 *
 * @param {string} path
 * @throws {PocketrecError} "not-found", "unreadable"
 */
export async function readBytes(path) {
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    // A plain Uint8Array: slices of a Buffer share its memory.
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/**
 * Runs `work` on a file; an error about "file" names the path instead.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 */
export async function withPath(path, work) {
  try {
    return await work();
  } catch (error) {
    throw namingPath(path, error);
  }
}

/**
 * An error about "file" as one about its path; others as they are.
 *
 * @param {string} path
 * @param {unknown} error
 */
export function namingPath(path, error) {
  if (!(error instanceof PocketrecError) || error.subject !== "file") return error;
  const { code, expected, found, hint, cause } = error;
  return Object.assign(new PocketrecError(code, path, expected, found, { hint, cause }), {
    checkpoint: /** @type {any} */ (error).checkpoint,
  });
}

/**
 * Before long work: whether the file can be written at its end. Nothing stays of the attempt.
 *
 * @param {string} path
 * @throws {PocketrecError} "bad-argument"
 */
export async function assertWritable(path) {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, "");
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new Error("a folder");
  } catch (cause) {
    throw notWritable(path, cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * @param {string} path
 * @param {unknown} cause
 */
function notWritable(path, cause) {
  const { message } = /** @type {Error} */ (cause);
  return new PocketrecError("bad-argument", path, "a file that can be written", message, { cause });
}

/**
 * Writes a file completely or not at all.
 *
 * @param {string} path
 * @param {Uint8Array} bytes
 * @throws {PocketrecError} "bad-argument"
 */
export async function writeBytes(path, bytes) {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notWritable(path, cause);
  }
}
