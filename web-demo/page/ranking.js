/** The model at work: from the visitor's ratings and the server's candidates to a list, with the time it took. */

const WEIGHTS = "/models/neumf.safetensors";

/**
 * The package is imported here and not at the top, so that the page stands before the model arrives, and so that a
 * failed download can be tried again.
 *
 * @param {(progress: { loaded: number, total: number }) => void} onProgress
 */
export async function openRanking(onProgress) {
  const { loadModel } = await import("/js/index.js");
  return new Ranking(await loadModel(WEIGHTS, { onProgress }));
}

class Ranking {
  #user = null;
  #known = new Map();
  #fitTime = 0;

  constructor(model) {
    this.model = model;
  }

  /**
   * `fitTime` is that of the last fit: another list of candidates needs no new one.
   *
   * @param {[id: number, stars: number][]} ratings at least one
   * @param {number[]} candidates ids in the server's order
   * @param {number} topK
   */
  rank(ratings, candidates, topK) {
    this.#fit(ratings);
    const exclude = ratings.map(([id]) => id);
    const started = performance.now();
    const top = this.model.rank(this.#user, candidates, { topK, exclude });
    const rankTime = performance.now() - started;
    const served = candidates.filter((id) => !exclude.includes(id));
    return { films: withMovement(top, served), count: served.length, fitTime: this.#fitTime, rankTime };
  }

  /** Somebody known is moved on from where they were, which takes less time than to begin anew. */
  #fit(ratings) {
    const changed = ratings.filter(([id, stars]) => this.#known.get(id) !== stars);
    const now = new Map(ratings);
    const removed = [...this.#known.keys()].filter((id) => !now.has(id));
    if (changed.length === 0 && removed.length === 0) return;
    const asHistory = (pairs) => pairs.map(([item, rating]) => ({ item, rating }));
    const started = performance.now();
    if (this.#user) this.#user.update({ add: asHistory(changed), remove: removed });
    else this.#user = this.model.user({ history: asHistory(ratings) });
    this.#fitTime = performance.now() - started;
    this.#known = now;
  }

  /** Forgets the visitor's vector too. */
  forget() {
    this.#user = null;
    this.#known = new Map();
  }
}

/** How many places each film went up (or, below zero, down) from where the server had it. */
function withMovement(top, served) {
  const places = new Map(served.map((id, place) => [id, place]));
  return top.map(({ item, score }, place) => ({ id: item, score, moved: places.get(item) - place }));
}
