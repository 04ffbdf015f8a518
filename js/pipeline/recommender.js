import { argumentError, assertNumber, isItemId } from "../common/arguments.js";
import { throwIfAborted } from "../common/errors.js";
import { readFilter } from "../common/filter.js";
import { hasId, itemOf } from "../common/ids.js";
import { checkOptions } from "../common/options.js";
import { badAnswer } from "./answer.js";
import { FromModel } from "./from-model.js";
import { readItemIds } from "./ranked-list.js";
import { Ranker, allowedBy, isItemError } from "./ranker.js";
import { readOptions } from "./recommender-options.js";
import { Retriever } from "./retriever.js";
import { runStage, stageError } from "./stage.js";
import { UserCache, readUserInput, valueOf } from "./user-cache.js";

/**
 * @import { PocketrecError } from "../common/errors.js"
 * @import { ItemId } from "../common/ids.js"
 * @import { Ranked } from "../model/model-types.js"
 * @import { RecommenderOptions } from "./recommender-options.js"
 * @import { UserInput } from "./user-cache.js"
 * @import { Pack } from "./ranked-list.js"
 * @import { Candidates, Entry } from "./answer.js"
 * @import { RankingRequest } from "./ranker.js"
 * @import { Retrieved } from "./retriever.js"
 *
 * @typedef {object} Recommended what `recommend` gives
 * @property {Ranked[]} recommendations the best first
 * @property {"retrieved" | "last" | "catalogue"} source of the candidates: retrieved for this
 *   request, the last that were retrieved, or the best of the catalogue
 * @property {PocketrecError} [warning] why retrieval failed, or what is wrong with the history
 * @property {import("../model/user.js").User} [user] the user that was ranked for, to ask
 *   `model.explain` of: of the model that ranks, or else of the catalogue's. A WorkerUser where
 *   that model is in a worker
 * @property {Pack} [pack] that the candidates came in, for `explain`
 * @property {Counts} counts items per stage
 * @property {Times} times milliseconds per stage
 *
 * @typedef {object} Counts of items, by stage
 * @property {number} [catalogue] items of the model that ranks, or of option `catalogue`
 * @property {number} candidates that were retrieved, or the whole catalogue
 * @property {number} ranked after what is excluded, filtered or unknown was left out
 * @property {number} reranked after the steps
 *
 * @typedef {object} Times by stage
 * @property {number} retrieve ms
 * @property {number} rank ms
 * @property {number} rerank ms
 *
 * @typedef {object} RecommendOptions of one request
 * @property {number} [topK] how many (default 10)
 * @property {Iterable<Entry>} [exclude] ids or interactions to leave out, even
 *   if a step adds them
 * @property {import("../common/filter.js").Filter} [filter] the items that may be recommended, a
 *   function that is true for their ids or a list of them, applied before topK
 * @property {AbortSignal} [signal] ends the call at once, with "aborted"
 *
 * @typedef {object} Ranking
 * @property {Recommended["source"]} source
 * @property {Ranked[]} ranked
 * @property {number} candidateCount
 * @property {Pack} [pack]
 * @property {PocketrecError} [warning]
 */

/**
 * A recommender in three stages: retrieve candidates, rank them for the user on this device,
 * re-rank. Where retrieval fails, times out or returns nonsense, the last good candidates are
 * ranked, or else the catalogue; the result has a `warning` then.
 *
 * @param {RecommenderOptions} options
 * @returns {Recommender}
 * @throws {PocketrecError} "bad-argument"
 *
 * @example
 * const recommender = createRecommender({
 *   retrieve: ({ signal }) => fetch("https://shop.example/candidates.json", { signal }),
 *   rank: model,
 *   rerank: diversify({ model }),
 *   history: () => ["The Ninth Moon", { item: "One Glove", rating: 4 }],
 * });
 * const { recommendations, source, warning } = await recommender.recommend({ topK: 10 });
 * source; // => "retrieved"
 * recommendations.length; // => 10
 */
const createRecommender = (options) => new Recommender(options);

// Here, so that TypeDoc finds the comment.
export { createRecommender };

