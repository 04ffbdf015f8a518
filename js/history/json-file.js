import { readFile, rm, stat } from "node:fs/promises";

import { PocketrecError } from "../common/errors.js";
import { readExport } from "./export-format.js";
import { ifExists } from "./log/folder.js";

/**
 * The file of a history of 0.1 or 0.2: the JSON of `export()`, with a token. It is read, merged
 * into the log at the first change, and removed.
 */
export class JsonFile {
  #path;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /** Identifies the file and its content; undefined without a file. */
  async stamp() {
    const found = await ifExists(stat(this.#path, { bigint: true }));
    return found && `${found.ino} ${found.size} ${found.mtimeNs}`;
  }

  /**
   * @param {string} stamp is the token of an export, which has none
   * @returns {Promise<import("./store.js").State>}
   * @throws {PocketrecError} "bad-history"
   */
  async read(stamp) {
    const text = await readFile(this.#path, "utf8");
    try {
      const { interactions, ledger, token } = readExport(text);
      const records = interactions.map((interaction, order) => ({ ...interaction, order }));
      return { token: token || stamp, ledger, records };
    } catch (cause) {
      const { expected, found } = /** @type {PocketrecError} */ (cause);
      const file = `the file of a history, with ${expected}`;
      throw new PocketrecError("bad-history", this.#path, file, found, {
        hint: "The file was not changed. Move it away to start a new history.",
        cause,
      });
    }
  }

  /** Also what processes of 0.2 that were killed left behind. */
  async remove() {
    for (const ending of ["", ".new", ".lock"]) await rm(this.#path + ending, { force: true });
  }
}
