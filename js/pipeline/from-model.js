import { argumentError, assertNumber } from "../common/arguments.js";
import { readFilter } from "../common/filter.js";
import { checkOptions } from "../common/options.js";
import { isModel } from "./is-model.js";
import { readItemIds } from "./ranked-list.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Model } from "../model/model.js"
 * @import { WorkerModel } from "../worker/model.js"
 * @import { ItemIndex } from "./exact-index.js"
 * @import { Features } from "./user-cache.js"
 *
 * @typedef {object} FromModelOptions how `fromModel` retrieves
 * @property {number} [topK] how many candidates (default 500)
 * @property {ItemIndex} [index] exactIndex or hnswIndex; default: a scan of the catalogue
 * @property {Features | (() => Features | Promise<Features>)} [features] the user features of this
 *   model, where they differ from the recommender's own `features`; a function is called at every
 *   request
 * @property {import("../common/filter.js").Filter} [filter] the items that may be candidates: a
 *   function that is true for their ids, or a list of them. It is applied before topK
 */

/**
 * Retrieves candidates from a model on this device. Made by `fromModel`. Only this kind of
 * `retrieve` learns the user's history and features.
 *
 * @hideconstructor
 */
export class FromModel {
  /**
   * @param {Model | WorkerModel} model
   * @param {FromModelOptions | undefined} options
   */
  constructor(model, options) {
    const names = "topK index features filter";
    const checked = checkOptions(options, "fromModel", names, { count: "topK" });
    const { topK = 500, index, features, filter } = checked;
    if (!isModel(model)) throw argumentError("fromModel", "a model", model);
    assertNumber(topK, "fromModel topK", { min: 1, integer: true });
    if (index !== undefined && typeof index?.search !== "function")
      throw argumentError("fromModel index", "an index with search()", index);
    /** The model that retrieves. */
    this.model = /** @type {Model} */ (model);
    /** How many candidates. */
    this.topK = topK;
    /** The index that is searched; undefined for a scan of the catalogue. */
    this.index = index;
    /** The user features of this model, or a function that gives them. */
    this.features = features;
    /** The filter as a function; undefined without one. */
    this.isAllowed = readFilter(filter, (list) => readItemIds(list, "fromModel filter"));
  }

  /**
   * Finds candidates for a user; a recommender calls it.
   *
   * @param {import("../model/user.js").User} user
   * @param {{ exclude: ItemId[], isAllowed?: (item: ItemId) => boolean, signal?: AbortSignal }}
   *   request isAllowed: the filter of the request
   * @returns {Promise<import("./exact-index.js").Found[]>}
   *
   * @example
   * const source = fromModel(model, { topK: 3 });
   * const found = await source.search(user, { exclude: user.items });
   * found[0].item; // => "Orbit of Glass"
   */
  async search(user, { exclude, isAllowed, signal }) {
    const { model, topK, index } = this;
    const filter = both(this.isAllowed, isAllowed);
    return index
      ? index.search(await user.vector, { topK, exclude, filter, signal })
      : model.recommend(user, { topK, exclude, filter });
  }
}

/**
 * @typedef {((item: ItemId) => boolean) | undefined} Test
 * @param {Test} one
 * @param {Test} other
 * @returns {Test}
 */
const both = (one, other) => (one && other ? (item) => one(item) && other(item) : (one ?? other));

/**
 * A `retrieve` for createRecommender that asks no server: it finds the best items of a model's
 * catalogue for the user, on the device. The model may differ from the one that ranks: a fast model
 * of vectors retrieves, a slower one ranks.
 *
 * @param {Model | WorkerModel} model
 * @param {FromModelOptions} [options]
 * @returns {FromModel}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const recommender = createRecommender({
 *   retrieve: fromModel(model, { topK: 50, filter: (item) => item !== "Orbit of Glass" }),
 *   rank: model,
 *   history: ["The Ninth Moon", "Rust and Starlight"],
 * });
 * const { recommendations } = await recommender.recommend({ topK: 1 });
 * recommendations[0].item; // => "Seven Suns Over Harrow"
 */
const fromModel = (model, options) => new FromModel(model, options);

// Here, so that TypeDoc finds the comment.
export { fromModel };
