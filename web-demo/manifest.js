/**
 * The manifest of the weights, with the length and SHA-256 of each, so that a page can cache and
 * verify them (docs/cache.md). A file that changes while the server runs is hashed again.
 */
import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";

export class Manifest {
  #folder;
  #more;
  /** @type {Map<string, { stamp: string, entry: object }>} by file */
  #known = new Map();

  /**
   * @param {string} folder
   * @param {Record<string, Uint8Array>} more files that exist in memory only
   */
  constructor(folder, more) {
    this.#folder = folder;
    this.#more = Object.entries(more).map(([file, bytes]) => [nameOf(file), entryOf(file, bytes)]);
  }

  async read() {
    const files = (await readdir(this.#folder)).filter((file) => file.endsWith(".safetensors"));
    const own = await Promise.all(
      files.map(async (file) => [nameOf(file), await this.#entry(file)]),
    );
    return { format: 1, weights: Object.fromEntries([...own, ...this.#more]) };
  }

  async #entry(file) {
    const path = `${this.#folder}/${file}`;
    const { mtimeMs, size } = await stat(path);
    const stamp = `${mtimeMs} ${size}`;
    if (this.#known.get(file)?.stamp !== stamp)
      this.#known.set(file, { stamp, entry: entryOf(file, await readFile(path)) });
    return this.#known.get(file).entry;
  }
}

const nameOf = (file) => file.replace(/\.safetensors$/, "");

function entryOf(url, bytes) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { url, version: sha256.slice(0, 12), bytes: bytes.length, sha256 };
}
