/** Users that no model was trained on: their histories, and how good a list for them is. */

/**
 * What `model.user` takes. AutoRec reads ratings. For the other models every film of a history is
 * an interaction; SASRec reads them oldest first. Candidates read features: the histories of
 * time.json have them, and are in the order of time.
 *
 * @param {import("../../js/model/model.js").Model} model
 * @param {{ history: number[], ratings?: number[], times?: number[], features?: object }} entry
 */
export function historyFor(model, { history, ratings, times, features }) {
  if (features) return model.kind === "candidates" ? { history, features } : { history };
  if (model.kind === "sasrec") {
    const order = history.map((_, at) => at).sort((a, b) => times[a] - times[b] || a - b);
    return { history: order.map((at) => history[at]) };
  }
  if (!model.kind.startsWith("autorec")) return { history };
  return { history: history.map((item, i) => ({ item, rating: ratings[i] })) };
}

/**
 * @param {number[]} list the best 100 items, the best first
 * @param {number[]} heldOut items to find
 */
export function measureList(list, heldOut) {
  const wanted = new Set(heldOut);
  const hits = list.map((item) => wanted.has(item));
  const ideal = Array.from({ length: Math.min(100, wanted.size) }, () => true);
  const found = (k) => hits.slice(0, k).filter(Boolean).length / Math.min(k, wanted.size);
  return {
    "Recall@20": found(20),
    "Recall@100": found(100),
    "NDCG@100": discountedGain(hits) / discountedGain(ideal),
  };
}

/** @param {boolean[]} hits by rank */
const discountedGain = (hits) =>
  hits.reduce((sum, hit, rank) => sum + (hit ? 1 / Math.log2(rank + 2) : 0), 0);
