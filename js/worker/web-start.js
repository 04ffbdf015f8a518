import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { READY } from "./ready.js";
import { webThread } from "./web-thread.js";

/**
 * @typedef {object} ScriptFile the thread's script as a file, for pages that may not start text
 * @property {string} address for errors
 * @property {() => Worker} start throws where it has no address
 */

/**
 * Starts a thread of the browser: its script as text in a Blob, and where that is blocked, as a
 * file. The text comes first because no bundler can lose it: a lost file costs a request that
 * fails, and many hosts answer it with a page. It also starts sooner, since nothing is fetched
 * (docs/worker.md). A page whose policy forbids blob: reports one violation at each start.
 *
 * @param {ScriptFile} file
 * @param {AbortSignal} signal ends a start that takes too long
 * @returns {Promise<import("./connection.js").Thread>}
 * @throws {PocketrecError} "worker-crashed": the script ended as it started; "aborted"
 */
export async function webStart(file, signal) {
  const worker = isExtension() ? undefined : await startText(signal);
  if (worker) return webThread(worker, "the package's own script");
  throwIfAborted(signal, "worker");
  const hint =
    "Allow blob: in worker-src (and the policy pocketrec, if the page requires Trusted Types), " +
    "or pass createWorker the option start.";
  return webThread(startFile(file, hint), file.address, hint);
}

/** Extensions may never start text; the file is part of them. */
const isExtension = () => /-extension:$/.test(globalThis.location?.protocol ?? "");

/**
 * @param {ScriptFile} file
 * @param {string} hint
 */
function startFile({ address, start }, hint) {
  try {
    return start();
  } catch (cause) {
    const found = `${String(cause)}, of ${address}`;
    throw new PocketrecError("unsupported", "worker", "a script that may run", found, {
      hint,
      cause,
    });
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Worker | undefined>} undefined where text may not be started
 * @throws {PocketrecError} "worker-crashed", "aborted"
 */
async function startText(signal) {
  let url;
  try {
    const { threadText } = await import("../../dist/thread-text.js");
    throwIfAborted(signal, "worker");
    url = URL.createObjectURL(new Blob([threadText("undefined")], { type: "text/javascript" }));
    const worker = new Worker(trusted(url), { name: "pocketrec" });
    if (await isRunning(worker, signal)) return worker;
    worker.terminate();
  } catch (error) {
    if (error instanceof PocketrecError) throw error;
  } finally {
    if (url) URL.revokeObjectURL(url);
  }
  return undefined;
}

/**
 * Whether a worker runs. Where the policy blocks it there is an exception, or an error without a
 * message; an error of the script itself has one.
 *
 * @param {Worker} worker
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 * @throws {PocketrecError} "worker-crashed"
 */
function isRunning(worker, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(false));
    worker.addEventListener("message", ({ data }) => data === READY && resolve(true));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (!event.message) resolve(false);
      else reject(new PocketrecError("worker-crashed", "worker", "to start", event.message));
    });
  });
}

/** @type {{ createScriptURL: (url: string) => any } | undefined} */
let policy;

/**
 * An address that a page with Trusted Types may start, where its policy allows "pocketrec".
 *
 * @param {string} url
 * @returns {string}
 */
function trusted(url) {
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  try {
    policy ??= factory?.createPolicy("pocketrec", {
      createScriptURL: (/** @type {string} */ own) => own,
    });
  } catch {
    // The page allows no such policy: its default policy may take the address.
  }
  return policy?.createScriptURL(url) ?? url;
}
