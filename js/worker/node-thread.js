import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/**
 * A thread of Node. The process does not wait for one that is idle.
 *
 * @param {import("node:worker_threads").Worker} worker
 * @returns {import("./connection.js").Thread}
 */
export function nodeThread(worker) {
  const endpoint = nodeEndpoint(worker);
  worker.unref();
  return {
    endpoint,
    onCrash(listener) {
      worker.on("error", (error) => listener(String(error)));
      worker.on("exit", (code) => listener(`an exit with code ${code}`));
    },
    terminate: () => void worker.terminate(),
    setBusy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
  };
}
