import { argumentError } from "../common/arguments.js";

/**
 * A worker of the browser.
 *
 * @param {any} worker
 * @param {string} script what runs in it, for errors
 * @returns {import("./connection.js").Thread}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function webThread(worker, script) {
  const methods = ["postMessage", "addEventListener", "terminate"];
  if (!methods.every((name) => typeof worker?.[name] === "function"))
    throw argumentError("start", "a function that returns a Worker", worker);
  return {
    endpoint: worker,
    script,
    onCrash(listener) {
      worker.addEventListener("error", (/** @type {ErrorEvent} */ event) => {
        event.preventDefault();
        // A script that cannot be fetched has no message.
        listener(event.message || `a script that cannot be loaded: ${script}`);
      });
      worker.addEventListener("messageerror", () => listener("a message that cannot be read"));
    },
    terminate: () => worker.terminate(),
  };
}
