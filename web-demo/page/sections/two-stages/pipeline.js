/** The two stages on the visitor's ratings: retrieve, rank, re-rank, by the package. */
import { cap, createRecommender, diversify, fromModel, novelty } from "pocketrec";
import { FIRST_WISHES, arranger } from "../../ranking/rerank.js";
import { describe } from "../../ranking/user-input.js";

export const SHOWN = 10;

/**
 * @typedef {import("../../models/open-model.js").WorkerModel} WorkerModel
 * @typedef {{ item: number, score: number | null }} Entry
 *
 * @typedef {object} Run
 * @property {Record<"candidates" | "ranked" | "reranked" | "shown", Entry[]>} lists the best first
 * @property {{ retrieve: number, rank: number, rerank: number }} times ms
 * @property {number} total ms, all of it
 * @property {Float32Array} vector of the user, of candidate generation
 */

/**
 * @param {{ finder: WorkerModel, ranker: WorkerModel }} models
 * @param {object} request
 * @param {[id: number, stars: number][]} request.ratings the latest last
 * @param {string[]} request.words searched for
 * @param {number} request.count of candidates
 * @param {(item: number) => string[]} request.genresOf
 * @param {import("../../../../js/pipeline/exact-index.js").ItemIndex} [request.index] instead of
 *   the exact scan
 * @param {AbortSignal} [signal]
 * @returns {Promise<Run>}
 */
export async function runStages(models, { ratings, words, count, genresOf, index }, signal) {
  const { finder, ranker } = models;
  const { history, features } = describe(ratings);
  const found = { count: features.count, searched: words };
  const arrange = arranger({ cap, diversify, novelty }, ranker);
  const how = { wishes: FIRST_WISHES, genresOf };
  const lists = { candidates: [], ranked: [], reranked: [], shown: [] };
  const recommender = createRecommender({
    retrieve: fromModel(finder, { topK: count, features: found, index }),
    rank: ranker,
    rerank: async (list, context) => {
      lists.ranked = list;
      return (lists.reranked = await arrange(list, context, how));
    },
    rerankDepth: count,
    history,
    features,
  });
  const started = performance.now();
  const { recommendations, times } = await recommender.recommend({ topK: SHOWN, signal });
  const total = performance.now() - started;
  const user = await finder.user({ history, features: found });
  const items = recommender.lastCandidates;
  const scores = await finder.score(user, items);
  lists.candidates = items.map((item, k) => ({ item, score: scores[k] }));
  lists.shown = recommendations;
  return { lists, times, total, vector: await user.vector };
}
