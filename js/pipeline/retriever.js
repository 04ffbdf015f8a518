import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { TIMER_MAX, wait } from "../common/timeout.js";
import { readAnswer } from "./answer.js";
import { FromModel } from "./from-model.js";
import { valueOf } from "./user-cache.js";

/**
 * @import { Candidates } from "./answer.js"
 * @import { UserInput } from "./user-cache.js"
 * @import { ItemId } from "../common/ids.js"
 *
 * @typedef {object} RetrieveRequest
 * @property {number} topK
 * @property {AbortSignal} [signal]
 * @property {Promise<UserInput>} input of the user, for `fromModel`
 * @property {Promise<Set<ItemId>>} excluded
 * @property {(item: ItemId) => boolean} [isAllowed] the filter of the request
 *
 * @typedef {object} Retrieved
 * @property {number} number of the request, counted from 1
 * @property {number} time ms
 * @property {Candidates} [candidates]
 * @property {PocketrecError} [warning] why there are none
 */

/** A late answer is waited for this many times the timeout. */
const LATE_FACTOR = 10;

/** The retrieve stage. It also keeps the last good candidates, for requests that fail. */
export class Retriever {
  #options;
  #users;
  #requests = 0;
  /** @type {{ number: number, candidates: Candidates } | undefined} */
  #last;

  /**
   * @param {import("./recommender-options.js").Options} options
   * @param {import("./user-cache.js").UserCache} users
   */
  constructor(options, users) {
    this.#options = options;
    this.#users = users;
    const items = options.lastCandidates;
    if (items.length) this.keep({ number: 0, candidates: { items } });
  }

  /** @returns {Candidates | undefined} */
  get last() {
    return this.#last?.candidates;
  }

  /**
   * Keeps good candidates, unless those of a later request are kept already.
   * @param {{ number: number, candidates: Candidates }} retrieved
   */
  keep({ number, candidates }) {
    if (!this.#last || number >= this.#last.number) this.#last = { number, candidates };
  }

  /**
   * Drops kept candidates that turned out to be of no use.
   * @param {Candidates} candidates
   */
  drop(candidates) {
    if (this.last === candidates) this.#last = undefined;
  }

  /**
   * Retrieves within the timeout. Any failure but an abort becomes the warning.
   *
   * @param {RetrieveRequest} request
   * @returns {Promise<Retrieved>}
   * @throws {PocketrecError} "aborted"
   */
  async retrieve(request) {
    const { signal } = request;
    const { retrieve, timeout } = this.#options;
    const number = ++this.#requests;
    const start = performance.now();
    if (!retrieve) return { number, time: 0 };
    const controller = new AbortController();
    const stop = () => controller.abort(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    const answer = this.#ask(request, controller.signal);
    try {
      const candidates = await wait(answer, "retrieve", signal, timeout);
      return { number, time: performance.now() - start, candidates };
    } catch (error) {
      throwIfAborted(signal, "recommend");
      const warning = warningOf(error);
      if (warning.code === "timeout") this.#keepLate(number, answer, controller);
      return { number, time: performance.now() - start, warning };
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /**
   * @param {RetrieveRequest} request
   * @param {AbortSignal} signal
   * @returns {Promise<Candidates>}
   */
  async #ask(request, signal) {
    const { retrieve, rank, maxCandidates } = this.#options;
    const answer =
      retrieve instanceof FromModel
        ? await this.#search(retrieve, request, signal)
        : await retrieve?.({ signal, topK: request.topK });
    const openPack = /** @type {any} */ (rank).openCandidates?.bind(rank);
    return readAnswer(answer, maxCandidates, openPack, signal);
  }

  /**
   * @param {FromModel} source
   * @param {RetrieveRequest} request
   * @param {AbortSignal} signal
   */
  async #search(source, { input, excluded, isAllowed }, signal) {
    const { history, features } = await input;
    const exclude = [...(await excluded)];
    const own = await valueOf(source.features);
    const user = await this.#users.userOf(source.model, { history, features: own ?? features });
    return source.search(user, { exclude, isAllowed, signal });
  }

  /**
   * Keeps a late answer for the next request.
   *
   * @param {number} number of the request
   * @param {Promise<Candidates>} answer
   * @param {AbortController} controller
   */
  #keepLate(number, answer, controller) {
    const limit = Math.min(LATE_FACTOR * this.#options.timeout, TIMER_MAX);
    const timer = setTimeout(() => controller.abort(), limit);
    // In Node the process may end before.
    /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (timer)).unref?.();
    const keep = (/** @type {Candidates} */ candidates) =>
      controller.signal.aborted || this.keep({ number, candidates });
    answer.then(keep, () => {}).finally(() => clearTimeout(timer));
  }
}

/** @param {unknown} error */
function warningOf(error) {
  if (error instanceof PocketrecError) return error;
  return new PocketrecError("network", "retrieve", "an answer", String(error), { cause: error });
}
