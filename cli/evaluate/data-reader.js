import { readBytes } from "../convert/files.js";
import { readInteractions } from "./interactions.js";
import { readNegatives } from "./negatives.js";
import { readLists } from "./published-lists.js";

/**
 * Reads the data files of one evaluation, and keeps how each was understood.
 *
 * @typedef {import("./interactions.js").Reading} Reading
 */
export class DataReader {
  /** @type {Reading[]} */
  readings = [];
  #options;

  /** @param {import("./interactions.js").ReadOptions} [options] */
  constructor(options = {}) {
    this.#options = options;
  }

  /** @param {string} path */
  async interactions(path) {
    const data = await readInteractions(await readBytes(path), path, this.#options);
    this.readings.push(data.reading);
    return data;
  }

  /** @param {string} path */
  async negatives(path) {
    const { encoding } = this.#options.dialect ?? {};
    const lists = readNegatives(await readBytes(path), path, encoding);
    const [{ user, item, negatives }] = lists;
    this.readings.push({
      path,
      form: "(user,item) and the items to rank it among, a line",
      columns: {},
      ignored: [],
      notes: [`the first item to rank among: ${negatives[0]}`],
      interactions: lists.length,
      first: { user, item },
    });
    return lists;
  }

  /**
   * @param {string} path
   * @param {number} userBase the number of the first user
   */
  async lists(path, userBase) {
    const lists = await readLists(await readBytes(path), path, userBase, this.#options);
    const [[user, [item]] = ["", [""]]] = lists;
    this.readings.push({
      path,
      form: "lists of recommended items",
      columns: {},
      ignored: [],
      notes: [],
      interactions: lists.size,
      first: { user, item },
    });
    return lists;
  }
}
