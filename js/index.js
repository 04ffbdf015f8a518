/**
 * pocketrec: deep-learning recommenders where the user is. The entry for browsers, workers, Deno
 * and bundlers.
 */
import { load } from "./model/load.js";
import { readSource } from "./file/source.js";

export { corrupt } from "./model/corrupt.js";
export { exactIndex } from "./pipeline/exact-index.js";
export { fromModel } from "./pipeline/from-model.js";
export { createRecommender } from "./pipeline/recommender.js";
export { blend, block, cap, compose, diversify, pin } from "./pipeline/rerank.js";
export { PocketrecError } from "./common/errors.js";

/**
 * Loads a model from a weights file (docs/format.md).
 *
 * @param {import("./model/load.js").Source | import("./model/load.js").Fusion} source a URL,
 *   Response, Blob, ArrayBuffer or typed array with a safetensors file; or `{ gmf, mlp, alpha }`,
 *   two of them to be fused into a NeuMF
 * @param {import("./model/load.js").LoadOptions} [options]
 * @returns {Promise<import("./model/model.js").Model>}
 * @throws {import("./common/errors.js").PocketrecError} with a `code`: what is wrong with the
 *   source or the file
 */
export function loadModel(source, options) {
  return load(source, options, readSource);
}
