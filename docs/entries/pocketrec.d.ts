// What the reference documents of "pocketrec": its exports and the types that they use.
export * from "../../dist/types/index.js";
export type { ErrorCode } from "../../dist/types/common/errors.js";
export type { ItemId, ItemList } from "../../dist/types/file/item-ids.js";
export type { Source } from "../../dist/types/file/source.js";
export type { Interaction } from "../../dist/types/families/interactions.js";
export type { Fusion, LoadOptions } from "../../dist/types/model/load.js";
export type { Model, Ranked, Reason, Recommendation } from "../../dist/types/model/model.js";
export type { User } from "../../dist/types/model/user.js";
export type { CandidatePack } from "../../dist/types/model/candidate-pack.js";
export type { Corruption } from "../../dist/types/model/corrupt.js";
export type { Recommender, RecommenderOptions } from "../../dist/types/pipeline/recommender.js";
export type { FromModel, FromModelOptions } from "../../dist/types/pipeline/from-model.js";
export type { ItemIndex } from "../../dist/types/pipeline/exact-index.js";
export type { AsyncStep, Step, SyncStep } from "../../dist/types/pipeline/ranked-list.js";
export type { BlendOptions, BlendSource } from "../../dist/types/pipeline/blend.js";
export type { DiversifyOptions } from "../../dist/types/pipeline/diversify.js";
export type { Groups } from "../../dist/types/pipeline/cap.js";
export type { Pin } from "../../dist/types/pipeline/pin.js";
