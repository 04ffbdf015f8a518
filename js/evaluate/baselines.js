import { popularityScorer } from "./scorers.js";

/**
 * What a model for new users is measured against: popularity, and two models of pairs of items
 * that are computed from the training interactions in closed form.
 *
 * @typedef {import("./catalogue.js").Histories} Histories
 * @typedef {import("./scorers.js").Scorer} Scorer
 * @typedef {{ name: string, scorer: Scorer }} Baseline
 */

/** Nearest items that ItemKNN keeps of each. */
const NEIGHBOURS = 50;
/** A matrix of pairs of items has at most so many rows: 144 MB. */
export const PAIRS_LIMIT = 6000;
/** EASE inverts a matrix of the users or of the items, whichever are fewer: a few seconds. */
export const INVERSE_LIMIT = 1500;

/**
 * @param {Histories} train
 * @param {number} itemCount
 * @param {{ lambda: number }} options of EASE
 * @returns {{ baselines: Baseline[], left: string[] }} left: why one is not measured
 */
export function baselinesOf(train, itemCount, { lambda }) {
  const users = [...train.values()]
    .map((history) => Uint32Array.from(new Set(history.map(({ row }) => row))))
    .filter((rows) => rows.length);
  const popularity = { name: "popularity", scorer: popularityScorer(train, itemCount, "few") };
  if (itemCount > PAIRS_LIMIT)
    return {
      baselines: [popularity],
      left: [`ItemKNN and EASE are left out: more than ${PAIRS_LIMIT} items.`],
    };
  const neighbours = pairScorer(neighbourMatrix(users, itemCount, NEIGHBOURS), itemCount);
  const baselines = [popularity, { name: `ItemKNN ${NEIGHBOURS}`, scorer: neighbours }];
  if (Math.min(users.length, itemCount) > INVERSE_LIMIT)
    return {
      baselines,
      left: [`EASE is left out: more than ${INVERSE_LIMIT} items and training users.`],
    };
  const ease = pairScorer(easeMatrix(users, itemCount, lambda), itemCount);
  return { baselines: [...baselines, { name: `EASE ${lambda}`, scorer: ease }], left: [] };
}

/**
 * The score of an item is the sum of its column over the rows of the history.
 *
 * @param {Float32Array} matrix (items, items)
 * @param {number} itemCount
 * @returns {Scorer}
 */
function pairScorer(matrix, itemCount) {
  /** @type {Scorer["score"]} */
  const score = (_name, history, rows) => {
    const sums = new Float64Array(itemCount);
    for (const row of new Set(history.map(({ row }) => row)))
      for (let at = 0, from = row * itemCount; at < itemCount; at++) sums[at] += matrix[from + at];
    return Float64Array.from(rows, (row) => sums[row]);
  };
  return {
    score,
    scoreBoth: (name, history, rows) => {
      const scores = score(name, history, rows, true);
      return { order: scores, scores };
    },
  };
}

/**
 * ItemKNN: the cosine of two items' users, of each item's nearest neighbours (Sarwar et al.,
 * Item-Based Collaborative Filtering Recommendation Algorithms, WWW 2001).
 *
 * @param {Uint32Array[]} users item rows of each
 * @param {number} itemCount
 * @param {number} neighbours that an item keeps; of equal cosines the lower row
 * @returns {Float32Array} (items, items): row of the history, column of the scored item
 */
export function neighbourMatrix(users, itemCount, neighbours) {
  const together = gram(users, itemCount);
  const matrix = new Float32Array(itemCount * itemCount);
  const cosine = new Float64Array(itemCount);
  const order = Array.from({ length: itemCount }, (_, row) => row);
  for (let item = 0; item < itemCount; item++) {
    const own = together[item * itemCount + item];
    for (let row = 0; row < itemCount; row++) {
      const count = together[row * itemCount + item];
      const other = together[row * itemCount + row];
      cosine[row] = count && row !== item ? count / Math.sqrt(own * other) : 0;
    }
    const near = order.filter((row) => cosine[row] > 0);
    near.sort((a, b) => cosine[b] - cosine[a] || a - b);
    for (const row of near.slice(0, neighbours)) matrix[row * itemCount + item] = cosine[row];
  }
  return matrix;
}

/**
 * How many users two items have in common.
 *
 * @param {Uint32Array[]} users item rows of each
 * @param {number} itemCount
 * @returns {Float32Array} (items, items)
 */
function gram(users, itemCount) {
  const counts = new Float32Array(itemCount * itemCount);
  for (const rows of users) for (const a of rows) for (const b of rows) counts[a * itemCount + b]++;
  return counts;
}

/**
 * EASE (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019): B = -P / diag(P),
 * P = (X'X + lambda)^-1, and 0 on the diagonal. Where users are fewer than items, P is
 * (1 - X' (XX' + lambda)^-1 X) / lambda.
 *
 * @param {Uint32Array[]} users item rows of each
 * @param {number} itemCount
 * @param {number} lambda
 * @returns {Float32Array} (items, items): row of the history, column of the scored item
 */
export function easeMatrix(users, itemCount, lambda) {
  const P = users.length < itemCount ? fewUsers(users, itemCount, lambda) : inverse();
  const matrix = new Float32Array(itemCount * itemCount);
  for (let row = 0; row < itemCount; row++)
    for (let item = 0; item < itemCount; item++) {
      const at = row * itemCount + item;
      matrix[at] = row === item ? 0 : -P[at] / P[item * itemCount + item];
    }
  return matrix;

  function inverse() {
    const system = Float64Array.from(gram(users, itemCount));
    for (let row = 0; row < itemCount; row++) system[row * itemCount + row] += lambda;
    return invert(system, itemCount);
  }
}

/**
 * P from the inverse of a matrix of the users.
 *
 * @param {Uint32Array[]} users
 * @param {number} itemCount
 * @param {number} lambda
 */
function fewUsers(users, itemCount, lambda) {
  const count = users.length;
  const system = new Float64Array(count * count);
  const has = users.map((rows) => new Set(rows));
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let common = 0;
      for (const row of users[b]) common += Number(has[a].has(row));
      system[a * count + b] = common;
      system[b * count + a] = common;
    }
    system[a * count + a] += lambda;
  }
  const K = invert(system, count);
  /** Row a: the row of K X. */
  const product = new Float64Array(itemCount);
  const P = new Float64Array(itemCount * itemCount);
  for (let a = 0; a < count; a++) {
    product.fill(0);
    for (let b = 0; b < count; b++) for (const row of users[b]) product[row] += K[a * count + b];
    for (const row of users[a])
      for (let at = 0, from = row * itemCount; at < itemCount; at++)
        P[from + at] -= product[at] / lambda;
  }
  for (let row = 0; row < itemCount; row++) P[row * itemCount + row] += 1 / lambda;
  return P;
}

/**
 * The inverse of a symmetric positive definite matrix, in place (Gauss and Jordan; no pivots are
 * needed).
 *
 * @param {Float64Array} matrix (n, n)
 * @param {number} n
 */
export function invert(matrix, n) {
  for (let k = 0; k < n; k++) {
    const pivot = 1 / matrix[k * n + k];
    matrix[k * n + k] = 1;
    for (let j = 0; j < n; j++) matrix[k * n + j] *= pivot;
    for (let i = 0; i < n; i++) {
      const factor = matrix[i * n + k];
      if (i === k || factor === 0) continue;
      matrix[i * n + k] = 0;
      for (let j = 0; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j];
    }
  }
  return matrix;
}
