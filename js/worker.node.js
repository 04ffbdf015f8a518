/**
 * The entry for Node: as worker.js, in a thread.
 */
import { Worker } from "node:worker_threads";

import { ModelWorker } from "./worker/model-worker.js";
import { nodeThread } from "./worker/node-thread.js";

export { PocketrecError } from "./common/errors.js";

/**
 * As `createWorker` of worker.js.
 *
 * @param {import("./worker/model-worker.js").WorkerOptions & { start?: () => Worker }} [options]
 * @returns {ModelWorker}
 */
export const createWorker = (options = {}) =>
  new ModelWorker(
    (own) =>
      own === undefined
        ? nodeThread(startDefault(), `worker-thread.node.js beside ${import.meta.url}`)
        : nodeThread(own(), "the script of option start"),
    options,
  );

// The thread must not inherit the process's own arguments, such as a text to evaluate.
const startDefault = () =>
  new Worker(new URL("./worker-thread.node.js", import.meta.url), {
    name: "pocketrec",
    execArgv: [],
  });
