import { hasId } from "../common/ids.js";
import { readRanked } from "./ranked-list.js";
import { runStage } from "./stage.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Model } from "../model/model.js"
 * @import { Ranked } from "../model/model-types.js"
 * @import { Candidates } from "./answer.js"
 *
 * @typedef {object} RankingRequest
 * @property {number} topK how many items will be shown
 * @property {number} depth how many items are ranked: those to re-rank, and at least topK
 * @property {AbortSignal} [signal]
 * @property {import("./user-cache.js").UserInput} input of the user
 * @property {Set<ItemId>} excluded
 * @property {(item: ItemId) => boolean} [isAllowed] the filter of the request
 */

/**
 * Whether a request may recommend an item.
 *
 * @param {Pick<RankingRequest, "excluded" | "isAllowed">} request
 * @returns {(item: ItemId) => boolean}
 */
export const allowedBy =
  ({ excluded, isAllowed = () => true }) =>
  (item) =>
    !hasId(excluded, item) && isAllowed(item);

/** The rank stage. */
export class Ranker {
  #options;
  #users;

  /**
   * @param {import("./recommender-options.js").Options} options
   * @param {import("./user-cache.js").UserCache} users
   */
  constructor(options, users) {
    this.#options = options;
    this.#users = users;
  }

  /**
   * @param {Candidates} candidates
   * @param {RankingRequest} request
   * @returns {Promise<Ranked[] | undefined>} undefined where the model knows none of the candidates
   */
  async rank(candidates, request) {
    const { rank } = this.#options;
    return runStage("rank", request.signal, () =>
      typeof rank === "function"
        ? this.#rankByFunction(rank, candidates, request)
        : this.#rankByModel(rank, candidates, request),
    );
  }

  /**
   * Ranks the best items of the catalogue.
   *
   * @param {Model} catalogue
   * @param {RankingRequest} request
   * @returns {Promise<Ranked[]>}
   */
  async rankCatalogue(catalogue, request) {
    const { depth, excluded, isAllowed: filter } = request;
    const options = { topK: depth, exclude: [...excluded], filter };
    const best = await runStage("rank", request.signal, async () =>
      catalogue.recommend(await this.#users.userOf(catalogue, request.input), options),
    );
    if (catalogue === this.#options.rank || !best.length) return best;
    const items = best.map(({ item }) => item);
    return (await this.rank({ items }, request)) ?? [];
  }

  /**
   * @param {import("./recommender-options.js").Rank} rank
   * @param {Candidates} candidates
   * @param {RankingRequest} request
   */
  async #rankByFunction(rank, { items }, request) {
    const { input, signal, depth } = request;
    const isAllowed = allowedBy(request);
    const list = items.filter(isAllowed);
    const ranked = readRanked(await rank(list, { ...input, topK: depth, signal }), "result");
    return ranked.filter(({ item }) => isAllowed(item)).slice(0, depth);
  }

  /**
   * @param {Model} model
   * @param {Candidates} candidates
   * @param {RankingRequest} request
   */
  async #rankByModel(model, { items, pack }, request) {
    const { input, excluded, isAllowed: filter, depth } = request;
    const user = await this.#users.userOf(model, input);
    const list = pack ?? items.filter(allowedBy(request));
    const options = { topK: depth, ...(pack ? { exclude: [...excluded], filter } : {}) };
    try {
      const ranked = await model.rank(user, /** @type {any} */ (list), options);
      return ranked.length && ranked.every(({ score }) => score === null) ? undefined : ranked;
    } catch (error) {
      // The ids are of another type than the model's, or its items come in packs only.
      if (!pack && isItemError(error)) return undefined;
      throw error;
    }
  }
}

/**
 * Whether a model refused the items it was given, rather than the user or the options.
 * @param {any} error
 */
export const isItemError = (error) =>
  error?.code === "bad-argument" && ["item", "items"].includes(error.subject);
