// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/engine.js";
export { EngineIndex } from "../types/engine/engine-index.js";
export { EngineIndexOptions, EngineModel, UpsertOptions } from "../types/engine/options.js";
export {
  Call,
  Engine,
  EngineQuery,
  EngineRecord,
  Explanation,
  Key,
  KeyedScore,
  KeyedVector,
  Stored,
} from "../types/engine/engine.js";
export { LanceOptions, LanceSearch } from "../types/engine/lance/lance-engine.js";
export { MilvusOptions } from "../types/engine/milvus/milvus-engine.js";
export { Recall } from "../types/engine/recall.js";
