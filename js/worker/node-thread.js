import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/**
 * A thread of Node's. The process does not wait for one that has nothing to do.
 *
 * @param {import("node:worker_threads").Worker} worker
 * @returns {import("./link.js").Thread}
 */
export function threadOfNode(worker) {
  const endpoint = nodeEndpoint(worker);
  worker.unref();
  return {
    endpoint,
    onEnd(listener) {
      worker.on("error", (error) => listener(String(error)));
      worker.on("exit", (code) => listener(`an end with code ${code}`));
    },
    terminate: () => void worker.terminate(),
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
  };
}
