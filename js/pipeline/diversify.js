import { diversity } from "./diversity.js";
import { compileLate } from "../runtime/late-module.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Vector } from "./item-vectors.js"
 *
 * @typedef {object} DiversifyOptions how `diversify` weighs relevance against similarity
 * @property {import("./item-vectors.js").HasVectors} [model] whose item vectors define similarity
 * @property {import("./ranked-list.js").Pack} [pack] the candidate pack that the list comes from;
 *   its vectors are used then. A recommender knows it
 * @property {((item: ItemId) => Vector) | ReadonlyMap<ItemId, Vector>} [vectors] the app's own
 *   vectors instead of a model's, all of one length
 * @property {number} [balance] from 1, relevance only, to 0, dissimilarity only (default 0.7)
 * @property {"rank" | "score"} [by] relevance: the rank (default), which works for scores on any
 *   scale, or the score, where its differences are meaningful
 * @property {number} [topK] how many positions are filled; default: as many as will be shown, or
 *   100
 * @property {number} [poolSize] how many items, from the head of the list, may fill them; default:
 *   ten times topK
 * @property {"auto" | "relaxed" | "simd128"} [simd] as in loadModel
 * @property {WebAssembly.Module} [module] as in loadModel
 */

/**
 * A step that makes a list more diverse by maximal marginal relevance (Carbonell and Goldstein,
 * SIGIR 1998). It fills `topK` positions one by one with the item that has the largest
 *
 *     balance * relevance - (1 - balance) * similarity
 *
 * where similarity is the largest cosine with an item chosen before, and relevance is the rank or
 * the score, scaled to 0..1 over the pool. The other items follow in the given order. (Ranks are
 * the default because some scores, such as an expected watch time, fall so steeply that all but the
 * first few would count as irrelevant.)
 *
 * An item without a vector or without a score keeps its position. A zero vector is similar to
 * nothing. WebAssembly takes some tenths of a millisecond to choose 100 of 1,000.
 *
 * @param {DiversifyOptions} options
 * @returns {import("./ranked-list.js").AsyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const step = diversify({ model, balance: 0.5 });
 * const list = await step(model.recommend(user, { topK: 100 }), { topK: 10 });
 * list.length; // => 100
 */
export function diversify(options) {
  return diversity(options, compileLate);
}
