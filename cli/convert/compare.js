import { PocketrecError } from "../../js/common/errors.js";

/**
 * Compares the scores and recommendations of two models for the same users.
 *
 * @typedef {import("../../js/model/model.js").Model} Model
 * @typedef {import("./comparison-users.js").ComparisonUser} ComparisonUser
 *
 * @typedef {object} Comparison
 * @property {number} users
 * @property {number} topK
 * @property {number} largest difference of a score
 * @property {number} largestRaw difference of a raw score
 * @property {number} spread standard deviation of the first model's raw scores within a user
 * @property {number} overlap share of the best topK items that both have, mean over users
 * @property {number} worst the smallest overlap of a user
 * @property {number} scores number of scores compared
 * @property {number} beyond number of scores whose difference exceeds tolerance * max(1, |score|)
 * @property {number} same share of users with the same best topK items in the same order
 *
 * @param {Model} a
 * @param {Model} b
 * @param {ComparisonUser[]} users
 * @param {{ topK?: number, tolerance?: number, onProgress?: (done: number) => void }} [options]
 * @returns {Comparison}
 * @throws {PocketrecError} "bad-argument": the models have different numbers of items
 */
export function compareModels(a, b, users, { topK = 10, tolerance = 0, onProgress } = {}) {
  if (a.itemCount !== b.itemCount) {
    const expected = `${a.itemCount}, as in the first file`;
    throw new PocketrecError("bad-argument", "items", expected, `${b.itemCount}`);
  }
  const rows = Uint32Array.from({ length: a.itemCount }, (_, row) => row);
  const comparison = {
    ...{ users: users.length, topK, scores: users.length * rows.length, spread: 0 },
    ...{ largest: 0, largestRaw: 0, beyond: 0, overlap: 0, worst: 1, same: 0 },
  };
  let squares = 0;
  for (const [index, user] of users.entries()) {
    const [one, other] = [a, b].map((model) => outputsOf(model, user, rows, topK));
    addScores(comparison, one, other, tolerance);
    addRecommendations(comparison, one.best, other.best);
    squares += sumOfSquares(one.raw);
    onProgress?.(index + 1);
  }
  return { ...comparison, spread: Math.sqrt(squares / comparison.scores) };
}

/**
 * @typedef {ReturnType<typeof outputsOf>} Outputs
 *
 * @param {Model} model
 * @param {ComparisonUser} source
 * @param {Uint32Array} rows
 * @param {number} topK
 */
function outputsOf(model, source, rows, topK) {
  const user = model.user(/** @type {any} */ (source));
  const best = model.recommend(user, { topK, exclude: user.items, raw: true });
  return {
    scores: model.score(user, rows),
    raw: model.score(user, rows, { raw: true }),
    best: best.map(({ item }) => item),
  };
}

/**
 * @param {Comparison} comparison added to
 * @param {Outputs} one
 * @param {Outputs} other
 * @param {number} tolerance
 */
function addScores(comparison, one, other, tolerance) {
  for (let row = 0; row < one.scores.length; row++) {
    const difference = Math.abs(one.scores[row] - other.scores[row]);
    comparison.largest = Math.max(comparison.largest, difference);
    // Written so that NaN counts as beyond.
    if (!(difference <= tolerance * Math.max(1, Math.abs(one.scores[row])))) comparison.beyond++;
    const rawDifference = Math.abs(one.raw[row] - other.raw[row]);
    comparison.largestRaw = Math.max(comparison.largestRaw, rawDifference);
  }
}

/**
 * @param {Comparison} comparison added to
 * @param {Outputs["best"]} one
 * @param {Outputs["best"]} other
 */
function addRecommendations(comparison, one, other) {
  const overlap = one.filter((item) => other.includes(item)).length / one.length;
  const isSame = one.every((item, place) => item === other[place]);
  comparison.overlap += overlap / comparison.users;
  comparison.worst = Math.min(comparison.worst, overlap);
  comparison.same += Number(isSame) / comparison.users;
}

/**
 * Around the mean.
 * @param {Float32Array} values
 */
function sumOfSquares(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