/**
 * A recommender: retrieve, rank, re-rank. Made by `createRecommender`.
 *
 * @hideconstructor
 */
export class Recommender {
  #options;
  #users = new UserCache();
  #retriever;
  #ranker;

  /** @param {RecommenderOptions} options */
  constructor(options) {
    this.#options = readOptions(options);
    this.#retriever = new Retriever(this.#options, this.#users);
    this.#ranker = new Ranker(this.#options, this.#users);
  }

  /**
   * The last good candidates. An app may store them and pass them to its next recommender, for a
   * start without a network. Candidates of a server reveal nothing about the user; those of
   * `fromModel` do.
   *
   * @returns {ItemId[]}
   */
  get lastCandidates() {
    return [...(this.#retriever.last?.items ?? [])];
  }

  /**
   * The best items for the user. Calls are independent; each retrieves its own candidates. After a
   * timeout the request stays open for ten times as long, and a late answer serves as the last good
   * candidates.
   *
   * @param {RecommendOptions} [options]
   * @returns {Promise<Recommended>} no recommendations where every candidate is excluded
   * @throws {PocketrecError} "bad-argument", "aborted", and the errors of the stages. Their subject
   *   begins with the stage: "history", "features", "rank", "rerank", or "retrieve" where there is
   *   neither a last list nor a catalogue to rank
   *
   * @example
   * const recommender = createRecommender({ rank: model, history: ["The Ninth Moon"] });
   * const { recommendations, user } = await recommender.recommend({
   *   topK: 1,
   *   filter: (item) => item !== "Rust and Starlight",
   * });
   * recommendations; // => [{ item: "Orbit of Glass", score: 0.55 }]
   * model.explain(user, "Orbit of Glass")[0].item; // => "The Ninth Moon"
   */
  async recommend(options) {
    const checked = checkOptions(options, "recommend", "topK exclude filter signal");
    const { topK = 10, exclude = [], filter, signal } = checked;
    assertNumber(topK, "topK", { integer: true });
    const ids = readItemIds(exclude, "exclude");
    const isAllowed = readFilter(filter, (list) => readItemIds(list, "filter"));
    throwIfAborted(signal, "recommend");
    // Retrieval starts before the history is read: a server needs nothing of it.
    const input = this.#readInput(signal);
    const excluded = this.#readExcluded(input, ids, signal);
    const retrieval = this.#retriever.retrieve({ topK, signal, input, excluded, isAllowed });
    // The first failure is thrown below. The others must not count as unhandled.
    for (const promise of [excluded, retrieval]) promise.catch(() => {});
    const depth = Math.max(this.#options.rerankDepth, topK);
    const shared = { topK, depth, signal, isAllowed };
    const request = { ...shared, input: await input, excluded: await excluded };
    const retrieved = await retrieval;

    const rankStart = performance.now();
    const ranking = await this.#rank(retrieved, request);
    const rerankStart = performance.now();
    const reranked = await this.#rerank(ranking, request);
    const time = performance.now() - rerankStart;
    const { pack } = ranking;
    const user = await this.#userOf(request.input);
    const warning = ranking.warning ?? (await user?.warning);
    return {
      recommendations: reranked.slice(0, topK),
      source: ranking.source,
      ...(warning && { warning }),
      ...(user && { user }),
      ...(pack && { pack }),
      counts: {
        catalogue: this.#options.catalogue?.itemCount,
        candidates: ranking.candidateCount,
        ranked: ranking.ranked.length,
        reranked: reranked.length,
      },
      times: {
        retrieve: retrieved.time,
        rank: rerankStart - rankStart,
        rerank: time,
      },
    };
  }

  /**
   * @param {UserInput} input
   * @returns {Promise<import("../model/user.js").User | undefined>} undefined without a model
   */
  async #userOf(input) {
    const { rank, catalogue } = this.#options;
    const model = typeof rank === "function" ? catalogue : rank;
    return model && this.#users.userOf(model, input);
  }

  /**
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<UserInput>}
   */
  async #readInput(signal) {
    const { history, features } = this.#options;
    const values = await Promise.all([
      runStage("history", signal, () => valueOf(history)),
      runStage("features", signal, () => valueOf(features)),
    ]);
    return readUserInput(...values);
  }

  /**
   * @param {Promise<UserInput>} input
   * @param {ItemId[]} ids to exclude by request
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<Set<ItemId>>}
   */
  async #readExcluded(input, ids, signal) {
    const known = await input;
    if (this.#options.includeSeen) return new Set(ids);
    const seen = await runStage("rank", signal, () => this.#itemsOf(known));
    return new Set([...seen, ...ids]);
  }

  /**
   * The items of the history.
   *
   * @param {UserInput} input
   * @returns {Promise<ItemId[]>}
   */
  async #itemsOf(input) {
    const { history } = input;
    if (Array.isArray(history)) return history.map(itemOf).filter(isItemId);
    const { catalogue, retrieve } = this.#options;
    const model = catalogue ?? (retrieve instanceof FromModel ? retrieve.model : undefined);
    if (model) return (await this.#users.userOf(model, input)).items;
    throw argumentError("history", "ids, or a catalogue, whose rows they are", history);
  }

  /**
   * Ranks the first candidates that can be ranked: those retrieved, the last good ones, the
   * catalogue.
   *
   * @param {Retrieved} retrieved
   * @param {RankingRequest} request
   * @returns {Promise<Ranking>}
   */
  async #rank({ number, candidates, warning }, request) {
    if (candidates) {
      const ranking = await this.#rankCandidates("retrieved", candidates, request);
      if (ranking) {
        this.#retriever.keep({ number, candidates });
        return ranking;
      }
      warning = badAnswer("items that the model knows, or a pack", "none");
    }
    const last = this.#options.retrieve && this.#retriever.last;
    if (last) {
      const ranking = await this.#rankCandidates("last", last, request);
      if (ranking) return { ...ranking, warning };
      this.#retriever.drop(last);
    }
    return this.#rankCatalogue(warning, request);
  }

  /**
   * @param {Recommended["source"]} source
   * @param {Candidates} candidates
   * @param {RankingRequest} request
   * @returns {Promise<Ranking | undefined>} undefined where the model knows none of them
   */
  async #rankCandidates(source, candidates, request) {
    const ranked = await this.#ranker.rank(candidates, request);
    const { items, pack } = candidates;
    return ranked && { source, ranked, candidateCount: items.length, pack };
  }

