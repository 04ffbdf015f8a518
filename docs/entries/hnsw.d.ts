export * from "../../dist/types/hnsw.js";
export type { HnswIndex, HnswOptions, IndexedModel } from "../../dist/types/hnsw/hnsw-index.js";
