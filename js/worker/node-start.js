import { Worker } from "node:worker_threads";

import { nodeThread } from "./node-thread.js";

/** In the thread: what its script needs of Node. */
const NODE = `{
  parentPort: require("node:worker_threads").parentPort,
  readFile: require("node:fs/promises").readFile,
}`;

/**
 * Starts a thread of Node. Its script is text: a file beside this one would be lost where a
 * server's bundler moves this one.
 *
 * @returns {Promise<import("./connection.js").Thread>}
 */
export async function nodeStart() {
  const { threadText } = await import("../../dist/thread-text.js");
  // The thread must not inherit the process's own arguments, such as a text to evaluate.
  const worker = new Worker(threadText(NODE), { eval: true, name: "pocketrec", execArgv: [] });
  return nodeThread(worker, "the package's own script");
}
