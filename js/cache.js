/**
 * pocketrec/cache: weights that a browser keeps by version, in its Cache Storage. The entry for
 * pages and workers. It runs in Node too, where nothing is kept.
 */
export { PocketrecError } from "./common/errors.js";
export { eraseWeights } from "./cache/erase-weights.js";
export { fetchWeights } from "./cache/fetch-weights.js";

/**
 * @typedef {import("./cache/obtain.js").Weights} Weights
 * @typedef {import("./cache/manifest.js").Manifest} Manifest
 * @typedef {import("./cache/manifest.js").ManifestEntry} ManifestEntry
 * @typedef {import("./cache/download.js").FetchOptions} FetchOptions
 */
