/**
 * The entry for Node: as index.js, and a path or file: URL names a file.
 */
import { readFile } from "node:fs/promises";

import { PocketrecError } from "./common/errors.js";
import { inspected } from "./common/inspected.js";
import { CandidatePack } from "./model/candidate-pack.js";
import { load } from "./model/load.js";
import { Model } from "./model/model.js";
import { User } from "./model/user.js";
import { Recommender } from "./pipeline/recommender.js";
import { pathReader } from "./file/path-source.js";
import { modules } from "../dist/modules.js";

export { corrupt } from "./model/corrupt.js";
export { exactIndex } from "./pipeline/exact-index.js";
export { fromModel } from "./pipeline/from-model.js";
export { createRecommender } from "./pipeline/recommender.js";
export { blend, block, cap, compose, diversify, novelty, pin } from "./pipeline/rerank.js";
export { PocketrecError };

inspected(Model, "Model", ({ kind, info, itemCount }) => [
  kind,
  info.name && JSON.stringify(info.name),
  `${itemCount} items`,
]);
inspected(User, "User", ({ items, unknown }) => [
  `${items.length} items`,
  `${unknown.length} unknown`,
]);
inspected(CandidatePack, "CandidatePack", ({ itemCount }) => [`${itemCount} items`]);
inspected(Recommender, "Recommender", ({ lastCandidates }) => [
  `${lastCandidates.length} last candidates`,
]);

/**
 * Loads a model from a weights file (docs/format.md).
 *
 * @param {import("./file/source.js").Source | import("./model/load.js").Fusion} source a path, URL,
 *   Response, Blob, ArrayBuffer or typed array with a safetensors file; or `{ gmf, mlp, alpha }`,
 *   two of them to be fused into a NeuMF
 * @param {import("./model/load.js").LoadOptions} [options]
 * @returns {Promise<import("./model/model.js").Model>}
 * @throws {import("./common/errors.js").PocketrecError} with a `code`: what is wrong with the
 *   source or the file
 *
 * @example
 * const model = await loadModel(books, { verify: true });
 * model.kind; // => "gmf"
 * model.itemCount; // => 120
 */
export function loadModel(source, options) {
  return load(source, options, pathReader(readFile), modules);
}
