/**
 * Retrieve, rank, re-rank: `createRecommender` with a ranker, the page's re-ranking, and a way to
 * get candidates.
 */
import { arranger } from "./rerank.js";

const TIMEOUT = 8_000;

/**
 * @typedef {object} Request
 * @property {{ item: number, rating: number }[]} history
 * @property {Record<string, unknown>} features
 * @property {import("./candidates.js").Asked} asked
 * @property {import("./rerank.js").Wishes} wishes
 * @property {(item: number) => string[]} genresOf
 *
 * @typedef {import("../../js/model/candidate-pack.js").CandidatePack | number[]} Candidates
 */

export class Stages {
  #recommender;
  #request = { turn: 0 };
  #last = { turn: 0 }; // good list: as the recommender has it, also one that came too late for its own call

  /**
   * @param {typeof import("../../js/index.js")} pocketrec
   * @param {import("../../js/model/model.js").Model} ranker
   * @param {(request: Request) => Promise<Candidates>} retrieve
   */
  constructor(pocketrec, ranker, retrieve) {
    const arrange = arranger(pocketrec, ranker);
    this.ranker = ranker;
    this.#recommender = pocketrec.createRecommender({
      retrieve: async () => {
        const { turn, asked } = this.#request; // of this call: the next one may begin before an answer is here
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
   * @returns what createRecommender gave, the candidates that it came from and what was asked for
   *   to get them, and how many films came up by being arranged. Of calls at the same time only the
   *   last one's result counts
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
