export * from "../../dist/types/worker.js";
export type { ModelWorker, WorkerOptions } from "../../dist/types/worker/model-worker.js";
