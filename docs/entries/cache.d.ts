export * from "../../dist/types/cache.js";
export type { Weights } from "../../dist/types/cache/obtain.js";
export type { Manifest } from "../../dist/types/cache/manifest.js";
export type { FetchOptions } from "../../dist/types/cache/download.js";
