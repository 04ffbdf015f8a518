/**
 * The entry for Node: as worker.js, in a thread.
 */
import { Worker } from "node:worker_threads";

import { threadOfNode } from "./worker/node-thread.js";
import { ModelWorker } from "./worker/model-worker.js";

export { PocketrecError } from "./common/errors.js";

/**
 * @param {import("./worker/model-worker.js").WorkerOptions & { start?: () => Worker }} [options]
 * @returns {ModelWorker}
 */
export function createWorker({ start = startOwn, ...options } = {}) {
  return new ModelWorker(() => threadOfNode(start()), options);
}

// What the process was started with (a text to evaluate, say) is not meant for the thread.
const startOwn = () =>
  new Worker(new URL("./worker-thread.node.js", import.meta.url), {
    name: "pocketrec",
    execArgv: [],
  });
