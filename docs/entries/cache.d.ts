// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/cache.js";
export { Weights } from "../types/cache/obtain.js";
export { Manifest, ManifestEntry } from "../types/cache/manifest.js";
export { FetchOptions } from "../types/cache/download.js";
