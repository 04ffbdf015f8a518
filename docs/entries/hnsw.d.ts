// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/hnsw.js";
export { HnswIndex, HnswOptions, IndexedModel, Saving } from "../types/hnsw/hnsw-index.js";
