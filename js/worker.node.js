/**
 * The entry for Node: as worker.js, in a thread.
 */
import { ModelWorker } from "./worker/model-worker.js";
import { nodeStart } from "./worker/node-start.js";
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
    (own) => (own ? nodeThread(own(), "the script of option start") : nodeStart()),
    options,
  );
