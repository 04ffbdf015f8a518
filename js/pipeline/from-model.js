import { argumentError, assertNoRenamedOption, assertNumber } from "../common/arguments.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../worker/model.js").WorkerModel} WorkerModel
 * @typedef {{ item: ItemId, score: number }} Found
 * @typedef {import("./user-cache.js").Features} Features
 *
 * @typedef {object} Index finds the items whose raw scores for a person are the highest
 * @property {number} itemCount how many items it holds
 * @property {(vector: ArrayLike<number>, options?: { topK?: number, exclude?: Iterable<ItemId>,
 *   signal?: AbortSignal }) => Promise<Found[]>} search for a person's vector (`user.vector`): the
 *   best first, with raw scores
 */

/**
 * Candidates from a model on this device: what `retrieve` needs to know of the person, it gets
 * here, and nowhere else.
 */
export class FromModel {
  /**
   * @param {Model | WorkerModel} model
   * @param {{ topK?: number, index?: Index, features?: Features | (() => Features
   *   | Promise<Features>) }} options
   */
  constructor(model, options) {
    assertNoRenamedOption(options, { count: "topK" });
    const { topK = 500, index, features } = options;
    if (!isModel(model)) throw argumentError("fromModel", "a model", model);
    assertNumber(topK, "fromModel topK", { min: 1, integer: true });
    if (index !== undefined && typeof index?.search !== "function") {
      throw argumentError("fromModel index", "an index with search()", index);
    }
    this.model = /** @type {Model} */ (model);
    this.topK = topK;
    this.index = index;
    this.features = features;
  }

  /**
   * @param {import("../model/user.js").User} user
   * @param {{ exclude: ItemId[], signal?: AbortSignal }} options
   * @returns {Promise<Found[]>}
   */
  async search(user, { exclude, signal }) {
    const { model, topK, index } = this;
    return index
      ? index.search(await user.vector, { topK, exclude, signal })
      : model.recommend(user, { topK, exclude });
  }
}

/**
 * A `retrieve` of createRecommender that asks no server: the best of a model's catalogue for the
 * person, found here. The model may be another than the one that ranks: a fast one of vectors
 * first, then one that looks closely.
 *
 * @param {Model | WorkerModel} model
 * @param {{ topK?: number, index?: Index, features?: Features | (() => Features
 *   | Promise<Features>) }} [options] topK: how many candidates (default 500); index: what finds
 *   them (exactIndex, hnswIndex; default: a scan of the catalogue); features: what this model is
 *   told of the person where that differs from what the recommender's own `features` say, a
 *   function being asked at every request
 * @returns {FromModel}
 */
export const fromModel = (model, options = {}) => new FromModel(model, options);

/**
 * The index that looks at every item: exact, and the kernel's scan costs about as much as reading
 * the table once.
 *
 * @param {Model} model of any kind whose user is told by a vector
 * @returns {Index}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function exactIndex(model) {
  if (!isModel(model)) throw argumentError("exactIndex", "a model", model);
  return {
    get itemCount() {
      return model.itemCount;
    },
    async search(vector, { topK = 10, exclude = [] } = {}) {
      return model.recommend(model.user({ vector }), { topK, exclude, raw: true });
    },
  };
}

/**
 * Whether something can rank as a model does: a Model, or what an app wraps around one.
 * @param {any} value
 * @returns {value is Model}
 */
export const isModel = (value) =>
  typeof value === "object" &&
  ["user", "rank", "recommend"].every((name) => typeof value?.[name] === "function");
