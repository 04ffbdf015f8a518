/**
 * Retrieve and rank with `createRecommender`; re-rank apart, so that the page can arrange the same
 * ranking anew at every step of a slider. In Node too: training measures it.
 */
import { arranger } from "./rerank.js";

const TIMEOUT = 8_000; // ms
const DEPTH = 1000; // what is ranked below is never shown

/**
 * @typedef {object} Request
 * @property {{ item: number, rating: number }[]} history
 * @property {Record<string, unknown>} features of a ranker; other models take none
 * @property {import("./candidates.js").Asked} [asked]
 *
 * @typedef {import("../../../js/model/candidate-pack.js").CandidatePack | number[]} Candidates
 *
 * @typedef {object} Ranking
 * @property {import("../../../js/model/model-types.js").Ranked[]} list the best DEPTH, in order
 * @property {number[]} items the candidates, in the order in which they came
 * @property {import("./candidates.js").Asked} [asked] for these candidates
 * @property {Candidates} candidates
 * @property {object} user of the ranker
 * @property {Error} [warning] why these are not the candidates of the request
 * @property {{ catalogue?: number, candidates: number, ranked: number }} counts of films
 * @property {{ retrieve: number, rank: number }} times ms
 */

export class Stages {
  #recommender;
  #arrange;
  #request = { turn: 0 };
  #last = { turn: 0 }; // the last good candidates, late ones too, as the recommender keeps them

  /**
   * @param {Pick<typeof import("../../../js/index.js"), "createRecommender" | "cap" | "diversify" |
   *   "novelty">} pocketrec
   * @param {import("../../../js/worker/model.js").WorkerModel} ranker in a worker or not
   * @param {(request: Request) => Promise<Candidates>} retrieve
   */
  constructor(pocketrec, ranker, retrieve) {
    this.ranker = ranker;
    this.#arrange = arranger(pocketrec, ranker);
    this.#recommender = pocketrec.createRecommender({
      retrieve: async () => {
        // The next call may begin before this answer is here.
        const { turn, asked } = this.#request;
        const candidates = await retrieve(this.#request);
        if (turn >= this.#last.turn) this.#last = { turn, asked, candidates };
        return candidates;
      },
      rank: ranker,
      history: () => this.#request.history,
      features: () => (ranker.kind === "ranker" ? this.#request.features : undefined),
      timeout: TIMEOUT,
    });
  }

  /**
   * @param {Request} request
   * @returns {Promise<Ranking>} of concurrent calls only the last result counts
   */
  async rank(request) {
    this.#request = { ...request, turn: this.#request.turn + 1 };
    const result = await this.#recommender.recommend({ topK: DEPTH });
    const { recommendations, user, warning, counts, times } = result;
    const { candidates, asked } = this.#last;
    const items = [...(candidates.items ?? candidates)];
    return { list: recommendations, items, asked, candidates, user, warning, counts, times };
  }

  /**
   * @param {Ranking} ranking of `rank`
   * @param {{ wishes: import("./rerank.js").Wishes, genresOf: (item: number) => string[] }} how
   * @param {number} topK
   * @returns {Promise<{ films: Ranking["list"], risen: number }>} risen: how many came up from
   *   below the first topK
   */
  async arrange({ list, candidates }, how, topK) {
    const arranged = await this.#arrange(list, { topK, packOf: () => packIn(candidates) }, how);
    const first = new Set(list.slice(0, topK).map(({ item }) => item));
    const films = arranged.slice(0, topK);
    return { films, risen: films.filter(({ item }) => !first.has(item)).length };
  }

  /** How often each candidate was rated, as the model knows it. @param {Ranking} ranking */
  popularity = ({ list, candidates }) => this.#arrange.popularity(list, packIn(candidates));
}

const packIn = (candidates) => (candidates.items ? candidates : undefined);
