import { argumentError, assertNumber } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { checkOptions } from "../common/options.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Engine } from "./engine.js"
 *
 * @typedef {object} EngineModel what an index needs of a model
 * @property {string} kind the architecture
 * @property {boolean} scoresAreInnerProducts must be true
 * @property {() => ItemId[]} ids as `Model.ids`
 * @property {(items: ItemId[] | Uint32Array) => Float32Array} vectors as `Model.vectors`
 * @property {(input: { vector: ArrayLike<number> }) => any} user as `Model.user`
 * @property {(user: any, items: ItemId[], options: { raw: true }) =>
 *   import("../model/model-types.js").Ranked[]} rank as `Model.rank`
 *
 * @typedef {object} EngineIndexOptions how an index is opened
 * @property {boolean} [create] makes the collection if there is none (default false)
 * @property {string} [version] of the vectors, such as a date or the SHA-256 of the weights: kept
 *   with the collection when it is made, and compared when it is opened. Required where the weights
 *   file has no item vectors, which could be compared
 * @property {"cosine" | "inner"} [graph] of a new collection: "cosine" (default) brings the items
 *   to one length with one more number each, so that the neighbours in the engine's index are those
 *   of the smallest angle; "inner" stores the vectors as they are. Scores are the same. Which finds
 *   more depends on the model: measure it. Weights without item vectors are stored as "inner"
 * @property {number} [width] of the vectors; needed only where the weights file has none and the
 *   collection is to be made
 * @property {number} [timeout] of one call of the engine, in ms (default 10,000)
 * @property {AbortSignal} [signal] ends the opening, with "aborted"
 *
 * @typedef {object} UpsertOptions what is stored
 * @property {Iterable<ItemId>} [items] ids (default: all that the model knows)
 * @property {Float32Array} [vectors] (items, width) row-major, in the order of `items` (default:
 *   the model's), for items that the weights file does not have
 * @property {(item: ItemId) => Record<string, unknown>} [attributes] of an item, for `where`:
 *   texts, numbers and booleans by name. Without it a stored item loses those that it had
 * @property {number} [batchSize] items a call (default 1,000)
 * @property {(progress: { added: number, total: number }) => void} [onProgress] in items
 * @property {AbortSignal} [signal] ends it after a batch, with "aborted"
 */

const METHODS = "describe create load count read upsert settle remove search drop explain";

/**
 * @param {any} engine
 * @returns {asserts engine is Engine}
 * @throws {PocketrecError} "bad-argument"
 */
export function assertEngine(engine) {
  const missing = METHODS.split(" ").find((name) => typeof engine?.[name] !== "function");
  if (missing)
    throw argumentError("engine", `an engine, as of milvusEngine, with ${missing}()`, engine);
  assertNumber(engine.mostPerSearch, "engine.mostPerSearch", { min: 1, integer: true });
  assertNumber(engine.tolerance, "engine.tolerance", { max: 1 });
}

/**
 * @param {any} model
 * @returns {asserts model is EngineModel}
 * @throws {PocketrecError} "bad-argument", "unsupported"
 */
export function assertEngineModel(model) {
  if (typeof model?.vectors !== "function") throw argumentError("model", "a model", model);
  if (model.scoresAreInnerProducts === true) return;
  const isRemote = model.scoresAreInnerProducts === undefined;
  const expected = "one whose scores are inner products, as of kind candidates";
  const found = isRemote ? "one in a worker" : `"${model.kind}"`;
  throw new PocketrecError("unsupported", "model", expected, found, {
    hint: isRemote ? "Load it with loadModel." : "exactIndex takes every kind.",
  });
}

/**
 * @param {EngineIndexOptions | undefined} options
 */
export function readIndexOptions(options) {
  const names = "create version graph width timeout signal";
  const {
    create = false,
    version,
    width,
    graph = "cosine",
    timeout = 10_000,
    signal,
  } = checkOptions(options, "engineIndex", names);
  if (typeof create !== "boolean") throw argumentError("create", "true or false", create);
  if (version !== undefined && (typeof version !== "string" || version === ""))
    throw argumentError("version", "a string", version);
  if (width !== undefined) assertNumber(width, "width", { min: 1, max: 32_768, integer: true });
  assertNumber(timeout, "timeout", { min: 1 });
  if (graph !== "cosine" && graph !== "inner")
    throw argumentError("graph", '"cosine" or "inner"', graph);
  return { create, version, graph, width, timeout, signal };
}

/**
 * @param {UpsertOptions | undefined} options
 */
export function readUpsertOptions(options) {
  const names = "items vectors attributes batchSize onProgress signal";
  const checked = checkOptions(options, "upsert", names);
  const { batchSize = 1000, attributes, items, vectors } = checked;
  assertNumber(batchSize, "batchSize", { min: 1, max: 100_000, integer: true });
  if (attributes !== undefined && typeof attributes !== "function")
    throw argumentError("attributes", "a function of an id", attributes);
  if (vectors !== undefined && !(vectors instanceof Float32Array))
    throw argumentError("vectors", "a Float32Array, row after row", vectors);
  if (vectors && !items) throw argumentError("items", "the ids of the vectors", items);
  return { ...checked, batchSize };
}

/**
 * @param {any} attributes of an item
 * @returns {Record<string, unknown>}
 * @throws {PocketrecError} "bad-argument"
 */
export function readAttributes(attributes) {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes))
    throw argumentError("attributes", "values by name", attributes);
  for (const name of ["id", "vector"])
    if (name in attributes) throw argumentError("attributes", `no ${name}, which is taken`, name);
  return attributes;
}
