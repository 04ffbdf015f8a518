import { argumentError, assertNumber, isIterable } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";

/**
 * @import { ItemIndex } from "../pipeline/exact-index.js"
 * @import { Model } from "../model/model.js"
 * @import { User } from "../model/user.js"
 *
 * @typedef {object} Recall how much of the exact answer an index finds
 * @property {number} recall the share of the best topK items that it found, the mean over the
 *   users; of items with one score any counts
 * @property {number} lowest of a user
 * @property {number} users how many
 * @property {number} scoreDifference the largest between a score of the index and the model's
 */

/**
 * Compares an index with the exact scan of the model's catalogue, for a sample of users.
 *
 * @param {ItemIndex} index of any kind
 * @param {Model} model of the same items
 * @param {Iterable<User>} users of the model
 * @param {{ topK?: number, signal?: AbortSignal }} [options] topK: default 100
 * @returns {Promise<Recall>}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", "aborted", and the errors
 *   of the index
 *
 * @example
 * const users = [[260, 1196], [1, 3114]].map((history) => model.user({ history, features: {} }));
 * const { recall } = await recallAgainstExact(exactIndex(model), model, users);
 * recall; // => 1
 */
export async function recallAgainstExact(index, model, users, options) {
  const { topK = 100, signal } = checkOptions(options, "recallAgainstExact", "topK signal");
  assertNumber(topK, "topK", { min: 1, integer: true });
  if (!isIterable(users)) throw argumentError("users", "a list of users", users);
  /** @type {number[]} */
  const recalls = [];
  let scoreDifference = 0;
  for (const user of users) {
    const exact = model.recommend(user, { topK, raw: true });
    const least = Number(exact.at(-1)?.score);
    const found = await index.search(user.vector, { topK, signal });
    const scores = new Map(found.map(({ item, score }) => [item, score]));
    const own = model.rank(user, [...scores.keys()], { raw: true });
    const best = own.filter(({ score }) => score !== null && score >= least);
    for (const { item, score } of best)
      scoreDifference = Math.max(
        scoreDifference,
        Math.abs(Number(scores.get(item)) - Number(score)),
      );
    recalls.push(Math.min(best.length, exact.length) / exact.length);
  }
  if (!recalls.length) throw argumentError("users", "one at least", users);
  const recall = recalls.reduce((sum, one) => sum + one) / recalls.length;
  return { recall, lowest: Math.min(...recalls), users: recalls.length, scoreDifference };
}
