/**
 * pocketrec: deep-learning recommenders where the user is. The entry for browsers, workers, Deno
 * and bundlers.
 */
export { corrupt } from "./model/corrupt.js";
export { loadModel } from "./model/load-model.js";
export { exactIndex } from "./pipeline/exact-index.js";
export { fromModel } from "./pipeline/from-model.js";
export { createRecommender } from "./pipeline/recommender.js";
export { blend, block, cap, compose, diversify, novelty, pin } from "./pipeline/rerank.js";
export { PocketrecError } from "./common/errors.js";

/**
 * @typedef {import("./common/errors.js").ErrorCode} ErrorCode
 * @typedef {import("./common/ids.js").ItemId} ItemId
 * @typedef {import("./common/filter.js").Filter} Filter
 * @typedef {import("./common/interaction-rows.js").InteractionRows} InteractionRows
 * @typedef {import("./file/item-ids.js").ItemList} ItemList
 * @typedef {import("./file/source.js").Source} Source
 * @typedef {import("./file/source.js").OnProgress} OnProgress
 * @typedef {import("./file/source.js").Progress} Progress
 * @typedef {import("./file/metadata.js").Info} Info
 * @typedef {import("./file/metadata.js").InputInfo} InputInfo
 * @typedef {import("./file/metadata.js").NormInfo} NormInfo
 * @typedef {import("./file/metadata.js").RatingScale} RatingScale
 * @typedef {import("./file/metadata.js").RidgeInfo} RidgeInfo
 * @typedef {import("./file/fold-in-info.js").FoldInInfo} FoldInInfo
 * @typedef {import("./file/metadata.js").Assumption} Assumption
 * @typedef {import("./file/metadata.js").Check} Check
 * @typedef {import("./families/index.js").Kind} Kind
 * @typedef {import("./families/interactions.js").Interaction} Interaction
 * @typedef {import("./families/interactions.js").Interactions} Interactions
 * @typedef {import("./families/interactions.js").RatedItem} RatedItem
 * @typedef {import("./runtime/module.js").Simd} Simd
 * @typedef {import("./model/precision.js").Precision} Precision
 * @typedef {import("./model/load.js").Fusion} Fusion
 * @typedef {import("./model/load.js").LoadOptions} LoadOptions
 * @typedef {import("./model/model.js").Model} Model
 * @typedef {import("./model/model-types.js").Choice} Choice
 * @typedef {import("./model/model-types.js").Ranked} Ranked
 * @typedef {import("./model/model-types.js").Reason} Reason
 * @typedef {import("./model/model-types.js").Recommendation} Recommendation
 * @typedef {import("./model/model-types.js").UserInput} UserInput
 * @typedef {import("./model/user.js").User} User
 * @typedef {import("./model/user.js").Changes} Changes
 * @typedef {import("./model/candidate-pack.js").CandidatePack} CandidatePack
 * @typedef {import("./model/corrupt.js").Corruption} Corruption
 * @typedef {import("./pipeline/recommender.js").Recommender} Recommender
 * @typedef {import("./pipeline/recommender.js").RecommendOptions} RecommendOptions
 * @typedef {import("./pipeline/recommender.js").Recommended} Recommended
 * @typedef {import("./pipeline/recommender.js").Counts} Counts
 * @typedef {import("./pipeline/recommender.js").Times} Times
 * @typedef {import("./pipeline/recommender-options.js").RecommenderOptions} RecommenderOptions
 * @typedef {import("./pipeline/recommender-options.js").Retrieve} Retrieve
 * @typedef {import("./pipeline/recommender-options.js").RetrieveInput} RetrieveInput
 * @typedef {import("./pipeline/recommender-options.js").Rank} Rank
 * @typedef {import("./pipeline/recommender-options.js").RankRequest} RankRequest
 * @typedef {import("./pipeline/user-cache.js").Features} Features
 * @typedef {import("./pipeline/user-cache.js").History} History
 * @typedef {import("./pipeline/answer.js").Answer} Answer
 * @typedef {import("./pipeline/answer.js").Entry} Entry
 * @typedef {import("./pipeline/answer.js").Envelope} Envelope
 * @typedef {import("./pipeline/from-model.js").FromModel} FromModel
 * @typedef {import("./pipeline/from-model.js").FromModelOptions} FromModelOptions
 * @typedef {import("./pipeline/exact-index.js").ItemIndex} ItemIndex
 * @typedef {import("./pipeline/exact-index.js").SearchOptions} SearchOptions
 * @typedef {import("./pipeline/exact-index.js").Found} Found
 * @typedef {import("./pipeline/ranked-list.js").AsyncStep} AsyncStep
 * @typedef {import("./pipeline/ranked-list.js").Context} Context
 * @typedef {import("./pipeline/ranked-list.js").Pack} Pack
 * @typedef {import("./pipeline/ranked-list.js").Step} Step
 * @typedef {import("./pipeline/ranked-list.js").SyncStep} SyncStep
 * @typedef {import("./pipeline/blend.js").BlendOptions} BlendOptions
 * @typedef {import("./pipeline/blend.js").BlendSource} BlendSource
 * @typedef {import("./pipeline/blend.js").Score} Score
 * @typedef {import("./pipeline/diversify.js").DiversifyOptions} DiversifyOptions
 * @typedef {import("./pipeline/novelty.js").HasPopularity} HasPopularity
 * @typedef {import("./pipeline/novelty.js").NoveltyOptions} NoveltyOptions
 * @typedef {import("./pipeline/item-vectors.js").HasVectors} HasVectors
 * @typedef {import("./pipeline/item-vectors.js").Vector} Vector
 * @typedef {import("./pipeline/cap.js").CapOptions} CapOptions
 * @typedef {import("./pipeline/cap.js").Group} Group
 * @typedef {import("./pipeline/cap.js").Groups} Groups
 * @typedef {import("./pipeline/pin.js").Pin} Pin
 */
