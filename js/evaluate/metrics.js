/**
 * What one person's ranking is worth. Of every target there are the other candidates that score
 * higher, and those that score the same: a target stands behind both.
 *
 * @typedef {{ higher: number, same: number }} TargetRank of a target among the candidates that are no
 *   targets
 *
 * Definitions, with the targets T in the order of their ranks, rank from 1, and k a cut-off: HR@k 1
 * where a target is among the first k, else 0 Recall@k targets among the first k / min(k, |T|)
 * (Liang et al. 2018) Precision@k targets among the first k / k NDCG@k sum of 1 / log2(rank + 1)
 * over targets among the first k / the same with the targets first MAP@k sum of j / rank of the
 * j-th target, among the first k / min(k, |T|) (Wu et al. 2016) MRR 1 / rank of the first target
 * AUC share of pairs of a target and another candidate in which the target scores higher, equal
 * ones half
 */

export const AT_K = ["HR", "NDCG", "Recall", "Precision", "MAP"];
export const WHOLE = ["MRR", "AUC"];

/**
 * @param {TargetRank[]} standings one a target, at least one
 * @param {number} others candidates that are no targets
 * @param {string[]} metrics "HR@10", "MRR"
 * @returns {number[]} one a metric
 */
export function measure(standings, others, metrics) {
  const sorted = [...standings].sort((a, b) => a.higher + a.same - b.higher - b.same);
  const ranks = sorted.map(({ higher, same }, place) => higher + same + place + 1);
  return metrics.map((metric) => {
    const [name, k] = metric.split("@");
    return k === undefined
      ? WHOLE_OF[name](ranks, sorted, others)
      : AT[name](
          ranks.filter((rank) => rank <= Number(k)),
          ranks.length,
          Number(k),
        );
  });
}

/** @param {number} rank */
const gain = (rank) => 1 / Math.log2(rank + 1);

/** @type {Record<string, (hits: number[], targets: number, k: number) => number>} */
const AT = {
  HR: (hits) => Number(hits.length > 0),
  Recall: (hits, targets, k) => hits.length / Math.min(k, targets),
  Precision: (hits, _targets, k) => hits.length / k,
  NDCG: (hits, targets, k) =>
    hits.reduce((sum, rank) => sum + gain(rank), 0) /
    Array.from({ length: Math.min(k, targets) }, (_, place) => gain(place + 1)).reduce(
      (a, b) => a + b,
      0,
    ),
  MAP: (hits, targets, k) =>
    hits.reduce((sum, rank, place) => sum + (place + 1) / rank, 0) / Math.min(k, targets),
};

/** @type {Record<string, (ranks: number[], standings: TargetRank[], others: number) => number>} */
const WHOLE_OF = {
  MRR: (ranks) => 1 / ranks[0],
  AUC: (_ranks, standings, others) =>
    others
      ? standings.reduce((sum, { higher, same }) => sum + 1 - (higher + same / 2) / others, 0) /
        standings.length
      : 0.5,
};

/**
 * How targets stand among candidates.
 *
 * @param {ArrayLike<number>} targets raw scores
 * @param {ArrayLike<number>} others raw scores of the candidates that are no targets
 * @returns {TargetRank[]}
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
