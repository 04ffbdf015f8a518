/**
 * pocketrec: deep-learning recommenders where the user is. The entry for browsers, workers, Deno and bundlers.
 */
import { load } from "./load.js";
import { readSource } from "./source.js";

export { corrupt } from "./corrupt.js";
export { exactIndex, fromModel } from "./from-model.js";
export { createRecommender } from "./recommender.js";
export { blend, block, cap, compose, diversify, pin } from "./rerank.js";
export { PocketrecError } from "./errors.js";

/**
 * Loads a model from a weights file (docs/format.md).
 *
 * @param {import("./load.js").Source | import("./load.js").Fusion} source a URL, Response, Blob, ArrayBuffer or typed
 *   array with a safetensors file; or `{ gmf, mlp, alpha }`, two of them to be fused into a NeuMF
 * @param {import("./load.js").LoadOptions} [options]
 * @returns {Promise<import("./model.js").Model>}
 * @throws {import("./errors.js").PocketrecError} with a `code` that says what is wrong with source or file
 */
export function loadModel(source, options = {}) {
  return load(source, options, readSource);
}
