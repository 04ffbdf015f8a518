/** The model at work: from the visitor's ratings and the server's candidates to a list, with the time it took. */

const WEIGHTS = "/models/neumf.safetensors";

/**
 * The package is imported here and not at the top, so that the page stands before the model arrives, and so that a
 * failed download can be tried again.
 *
 * @param {(progress: { loaded: number, total?: number }) => void} onProgress
 */
export async function openRanking(onProgress) {
  const { loadModel } = await import("/dist/index.js");
  return new Ranking(await loadModel(WEIGHTS, { onProgress }));
}

class Ranking {
  #user = null;
  #fitted = "";
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

  /**
   * From all ratings anew, and not with `user.update()`: the same ratings then give the same list, also after a reload,
   * and of a rating that was taken back nothing is left.
   */
  #fit(ratings) {
    const fitted = JSON.stringify(ratings);
    if (fitted === this.#fitted) return;
    const started = performance.now();
    this.#user = this.model.user({ history: ratings.map(([item, rating]) => ({ item, rating })) });
    this.#fitTime = performance.now() - started;
    this.#fitted = fitted;
  }

  /** Lets the visitor's vector go too. */
  forget() {
    this.#user = null;
    this.#fitted = "";
  }
}

/** How many places each film went up (or, below zero, down) from where the server had it. */
function withMovement(top, served) {
  const places = new Map(served.map((id, place) => [id, place]));
  return top.map(({ item, score }, place) => ({ id: item, score, moved: places.get(item) - place }));
}
