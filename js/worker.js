/**
 * pocketrec/worker: models in a worker. The entry for browsers and bundlers.
 */
import { PocketrecError } from "./common/errors.js";
import { ModelWorker as ModelWorkerClass } from "./worker/model-worker.js";
import { webStart } from "./worker/web-start.js";
import { webThread } from "./worker/web-thread.js";

// createWorker here, so that TypeDoc finds its comment.
export { PocketrecError, createWorker };

/**
 * @typedef {import("./worker/model-worker.js").ModelWorker} ModelWorker
 * @typedef {import("./worker/model-worker.js").WorkerOptions} WorkerOptions
 * @typedef {import("./worker/model-worker.js").WorkerSource} WorkerSource
 * @typedef {import("./worker/model.js").WorkerModel} WorkerModel
 * @typedef {import("./worker/model-types.js").WeightsOrigin} WeightsOrigin
 * @typedef {import("./worker/model-types.js").Warning} Warning
 * @typedef {import("./worker/model-types.js").Items} Items
 * @typedef {import("./worker/user.js").WorkerUser} WorkerUser
 * @typedef {import("./worker/pack.js").WorkerPack} WorkerPack
 * @typedef {import("./worker/sendable-source.js").CachedSource} CachedSource
 * @typedef {import("./worker/connection.js").CallOptions} CallOptions
 */

/**
 * Creates a worker for any number of models. It starts with the first model.
 *
 * @param {import("./worker/model-worker.js").WorkerOptions & { start?: () => Worker }} [options]
 *   start: creates the Worker, where the app has its script elsewhere: a module that imports
 *   "pocketrec/worker-thread"
 * @returns {ModelWorker}
 * @throws {PocketrecError} "bad-argument"; the first call of the worker throws "unsupported" where
 *   there are no workers, or their script cannot be found
 *
 * @example
 * const worker = createWorker({ onCrash: (error) => console.warn(error.message) });
 * const model = await worker.loadModel(books);
 * const user = await model.user({ history: ["The Ninth Moon", "Rust and Starlight"] });
 * const list = await model.rank(user, ["One Glove", "Cold Engines"]);
 * list[0].item; // => "Cold Engines"
 * worker.terminate();
 */
const createWorker = (options = {}) =>
  new ModelWorkerClass((own, signal) => {
    if (own) return webThread(own(), "the script of option start");
    if (typeof Worker === "undefined") throw noWorker();
    return webStart({ address: `worker-thread.js beside ${import.meta.url}`, start }, signal);
  }, options);

const noWorker = () =>
  new PocketrecError("unsupported", "worker", "a scope that can start a Worker", "none", {
    hint: "Use loadModel here: service workers, for example, have none.",
  });

/** In this form bundlers find the script. A classic script has no address that it could lie at. */
const start = () =>
  new Worker(new URL("./worker-thread.js", import.meta.url), {
    type: "module",
    name: "pocketrec",
  });