  /**
   * @param {PocketrecError | undefined} warning why retrieval failed
   * @param {RankingRequest} request
   * @returns {Promise<Ranking>}
   */
  async #rankCatalogue(warning, request) {
    const { catalogue } = this.#options;
    if (!catalogue) throw stageError("retrieve", warning);
    try {
      const ranked = await this.#ranker.rankCatalogue(catalogue, request);
      return { source: "catalogue", ranked, candidateCount: catalogue.itemCount, warning };
    } catch (error) {
      // A model without items of its own: the failed retrieval is what the app needs to know.
      const isWithoutItems = isItemError(/** @type {Error} */ (error).cause);
      throw warning && isWithoutItems ? stageError("retrieve", warning) : error;
    }
  }

  /**
   * Runs the steps, and removes what is excluded or repeated after them.
   *
   * @param {Ranking} ranking
   * @param {RankingRequest} request
   * @returns {Promise<Ranked[]>}
   */
  async #rerank({ ranked, pack }, request) {
    const { topK, signal, input } = request;
    const { rank, rerank } = this.#options;
    const context = {
      topK,
      signal,
      userOf: (/** @type {import("../model/model.js").Model} */ model) =>
        this.#users.userOf(model, input),
      packOf: (/** @type {unknown} */ model) => (model === rank ? pack : undefined),
    };
    const list = await runStage("rerank", signal, () => rerank(ranked, context));
    const isAllowed = allowedBy(request);
    const shown = new Set();
    return list.filter(({ item }) => isAllowed(item) && !hasId(shown, item) && shown.add(item));
  }
}
