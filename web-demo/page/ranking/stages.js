/**
 * Retrieve, rank, re-rank: `createRecommender` with a ranker, the page's re-ranking and a source of
 * candidates.
 */
import { arranger } from "./rerank.js";

const TIMEOUT = 8_000; // ms

/**
 * @typedef {object} Request
 * @property {{ item: number, rating: number }[]} history
 * @property {Record<string, unknown>} features
 * @property {import("./candidates.js").Asked} asked
 * @property {import("./rerank.js").Wishes} wishes
 * @property {(item: number) => string[]} genresOf
 *
 * @typedef {import("../../../js/model/candidate-pack.js").CandidatePack | number[]} Candidates
 */

export class Stages {
  #recommender;
  #request = { turn: 0 };
  #last = { turn: 0 }; // the last good candidates, late ones too, as the recommender keeps them

  /**
   * @param {typeof import("../../../js/index.js")} pocketrec
   * @param {import("../../../js/model/model.js").Model} ranker
   * @param {(request: Request) => Promise<Candidates>} retrieve
   */
  constructor(pocketrec, ranker, retrieve) {
    const arrange = arranger(pocketrec, ranker);
    this.ranker = ranker;
    this.#recommender = pocketrec.createRecommender({
      retrieve: async () => {
        // The next call may begin before this answer is here.
        const { turn, asked } = this.#request;
        const candidates = await retrieve(this.#request);
        if (turn >= this.#last.turn) this.#last = { turn, asked, candidates };
        return candidates;
      },
      rank: ranker,
      rerank: (list, context) => {
        this.#request.ranked = list;
        return arrange(list, context, this.#request);
      },
      history: () => this.#request.history,
      features: () => this.#request.features,
      timeout: TIMEOUT,
    });
  }

  /**
   * @param {Request} request
   * @param {number} topK
   * @returns the result of createRecommender, its candidates, what was requested for them, and how
   *   many films re-ranking moved up. Of concurrent calls only the last result counts
   */
  async rank(request, topK) {
    this.#request = { ...request, ranked: [], turn: this.#request.turn + 1 };
    const result = await this.#recommender.recommend({ topK });
    const first = new Set(this.#request.ranked.slice(0, topK).map(({ item }) => item));
    const risen = result.recommendations.filter(({ item }) => !first.has(item)).length;
    const { candidates, asked } = this.#last;
    return { ...result, candidates, asked, risen };
  }
}
