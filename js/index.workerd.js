/**
 * The entry for Cloudflare's workers, which forbid compiling bytes: the module comes as an import.
 */
// @ts-ignore: made by build.sh
import module from "../dist/pocketrec.wasm";
import { load } from "./load.js";
import { diversify as diversifyWith } from "./rerank.js";
import { readSource } from "./source.js";

export { corrupt } from "./corrupt.js";
export { exactIndex, fromModel } from "./from-model.js";
export { createRecommender } from "./recommender.js";
export { PocketrecError } from "./errors.js";
export { blend, block, cap, compose, pin } from "./rerank.js";

/** @type {typeof import("./index.js").loadModel} */
export function loadModel(source, options = {}) {
  return load(source, { module, ...options }, readSource);
}

/** @type {typeof diversifyWith} */
export const diversify = (options) => diversifyWith({ module, ...options });
