import { argumentError, assertNoRenamedOption, assertNumber } from "../common/arguments.js";
import { isModel } from "./is-model.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../worker/model.js").WorkerModel} WorkerModel
 * @typedef {import("./exact-index.js").ItemIndex} ItemIndex
 * @typedef {import("./user-cache.js").Features} Features
 *
 * @typedef {object} FromModelOptions
 * @property {number} [topK] how many candidates (default 500)
 * @property {ItemIndex} [index] exactIndex or hnswIndex; default: a scan of the catalogue
 * @property {Features | (() => Features | Promise<Features>)} [features] the user features of this
 *   model, where they differ from the recommender's own `features`; a function is called at every
 *   request
 */

/**
 * Retrieves candidates from a model on this device. Only this kind of `retrieve` learns the user's
 * history and features.
 */
export class FromModel {
  /**
   * @param {Model | WorkerModel} model
   * @param {FromModelOptions} options
   */
  constructor(model, options) {
    assertNoRenamedOption(options, { count: "topK" });
    const { topK = 500, index, features } = options;
    if (!isModel(model)) throw argumentError("fromModel", "a model", model);
    assertNumber(topK, "fromModel topK", { min: 1, integer: true });
    if (index !== undefined && typeof index?.search !== "function")
      throw argumentError("fromModel index", "an index with search()", index);
    this.model = /** @type {Model} */ (model);
    this.topK = topK;
    this.index = index;
    this.features = features;
  }

  /**
   * @param {import("../model/user.js").User} user
   * @param {{ exclude: ItemId[], signal?: AbortSignal }} options
   * @returns {Promise<import("./exact-index.js").Found[]>}
   */
  async search(user, { exclude, signal }) {
    const { model, topK, index } = this;
    return index
      ? index.search(await user.vector, { topK, exclude, signal })
      : model.recommend(user, { topK, exclude });
  }
}

/**
 * A `retrieve` for createRecommender that asks no server: it finds the best items of a model's
 * catalogue for the user, on the device. The model may differ from the one that ranks: a fast model
 * of vectors retrieves, a slower one ranks.
 *
 *     createRecommender({ retrieve: fromModel(gmf, { topK: 200 }), rank: neumf, history });
 *
 * @param {Model | WorkerModel} model
 * @param {FromModelOptions} [options]
 * @returns {FromModel}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export const fromModel = (model, options = {}) => new FromModel(model, options);
