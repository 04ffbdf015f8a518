/**
 * Runs tasks one after the other. Requests that arrive while one runs share a single run after it,
 * which sees all that they are about.
 */
export class SharedTask {
  /** @type {Promise<void> | undefined} */
  #running;
  /** @type {Promise<void> | undefined} */
  #next;

  /** Whether a run is going on or waiting. */
  get isBusy() {
    return this.#running !== undefined || this.#next !== undefined;
  }

  /**
   * @param {() => Promise<void>} task
   * @returns {Promise<void>} of the run that serves this request
   */
  request(task) {
    this.#next ??= Promise.resolve(this.#running)
      .catch(() => {})
      .then(async () => {
        this.#running = this.#next;
        this.#next = undefined;
        await task().finally(() => (this.#running = undefined));
      });
    return this.#next;
  }
}
