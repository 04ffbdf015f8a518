import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { wait } from "../common/timeout.js";

/**
 * @import { Call, Engine, Explanation } from "./engine.js"
 *
 * @typedef {object} Patience
 * @property {AbortSignal} [signal]
 * @property {number} [times] multiplies the timeout: what waits for the whole collection
 * @property {boolean} [isRepeatable] whether a failed call is tried again
 */

/** Pauses before a call is tried again, in ms. */
const PAUSES = [200, 800, 3200];

/** Calls an engine: with a time limit, an abort, further tries, and errors of one form. */
export class Caller {
  #engine;
  #timeout;

  /**
   * @param {Engine} engine
   * @param {number} timeout of one call, ms
   */
  constructor(engine, timeout) {
    this.#engine = engine;
    this.#timeout = timeout;
  }

  /**
   * @template T
   * @param {(call: Call) => Promise<T>} work
   * @param {Patience} [patience]
   * @returns {Promise<T>}
   * @throws {PocketrecError}
   */
  async call(work, { signal, times = 1, isRepeatable = false } = {}) {
    const { name } = this.#engine;
    const timeout = times * this.#timeout;
    for (let tries = 0; ; tries++) {
      throwIfAborted(signal, name);
      try {
        return await wait(work({ timeout, signal }), name, signal, timeout);
      } catch (error) {
        throwIfAborted(signal, name);
        const { isTransient, ...problem } = this.#explain(error);
        if (!isRepeatable || !isTransient || tries === PAUSES.length)
          throw errorOf(name, problem, error);
      }
      const pause = PAUSES[tries] * (1 + Math.random());
      await wait(new Promise((resolve) => setTimeout(resolve, pause)), name, signal);
    }
  }

  /**
   * @param {unknown} error
   * @returns {Explanation}
   */
  #explain(error) {
    if (!(error instanceof PocketrecError)) return this.#engine.explain(error);
    const { code, found, hint } = error;
    return { code, found, hint, isTransient: code === "timeout" };
  }
}

const EXPECTED = "an answer of the engine";

/**
 * @param {string} name of the engine
 * @param {Explanation} problem
 * @param {unknown} cause
 */
function errorOf(name, { code, found, hint }, cause) {
  if (cause instanceof PocketrecError) return cause;
  return new PocketrecError(code, name, EXPECTED, found, { hint, cause });
}
