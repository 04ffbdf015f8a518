/**
 * Ranking metrics of one user.
 *
 * A target's rank counts from 1. Ties: a target ranks behind every other candidate with the same
 * score. With the set T of targets and a cut-off k:
 *
 * - HR@k: 1 where a target is among the first k, else 0
 * - Recall@k: targets among the first k / min(k, |T|) (Liang et al. 2018)
 * - Precision@k: targets among the first k / k
 * - NDCG@k: DCG / the DCG of the ideal order; DCG = sum of 1 / log2(rank + 1) over targets among
 *   the first k
 * - MAP@k: sum of j / rank of the j-th target, over targets among the first k / min(k, |T|) (Wu et
 *   al. 2016)
 * - MRR: 1 / rank of the first target
 * - AUC: share of pairs (target, other candidate) in which the target scores higher; ties count as
 *   half
 *
 * @typedef {object} TargetRank a target's position among the candidates that are no targets
 * @property {number} higher candidates that score higher
 * @property {number} same candidates that score the same
 */

/** Metrics that take a cut-off, and metrics of the whole ranking. */
export const AT_K = ["HR", "NDCG", "Recall", "Precision", "MAP"];
export const WHOLE = ["MRR", "AUC"];

/**
 * @param {ArrayLike<number>} targets raw scores
 * @param {ArrayLike<number>} others raw scores of the candidates that are no targets
 * @returns {TargetRank[]} one per target
 */
export function targetRanks(targets, others) {
  return Array.from(targets, (score) => {
    let higher = 0;
    let same = 0;
    for (let i = 0; i < others.length; i++) {
      if (others[i] > score) higher++;
      else if (others[i] === score) same++;
    }
    return { higher, same };
  });
}

/**
 * @param {TargetRank[]} targets at least one
 * @param {number} others number of candidates that are no targets
 * @param {string[]} metrics "HR@10", "MRR"
 * @returns {number[]} one per metric
 */
export function measure(targets, others, metrics) {
  const sorted = [...targets].sort((a, b) => a.higher + a.same - b.higher - b.same);
  const ranks = sorted.map(({ higher, same }, place) => higher + same + place + 1);
  return metrics.map((metric) => {
    const [name, cutOff] = metric.split("@");
    if (cutOff === undefined) return WHOLE_METRICS[name](ranks, sorted, others);
    const k = Number(cutOff);
    const hits = ranks.filter((rank) => rank <= k);
    return AT_K_METRICS[name](hits, ranks.length, k);
  });
}

/** @param {number} rank */
const gain = (rank) => 1 / Math.log2(rank + 1);

/** @param {number[]} ranks */
const discountedGain = (ranks) => ranks.reduce((sum, rank) => sum + gain(rank), 0);

/** The best ranks possible: 1, 2, ... @param {number} count */
const idealRanks = (count) => Array.from({ length: count }, (_, index) => index + 1);

/** By the ranks among the first k. @type {Record<string, AtK>} */
const AT_K_METRICS = {
  HR: (hits) => Number(hits.length > 0),
  Recall: (hits, targets, k) => hits.length / Math.min(k, targets),
  Precision: (hits, _targets, k) => hits.length / k,
  NDCG: (hits, targets, k) =>
    discountedGain(hits) / discountedGain(idealRanks(Math.min(k, targets))),
  MAP: (hits, targets, k) =>
    hits.reduce((sum, rank, index) => sum + (index + 1) / rank, 0) / Math.min(k, targets),
};
/** @typedef {(hits: number[], targets: number, k: number) => number} AtK */

/** @type {Record<string, (ranks: number[], targets: TargetRank[], others: number) => number>} */
const WHOLE_METRICS = {
  MRR: (ranks) => 1 / ranks[0],
  AUC: (_ranks, targets, others) =>
    others
      ? targets.reduce((sum, { higher, same }) => sum + 1 - (higher + same / 2) / others, 0) /
        targets.length
      : 0.5,
};
