import { NOTHING, change } from "./change.js";

/** @typedef {import("./change.js").Store} Store */

/**
 * A history that lives as long as the page or process: where nothing may be stored.
 * @implements {Store}
 */
export class MemoryStore {
  /** @type {"memory"} */
  kind = "memory";
  #limit;
  #state;

  /**
   * @param {number} limit
   * @param {import("./change.js").State} [state]
   */
  constructor(limit, state = NOTHING) {
    this.#limit = limit;
    this.#state = state;
  }

  async read() {
    return this.#state;
  }

  /** @param {import("./change.js").Change} wish */
  async write(wish) {
    const { state, news } = change(this.#state, wish, this.#limit);
    this.#state = state;
    return news;
  }

  async erase() {
    this.#state = NOTHING;
  }

  listen() {}

  close() {}
}
