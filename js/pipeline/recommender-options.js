import { argumentError, assertNumber } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { FromModel } from "./from-model.js";
import { isModel } from "./is-model.js";
import { readItemIds } from "./ranked-list.js";
import { compose } from "./rerank.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Model } from "../model/model.js"
 * @import { Ranked } from "../model/model-types.js"
 * @import { WorkerModel } from "../worker/model.js"
 * @import { Answer } from "./answer.js"
 * @import { Step } from "./ranked-list.js"
 * @import { InteractionRows } from "../common/interaction-rows.js"
 * @import { Interaction } from "../families/interactions.js"
 * @import { Features, History } from "./user-cache.js"
 *
 * @typedef {object} RetrieveInput what a `retrieve` learns of a request: nothing about the user
 * @property {AbortSignal} signal aborts with the request, or after the timeout
 * @property {number} topK how many items will be shown
 *
 * @typedef {(request: RetrieveInput) => Answer | Promise<Answer>} Retrieve gives candidates
 *
 * @typedef {object} RankRequest what a function `rank` learns of a request
 * @property {Interaction[] | Uint32Array | InteractionRows} history a copy of the user's
 *   interactions
 * @property {Features} [features] of the user
 * @property {number} topK how many items will be shown
 * @property {AbortSignal} [signal] of the request
 *
 * @typedef {(candidates: ItemId[], request: RankRequest) => Iterable<Ranked>
 *   | Promise<Iterable<Ranked>>} Rank returns the candidates as a ranked list
 *
 * @typedef {object} RecommenderOptions what a recommender consists of
 * @property {Retrieve | FromModel} [retrieve] returns candidates, the same for every user: it gets
 *   topK and a signal, and nothing about the user. `fromModel(model)` retrieves for the user, on
 *   the device. Default: the whole catalogue is ranked
 * @property {Model | WorkerModel | Rank} rank a model, or a function that ranks
 * @property {Step | Step[]} [rerank] what happens to the ranked list, in this order
 * @property {History | (() => History | Promise<History>)} [history] the user's interactions, the
 *   oldest first, or a history of pocketrec/history; a function is called at every request
 * @property {Features | (() => Features | Promise<Features>)} [features] user features of the model
 *   that ranks
 * @property {boolean} [includeSeen] recommend items of the history again (default false)
 * @property {Model | WorkerModel} [catalogue] the model whose best items are ranked where nothing
 *   was retrieved; default: the model that ranks
 * @property {number} [timeout] of retrieve, in ms (default 3000)
 * @property {number} [maxCandidates] how many candidates are ranked (default 10,000)
 * @property {number} [rerankDepth] how many ranked items are re-ranked (default 1000)
 * @property {Iterable<ItemId>} [lastCandidates] `lastCandidates` of an earlier recommender
 */

const NAMES =
  "retrieve rank rerank history features includeSeen catalogue timeout maxCandidates rerankDepth " +
  "lastCandidates";
const RENAMED = {
  patience: "timeout",
  repeats: "includeSeen",
  candidates: "maxCandidates",
  depth: "rerankDepth",
  last: "lastCandidates",
};

/**
 * @param {RecommenderOptions} options
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function readOptions(options) {
  const checked = checkOptions(options, "createRecommender", NAMES, RENAMED);
  const { timeout = 3000, maxCandidates = 10_000, rerankDepth = 1000, ...rest } = checked;
  const { retrieve, rank, rerank = [], catalogue, lastCandidates = [] } = rest;
  if (typeof rank !== "function" && !isModel(rank))
    throw argumentError("rank", "a model or a function", rank);
  if (retrieve !== undefined && typeof retrieve !== "function" && !(retrieve instanceof FromModel))
    throw argumentError("retrieve", "a function, or fromModel(...)", retrieve);
  if (catalogue !== undefined && !isModel(catalogue))
    throw argumentError("catalogue", "a model", catalogue);
  assertNumber(timeout, "timeout");
  assertNumber(maxCandidates, "maxCandidates", { min: 1, integer: true });
  assertNumber(rerankDepth, "rerankDepth", { min: 1, integer: true });
  const fallback = catalogue ?? (isModel(rank) ? rank : undefined);
  if (!retrieve && !fallback)
    throw argumentError("retrieve", "candidates, since `rank` is no model", "none");
  return {
    ...rest,
    timeout,
    maxCandidates,
    rerankDepth,
    // A model in a worker has the same methods; its promises are awaited like any value.
    rank: /** @type {Model | Rank} */ (rank),
    rerank: compose(...(Array.isArray(rerank) ? rerank : [rerank])),
    catalogue: /** @type {Model | undefined} */ (fallback),
    lastCandidates: readItemIds(lastCandidates, "lastCandidates"),
  };
}

/** @typedef {ReturnType<typeof readOptions>} Options */
