import { load } from "./load.js";
import { readSource } from "../file/source.js";
import { modules } from "../../dist/modules.js";

// A file of its own in dist/, too: bundlers that split code bring the modules with the file that
// imports them, and an app may take other exports alone.

/**
 * Loads a model from a weights file (docs/format.md).
 *
 * @param {import("../file/source.js").Source | import("./load.js").Fusion} source a URL,
 *   Response, Blob, ArrayBuffer or typed array with a safetensors file; or `{ gmf, mlp, alpha }`,
 *   two of them to be fused into a NeuMF
 * @param {import("./load.js").LoadOptions} [options]
 * @returns {Promise<import("./model.js").Model>}
 * @throws {import("../common/errors.js").PocketrecError} with a `code`: what is wrong with the
 *   source or the file
 *
 * @example
 * const model = await loadModel(books, { verify: true });
 * model.kind; // => "gmf"
 * model.itemCount; // => 120
 */
export function loadModel(source, options) {
  return load(source, options, readSource, modules);
}
