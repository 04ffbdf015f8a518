/**
 * pocketrec/engine: an index in a vector engine, for catalogues beyond one machine. For servers in
 * Node; the app installs the engine's client and passes it.
 */
export { PocketrecError } from "./common/errors.js";
export { engineIndex } from "./engine/engine-index.js";
export { lanceEngine } from "./engine/lance/lance-engine.js";
export { milvusEngine } from "./engine/milvus/milvus-engine.js";
export { recallAgainstExact } from "./engine/recall.js";

/**
 * @typedef {import("./engine/engine-index.js").EngineIndex} EngineIndex
 * @typedef {import("./engine/options.js").EngineIndexOptions} EngineIndexOptions
 * @typedef {import("./engine/options.js").EngineModel} EngineModel
 * @typedef {import("./engine/options.js").UpsertOptions} UpsertOptions
 * @typedef {import("./engine/engine.js").Engine} Engine
 * @typedef {import("./engine/engine.js").Call} Call
 * @typedef {import("./engine/engine.js").Stored} Stored
 * @typedef {import("./engine/engine.js").Key} Key
 * @typedef {import("./engine/engine.js").KeyedScore} KeyedScore
 * @typedef {import("./engine/engine.js").KeyedVector} KeyedVector
 * @typedef {import("./engine/engine.js").EngineRecord} EngineRecord
 * @typedef {import("./engine/engine.js").EngineQuery} EngineQuery
 * @typedef {import("./engine/engine.js").Explanation} Explanation
 * @typedef {import("./engine/lance/lance-engine.js").LanceOptions} LanceOptions
 * @typedef {import("./engine/lance/lance-engine.js").LanceSearch} LanceSearch
 * @typedef {import("./engine/milvus/milvus-engine.js").MilvusOptions} MilvusOptions
 * @typedef {import("./engine/recall.js").Recall} Recall
 */
