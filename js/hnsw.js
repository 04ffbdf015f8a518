/**
 * pocketrec/hnsw: an index for catalogues of millions of items, in Node. The app installs the
 * package usearch, which it uses.
 */
export { hnswIndex } from "./hnsw/hnsw-index.js";
