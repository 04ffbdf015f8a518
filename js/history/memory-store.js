import { EMPTY_STATE, applyChange } from "./store.js";

/**
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").State} State
 */

/**
 * A history in memory, for as long as the page or process lives: where storage is unavailable.
 * @implements {Store}
 */
export class MemoryStore {
  /** @type {"memory"} */
  kind = "memory";
  #limit;
  #state;

  /**
   * @param {number} limit
   * @param {State} [state]
   */
  constructor(limit, state = EMPTY_STATE) {
    this.#limit = limit;
    this.#state = state;
  }

  async read() {
    return this.#state;
  }

  /** @param {import("./store.js").Change} change */
  async write(change) {
    const { state, delta } = applyChange(this.#state, change, this.#limit);
    this.#state = state;
    return delta;
  }

  async erase() {
    this.#state = EMPTY_STATE;
  }

  listen() {}

  close() {}
}
