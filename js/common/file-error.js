import { PocketrecError } from "./errors.js";

/** What is found in place of a file, by the code of Node's error. */
const FOUND = /** @type {Record<string, string>} */ ({
  ENOENT: "none",
  ENOTDIR: "none",
  EISDIR: "a folder",
  EACCES: "one that may not be read",
  ERR_FS_FILE_TOO_LARGE: "more than 2 GB",
});

/**
 * The error of a local file that cannot be read: "not-found" or "unreadable".
 *
 * @param {string} path
 * @param {unknown} cause Node's error
 */
export function fileError(path, cause) {
  const { code = "", message } = /** @type {NodeJS.ErrnoException} */ (cause);
  const found = FOUND[code] ?? message;
  const hint = found === "none" ? `Relative paths start from ${process.cwd()}.` : undefined;
  const kind = found === "none" ? "not-found" : "unreadable";
  return new PocketrecError(kind, path, "a file that can be read", found, { hint, cause });
}
