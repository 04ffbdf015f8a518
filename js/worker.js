/**
 * pocketrec/worker: models in a worker. The entry for browsers and bundlers.
 */
import { ModelWorker } from "./worker/model-worker.js";
import { webThread } from "./worker/web-thread.js";

export { PocketrecError } from "./common/errors.js";

/**
 * Creates a worker for any number of models. It starts with the first model.
 *
 *     const worker = createWorker({ onCrash: (error) => console.warn(error.message) });
 *     const model = await worker.loadModel("/models/movies.safetensors");
 *
 * @param {import("./worker/model-worker.js").WorkerOptions & { start?: () => Worker }} [options]
 *   start: creates the Worker, where the app has its script elsewhere: a module that imports
 *   "pocketrec/worker-thread"
 * @returns {ModelWorker}
 */
export function createWorker({ start = startDefault, ...options } = {}) {
  return new ModelWorker(() => webThread(start()), options);
}

// In this form bundlers find the script.
const startDefault = () =>
  new Worker(new URL("./worker-thread.js", import.meta.url), { type: "module", name: "pocketrec" });
