// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/worker.js";
export { ModelWorker, WorkerOptions, WorkerSource } from "../types/worker/model-worker.js";
export { WorkerModel } from "../types/worker/model.js";
export { Items, Warning, WeightsOrigin } from "../types/worker/model-types.js";
export { WorkerUser } from "../types/worker/user.js";
export { WorkerPack } from "../types/worker/pack.js";
export { CachedSource } from "../types/worker/sendable-source.js";
export { CallOptions } from "../types/worker/connection.js";
