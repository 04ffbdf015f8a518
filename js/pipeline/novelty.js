import { argumentError, assertNumber } from "../common/arguments.js";
import { getById } from "../common/ids.js";
import { log, log1p } from "../common/logarithm.js";
import { checkOptions } from "../common/options.js";
import { readLookup, readRanked } from "./ranked-list.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Ranked } from "../model/model-types.js"
 * @import { Pack } from "./ranked-list.js"
 *
 * @typedef {object} HasPopularity a model, here or in a worker
 * @property {(items: any) => Float32Array | undefined | Promise<Float32Array | undefined>}
 *   popularity for a list of ids or a pack, in order
 * @property {Readonly<import("../file/metadata.js").Info>} [info] of the file
 *
 * @typedef {object} NoveltyOptions how much `novelty` takes from popular items
 * @property {number} strength 0 (nothing) to 1,000: what the raw score loses for each factor e of
 *   popularity; 0.1 to 1 for probabilities, much less for scores of a narrower range
 * @property {HasPopularity} [model] whose file has `item_popularity`
 * @property {Pack} [pack] the candidate pack that the list comes from; its numbers are used then. A
 *   recommender knows it
 * @property {((item: ItemId) => number | null | undefined) | ReadonlyMap<ItemId, number>}
 *   [popularity] the app's own numbers, 0 or more, instead of a model's
 * @property {"identity" | "sigmoid" | "softmax" | "exp"} [output] what made the list's scores of
 *   raw ones; default: the model's output, or "identity" without a model
 *
 * @typedef {(item: ItemId) => number | null | undefined} PopularityOf
 */

/** Raw scores of scores. @type {Record<string, (score: number) => number>} */
const RAW = {
  identity: (score) => score,
  sigmoid: (score) => log(score / (1 - score)),
  softmax: log,
  exp: log,
};

/**
 * A step that moves popular items down. It sorts by
 *
 *     raw score - strength * log(1 + popularity)
 *
 * after Steck (RecSys 2011), whose exponent of the popularity is the strength. The raw score is the
 * logit of a probability, the logarithm of a softmax or of an expected time, and the score itself
 * for other outputs. Entries keep their scores, as the model gave them.
 *
 * An item without a score or a popularity keeps its position. Ties keep the given order.
 *
 * @param {NoveltyOptions} options
 * @returns {import("./ranked-list.js").AsyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const step = novelty({ model, strength: 0.5 });
 * const list = await step(model.recommend(user, { topK: 100 }));
 * list.length; // => 100
 */
export function novelty(options) {
  const checked = checkOptions(options, "novelty", "strength model pack popularity output");
  const { strength, model, pack, popularity, output = outputOf(model) } = checked;
  assertNumber(strength, "novelty strength", { max: 1000 });
  if (!Object.hasOwn(RAW, output))
    throw argumentError("novelty output", Object.keys(RAW).join(", "), output);
  const read = popularityReader(model, popularity);
  return async (list, context) => {
    const ranked = readRanked(list, "novelty");
    const countOf = await read(ranked, pack ?? context?.packOf?.(model));
    const values = new Map();
    for (const entry of ranked) {
      const { item, score } = entry;
      const count = score === null ? null : countOf(item);
      if (score === null || count === null || count === undefined) continue;
      assertNumber(count, `novelty popularity, item ${item}`, { max: Number.MAX_VALUE });
      const value = RAW[output](score) - strength * log1p(count);
      if (Number.isNaN(value))
        throw argumentError(`novelty, score of item ${item}`, `one of output "${output}"`, score);
      values.set(entry, value);
    }
    const sorted = [...values.keys()].sort((a, b) => values.get(b) - values.get(a) || 0);
    let at = 0;
    return ranked.map((entry) => (values.has(entry) ? sorted[at++] : entry));
  };
}

/**
 * What made scores of raw ones. Predicted ratings are taken as they are.
 * @param {HasPopularity | undefined} model
 */
function outputOf(model) {
  const { input, output = "identity" } = model?.info ?? {};
  return input?.values !== "rating" && Object.hasOwn(RAW, output) ? output : "identity";
}

/**
 * @param {HasPopularity | undefined} model
 * @param {NoveltyOptions["popularity"]} popularity
 * @returns {(list: Ranked[], pack: Pack | undefined) => PopularityOf | Promise<PopularityOf>}
 */
function popularityReader(model, popularity) {
  if ((model === undefined) === (popularity === undefined))
    throw argumentError("novelty", "a model or popularity", model ? "both" : "neither");
  if (popularity !== undefined) {
    const popularityOf = readLookup(popularity);
    if (!popularityOf) throw argumentError("novelty popularity", "a function or a Map", popularity);
    return () => popularityOf;
  }
  if (typeof model?.popularity !== "function")
    throw argumentError("novelty model", "a model", model);
  return async (list, pack) => {
    if (pack && typeof pack.items?.[Symbol.iterator] !== "function")
      throw argumentError("novelty pack", "a candidate pack", pack);
    const items = pack ? [...pack.items] : list.map(({ item }) => item);
    const counts = await model.popularity(pack ?? items);
    if (!counts) throw argumentError("novelty model", "a file with item_popularity", "none");
    // NaN: the model does not know the item.
    const byItem = new Map(items.map((item, i) => [item, counts[i] >= 0 ? counts[i] : null]));
    return (item) => getById(byItem, item);
  };
}
