/**
 * pocketrec/hnsw: an index for catalogues of millions of items, in Node. The app installs the
 * package usearch, which it uses.
 */
export { hnswIndex } from "./hnsw/hnsw-index.js";

/**
 * @typedef {import("./hnsw/hnsw-index.js").HnswIndex} HnswIndex
 * @typedef {import("./hnsw/hnsw-index.js").HnswOptions} HnswOptions
 * @typedef {import("./hnsw/hnsw-index.js").IndexedModel} IndexedModel
 * @typedef {import("./hnsw/hnsw-index.js").Saving} Saving
 */
