/**
 * A Worker of the browser's.
 *
 * @param {Worker} worker
 * @returns {import("./link.js").Thread}
 */
export const threadOfWorker = (worker) => ({
  endpoint: worker,
  onEnd(listener) {
    // A script that cannot be fetched has no message.
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      listener(event.message || "a script that could not be started");
    });
    worker.addEventListener("messageerror", () => listener("a message that cannot be read"));
  },
  terminate: () => worker.terminate(),
});
