import { argumentError } from "../common/arguments.js";

/**
 * A worker of the browser.
 *
 * @param {any} worker
 * @param {string} script what runs in it, for errors
 * @param {string} [hint] what to do where the script cannot be loaded
 * @returns {import("./connection.js").Thread}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function webThread(worker, script, hint) {
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
        if (event.message) listener(event.message);
        else listener(`a script that cannot be loaded: ${script}`, hint);
      });
      worker.addEventListener("messageerror", () => listener("a message that cannot be read"));
    },
    terminate: () => worker.terminate(),
  };
}
