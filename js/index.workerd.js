/**
 * The entry for Cloudflare's workers, which forbid compiling bytes: the module comes as an import.
 */
// @ts-ignore: made by build.sh
import module from "../dist/pocketrec.wasm";
import { load } from "./model/load.js";
import { diversity } from "./pipeline/diversity.js";
import { readSource } from "./file/source.js";

export { corrupt } from "./model/corrupt.js";
export { exactIndex } from "./pipeline/exact-index.js";
export { fromModel } from "./pipeline/from-model.js";
export { createRecommender } from "./pipeline/recommender.js";
export { PocketrecError } from "./common/errors.js";
export { blend, block, cap, compose, novelty, pin } from "./pipeline/rerank.js";

/** @type {typeof import("./index.js").loadModel} */
export function loadModel(source, options) {
  return load(source, options === null ? options : { module, ...options }, readSource, {});
}

/** @type {typeof import("./index.js").diversify} */
export const diversify = (options) => diversity({ module, ...options }, async () => module);
