/**
 * The entry for Node: as index.js, and a path or file: URL names a file.
 */
import { readFile } from "node:fs/promises";

import { PocketrecError, throwIfAborted } from "./common/errors.js";
import { fileError } from "./common/file-error.js";
import { inspected } from "./common/inspected.js";
import { CandidatePack } from "./model/candidate-pack.js";
import { load } from "./model/load.js";
import { Model } from "./model/model.js";
import { User } from "./model/user.js";
import { Recommender } from "./pipeline/recommender.js";
import { readSource } from "./file/source.js";
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
  return load(source, options, readPath, modules);
}

/** @type {typeof readSource} */
async function readPath(source, options) {
  const isText = typeof source === "string" || source instanceof URL;
  if (!isText || /^(https?|data|blob):/.test(String(source))) return readSource(source, options);
  throwIfAborted(options.signal);
  try {
    const path =
      typeof source === "string" && source.startsWith("file:") ? new URL(source) : source;
    const { buffer, byteOffset, length } = await readFile(path, { signal: options.signal });
    // A Buffer's slices share its memory; a Uint8Array's are copies.
    const bytes = new Uint8Array(buffer, byteOffset, length);
    options.onProgress?.({ loaded: bytes.length, total: bytes.length });
    return bytes;
  } catch (cause) {
    throwIfAborted(options.signal);
    throw fileError(String(source), cause);
  }
}
