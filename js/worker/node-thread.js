import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

import { argumentError } from "../common/arguments.js";

/**
 * A thread of Node. The process does not wait for one that is idle.
 *
 * @param {any} worker
 * @param {string} script what runs in it, for errors
 * @returns {import("./connection.js").Thread}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function nodeThread(worker, script) {
  const methods = ["postMessage", "on", "ref", "terminate"];
  if (!methods.every((name) => typeof worker?.[name] === "function"))
    throw argumentError("start", "a function that returns a Worker of node:worker_threads", worker);
  const endpoint = nodeEndpoint(worker);
  worker.unref();
  return {
    endpoint,
    script,
    onCrash(listener) {
      worker.on("error", (/** @type {unknown} */ error) => listener(String(error)));
      worker.on("exit", (/** @type {number} */ code) => listener(`an exit with code ${code}`));
    },
    terminate: () => void worker.terminate(),
    setBusy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
  };
}
