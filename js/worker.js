/**
 * pocketrec/worker: models in a worker. The entry for browsers and bundlers.
 */
import { ModelWorker } from "./worker/model-worker.js";
import { threadOfWorker } from "./worker/web-thread.js";

export { PocketrecError } from "./common/errors.js";

/**
 * A worker for models; all that one loads share it. It starts with the first model.
 *
 * @param {import("./worker/model-worker.js").WorkerOptions & { start?: () => Worker }} [options]
 *   start: makes the Worker, where a bundler or the app has its script elsewhere: a module that
 *   imports "pocketrec/worker-thread"
 * @returns {ModelWorker}
 */
export function createWorker({ start = startOwn, ...options } = {}) {
  return new ModelWorker(() => threadOfWorker(start()), options);
}

// Written so that bundlers find the script.
const startOwn = () =>
  new Worker(new URL("./worker-thread.js", import.meta.url), { type: "module", name: "pocketrec" });
