/**
 * Reasons for recommendations. They take longer than the ranking, so they are computed film by
 * film, in the order of the list, when the browser is idle.
 */
import { leaveOneOut } from "./left-out.js";

const WITHOUT_IDLE = 30; // ms between two turns, in browsers without requestIdleCallback
const FAINT = 0.25; // of the strongest effect: a weaker second reason is not shown
const REASONS = 2;

/** @typedef {{ item: number, rating?: number, effect: number }} Reason */

/**
 * The reasons worth showing: positive, and not too weak.
 *
 * @param {Reason[]} reasons the strongest first
 */
export function speaking(reasons) {
  return reasons.filter(({ effect }) => effect > 0 && effect >= FAINT * reasons[0].effect);
}

/** The reasons of a ranking, which are valid as long as it is. */
export class Reasons {
  /** @type {Map<number, Reason[]>} by film */
  known = new Map();
  #model;
  #ranking;
  #input;
  #effects;

  /**
   * @param {import("../../../js/worker/model.js").WorkerModel} model that ranked
   * @param {import("./stages.js").Ranking} ranking
   * @param {{ history: { item: number, rating: number }[], features: Record<string, unknown> }}
   *   input of the ranking
   */
  constructor(model, ranking, input) {
    this.#model = model;
    this.#ranking = ranking;
    this.#input = input;
  }

  /**
   * Computes what is missing.
   *
   * @param {number[]} films the first first
   * @param {AbortSignal} signal ends it
   * @param {() => void} onChange called after each film
   */
  async explain(films, signal, onChange) {
    for (const film of films.filter((film) => !this.known.has(film))) {
      await whenIdle();
      if (signal.aborted) return;
      const reasons = await this.#of(film);
      if (signal.aborted) return;
      this.known.set(film, speaking(reasons.slice(0, REASONS)));
      onChange();
    }
  }

  /** A ranker has no reasons of its own; it is asked again without each rating, once. */
  async #of(film) {
    const { user, candidates } = this.#ranking;
    if (this.#model.kind !== "ranker") return this.#model.explain(user, film, { topK: REASONS });
    this.#effects ??= leaveOneOut(this.#model, this.#input, candidates);
    return (await this.#effects).get(film) ?? [];
  }
}

const whenIdle = () =>
  new Promise((done) => {
    if (window.requestIdleCallback) requestIdleCallback(() => done());
    else setTimeout(done, WITHOUT_IDLE);
  });
