import { Content } from "./content.js";
import { newId } from "./id.js";
import { EMPTY_STATE } from "./store.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @import { State } from "./store.js"
 */

/**
 * A history in memory, for as long as the page or process lives: where storage is unavailable.
 * @implements {Store}
 */
export class MemoryStore {
  /** @type {"memory"} */
  kind = "memory";
  #limit;
  #content;

  /**
   * @param {number} limit
   * @param {State} [state]
   */
  constructor(limit, state = EMPTY_STATE) {
    this.#limit = limit;
    this.#content = new Content(state);
  }

  async read() {
    return this.#content.state();
  }

  /** @param {import("./store.js").Change} change */
  async write(change) {
    return this.#content.apply(change, this.#limit, newId());
  }

  async erase() {
    this.#content = new Content(EMPTY_STATE);
  }

  listen() {}

  close() {}
}
