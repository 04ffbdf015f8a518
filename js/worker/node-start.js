import { Worker } from "node:worker_threads";

import { nodeThread } from "./node-thread.js";

/**
 * In the thread: what its script needs of Node. Where NODE_OPTIONS has --input-type=module, the
 * text is a module, which has no `require`.
 */
const NODE = `((load) => ({
  parentPort: load("node:worker_threads").parentPort,
  readFile: load("node:fs/promises").readFile,
}))(typeof require === "function" ? require : process.getBuiltinModule)`;

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
