import { PocketrecError } from "../common/errors.js";

/**
 * Two files of one model side by side, for the same people.
 *
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {object} Comparison
 * @property {number} users
 * @property {number} topK
 * @property {number} largest difference of a score, the output function applied
 * @property {number} largestRaw difference of a raw score
 * @property {number} spread the deviation of the first model's raw scores, to hold the difference
 *   against
 * @property {number} overlap share of the best topK that both have, mean over people
 * @property {number} worst the least share of somebody
 * @property {number} scores how many were compared
 * @property {number} beyond how many of them differ by more than the tolerance, relative to the
 *   larger of 1 and the score
 * @property {number} same share of people whose best topK are the same in the same order
 *
 * @param {Model} a
 * @param {Model} b
 * @param {import("./comparison-users.js").Somebody[]} people
 * @param {{ topK?: number, tolerance?: number, onProgress?: (done: number) => void }} [options]
 * @returns {Comparison}
 */
export function compareModels(a, b, people, { topK = 10, tolerance = 0, onProgress } = {}) {
  if (a.itemCount !== b.itemCount)
    throw new PocketrecError(
      "bad-argument",
      "items",
      `${a.itemCount}, as in the first file`,
      `${b.itemCount}`,
    );
  const rows = Uint32Array.from({ length: a.itemCount }, (_, row) => row);
  const result = {
    users: people.length,
    topK,
    largest: 0,
    largestRaw: 0,
    spread: 0,
    overlap: 0,
    worst: 1,
    same: 0,
    scores: 0,
    beyond: 0,
  };
  let squares = 0;
  for (const [done, who] of people.entries()) {
    const [one, other] = [a, b].map((model) => lookAt(model, who, rows, topK));
    for (let row = 0; row < rows.length; row++) {
      const off = Math.abs(one.scores[row] - other.scores[row]);
      result.largest = Math.max(result.largest, off);
      if (!(off <= tolerance * Math.max(1, Math.abs(one.scores[row])))) result.beyond++;
      result.largestRaw = Math.max(result.largestRaw, Math.abs(one.raw[row] - other.raw[row]));
    }
    const mean = one.raw.reduce((sum, value) => sum + value, 0) / rows.length;
    squares += one.raw.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    result.scores += rows.length;
    const share = one.best.filter((item) => other.best.includes(item)).length / one.best.length;
    result.overlap += share / people.length;
    result.worst = Math.min(result.worst, share);
    result.same +=
      Number(one.best.every((item, place) => item === other.best[place])) / people.length;
    onProgress?.(done + 1);
  }
  return { ...result, spread: Math.sqrt(squares / result.scores) };
}

/**
 * @param {Model} model
 * @param {import("./comparison-users.js").Somebody} who
 * @param {Uint32Array} rows
 * @param {number} topK
 */
function lookAt(model, who, rows, topK) {
  const user = model.user(/** @type {any} */ (who));
  const best = model
    .recommend(user, { topK, exclude: user.items, raw: true })
    .map(({ item }) => item);
  return { scores: model.score(user, rows), raw: model.score(user, rows, { raw: true }), best };
}
