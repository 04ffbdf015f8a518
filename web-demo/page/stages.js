/** Retrieve, rank, re-rank: `createRecommender` with a ranker, the page's re-ranking, and a way to get candidates. */
import { arranger } from "./rerank.js";

const PATIENCE = 8_000;

/**
 * @typedef {object} Request
 * @property {{ item: number, rating: number }[]} history
 * @property {Record<string, unknown>} features
 * @property {import("./candidates.js").Asked} asked
 * @property {import("./rerank.js").Wishes} wishes
 * @property {(item: number) => string[]} genresOf
 *
 * @typedef {import("../../js/pack.js").CandidatePack | number[]} Candidates
 */

export class Stages {
  #recommender;
  #request;
  #last;

  /**
   * @param {typeof import("../../js/index.js")} pocketrec
   * @param {import("../../js/model.js").Model} ranker
   * @param {(request: Request) => Promise<Candidates>} retrieve
   */
  constructor(pocketrec, ranker, retrieve) {
    const arrange = arranger(pocketrec, ranker);
    this.ranker = ranker;
    this.#recommender = pocketrec.createRecommender({
      retrieve: async () => {
        const request = this.#request; // of this call: the next one may begin before an answer is here
        return (request.candidates = await retrieve(request));
      },
      rank: ranker,
      rerank: (list, context) => {
        this.#request.ranked = list;
        return arrange(list, context, this.#request);
      },
      history: () => this.#request.history,
      features: () => this.#request.features,
      patience: PATIENCE,
    });
  }

  /**
   * @param {Request} request
   * @param {number} topK
   * @returns what createRecommender gave, the candidates it came from, and how many films came up by being arranged
   */
  async rank(request, topK) {
    this.#request = { ...request };
    const own = this.#request;
    const result = await this.#recommender.recommend({ topK });
    const isRetrieved = result.source === "retrieved";
    if (isRetrieved) this.#last = { candidates: own.candidates, asked: own.asked };
    const first = new Set(own.ranked.slice(0, topK).map(({ item }) => item));
    const risen = result.items.filter(({ item }) => !first.has(item)).length;
    return { ...result, ...this.#last, risen };
  }
}
