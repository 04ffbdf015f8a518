/**
 * A worker of the browser.
 *
 * @param {Worker} worker
 * @returns {import("./connection.js").Thread}
 */
export const webThread = (worker) => ({
  endpoint: worker,
  onCrash(listener) {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      // A script that cannot be fetched has no message.
      listener(event.message || "a script that cannot be loaded");
    });
    worker.addEventListener("messageerror", () => listener("a message that cannot be read"));
  },
  terminate: () => worker.terminate(),
});
