/**
 * Ranking with one model: from the visitor's ratings and the server's candidates to a list, timed.
 */
import { historyOf } from "./user-input.js";
import { speaking } from "./reasons.js";

export class Ranking {
  #user = null;
  #made = "";
  #userTime = 0;

  /**
   * Reasons by film, valid until the ratings change.
   * @type {Map<number, import("./reasons.js").Reason[]>}
   */
  reasons = new Map();

  /**
   * @param {string} name
   * @param {import("../../js/model/model.js").Model} model
   * @param {number} bytes of the weights file
   * @param {typeof import("../../js/index.js").corrupt} corrupt
   */
  constructor(name, model, bytes, corrupt) {
    this.name = name;
    this.model = model;
    this.bytes = bytes;
    this.corrupt = corrupt;
    // A probability is shown as a number. Other scores only compare.
    this.isProbability = ["sigmoid", "softmax"].includes(model.info.output);
  }

  /**
   * `userTime` is from the last change of the ratings: other candidates need no new user.
   *
   * @param {[id: number, stars: number][]} ratings at least one
   * @param {{ items: number[] }} candidates ids in the server's order
   * @param {number} topK
   */
  rank(ratings, { items: candidates }, topK) {
    this.#make(ratings);
    const exclude = ratings.map(([id]) => id);
    const started = performance.now();
    const top = this.model.rank(this.#user, candidates, {
      topK,
      exclude,
      raw: !this.isProbability,
    });
    const rankTime = performance.now() - started;
    const served = candidates.filter((id) => !exclude.includes(id));
    return {
      films: withMovement(top, served),
      count: served.length,
      userTime: this.#userTime,
      rankTime,
    };
  }

  /** Computes the reasons for a film of the last list. */
  explain(id) {
    this.reasons.set(id, speaking(this.model.explain(this.#user, id, { topK: 2 })));
  }

  /**
   * How many of the first films stay when ratings are hidden at random, each with a probability of
   * one half.
   *
   * @param {[id: number, stars: number][]} ratings
   * @param {number[]} candidates
   * @param {number} topK
   * @param {number} the same seed hides the same ratings from every model
   */
  hideHalf(ratings, candidates, topK, seed) {
    const exclude = ratings.map(([id]) => id);
    const top = (user) =>
      this.model.rank(user, candidates, { topK, exclude, raw: true }).map(({ item }) => item);
    this.#make(ratings);
    const seen = this.corrupt(historyOf(ratings), { kind: "mask", q: 0.5, seed });
    const whole = top(this.#user);
    const half = new Set(top(this.model.user({ history: seen })));
    const same = whole.filter((id) => half.has(id)).length;
    return { count: ratings.length - seen.length, of: ratings.length, same, shown: whole.length };
  }

  /**
   * A new user from all ratings instead of `user.update()`: the same ratings then give the same
   * list, also after a reload, and a removed rating leaves no trace.
   */
  #make(ratings) {
    const made = JSON.stringify(ratings);
    if (made === this.#made) return;
    this.reasons = new Map();
    const started = performance.now();
    this.#user = this.model.user({ history: historyOf(ratings) });
    this.#userTime = performance.now() - started;
    this.#made = made;
  }

  dispose() {
    this.model.dispose();
  }

  /** Drops the user vector too. */
  forget() {
    this.#user = null;
    this.#made = "";
    this.reasons = new Map();
  }
}

/**
 * How many ranks each film moved up (or, below zero, down) from its position in the candidates.
 */
export function withMovement(top, served) {
  const places = new Map(served.map((id, place) => [id, place]));
  return top.map(({ item, score }, place) => ({
    id: item,
    score,
    moved: places.get(item) - place,
  }));
}
