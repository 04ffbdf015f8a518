// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/index.js";
export { ErrorCode } from "../types/common/errors.js";
export { ItemId } from "../types/common/ids.js";
export { Filter } from "../types/common/filter.js";
export { InteractionRows } from "../types/common/interaction-rows.js";
export { ItemList } from "../types/file/item-ids.js";
export { OnProgress, Progress, Source } from "../types/file/source.js";
export {
  Assumption,
  Check,
  Info,
  InputInfo,
  NormInfo,
  RatingScale,
  RidgeInfo,
} from "../types/file/metadata.js";
export { FoldInInfo } from "../types/file/fold-in-info.js";
export { Kind } from "../types/families/index.js";
export { Interaction, Interactions, RatedItem } from "../types/families/interactions.js";
export { Simd } from "../types/runtime/module.js";
export { Fusion, LoadOptions } from "../types/model/load.js";
export { Precision } from "../types/model/precision.js";
export { Model } from "../types/model/model.js";
export { Choice, Ranked, Reason, Recommendation, UserInput } from "../types/model/model-types.js";
export { Changes, User } from "../types/model/user.js";
export { CandidatePack } from "../types/model/candidate-pack.js";
export { Corruption } from "../types/model/corrupt.js";
export {
  Counts,
  RecommendOptions,
  Recommended,
  Recommender,
  Times,
} from "../types/pipeline/recommender.js";
export {
  Rank,
  RankRequest,
  RecommenderOptions,
  Retrieve,
  RetrieveInput,
} from "../types/pipeline/recommender-options.js";
export { Features, History } from "../types/pipeline/user-cache.js";
export { Answer, Entry, Envelope } from "../types/pipeline/answer.js";
export { FromModel, FromModelOptions } from "../types/pipeline/from-model.js";
export { Found, ItemIndex, SearchOptions } from "../types/pipeline/exact-index.js";
export { AsyncStep, Context, Pack, Step, SyncStep } from "../types/pipeline/ranked-list.js";
export { BlendOptions, BlendSource, Score } from "../types/pipeline/blend.js";
export { HasPopularity, NoveltyOptions } from "../types/pipeline/novelty.js";
export { DiversifyOptions } from "../types/pipeline/diversify.js";
export { HasVectors, Vector } from "../types/pipeline/item-vectors.js";
export { CapOptions, Group, Groups } from "../types/pipeline/cap.js";
export { Pin } from "../types/pipeline/pin.js";
