import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { PocketrecError } from "../../../js/common/errors.js";

/**
 * @typedef {import("./hdf5-walk.js").Hdf5} Hdf5
 * @typedef {{ ready?: true, file?: Hdf5, error?: ConstructorParameters<typeof PocketrecError>,
 *   isIntact?: boolean }} Message
 */

const MEGABYTE = 2 ** 20;
const START_MILLISECONDS = 60_000;

/** @type {Worker | undefined} the thread of the last read, if it can be reused */
let idle;
/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Reads the datasets and the attributes of an untrusted HDF5 file, one file at a time.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Hdf5>}
 */
export function readHdf5(bytes) {
  const reading = last.then(() => readInThread(bytes));
  last = reading.catch(() => {});
  return reading;
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Hdf5>}
 */
async function readInThread(bytes) {
  const worker = idle ?? (await start());
  idle = undefined;
  worker.ref();
  const copy = Uint8Array.from(bytes);
  worker.postMessage(copy, [copy.buffer]);
  const { file, error, isIntact } = await next(worker, 2000 + (1000 * bytes.length) / MEGABYTE);
  // After a crash the library's state is undefined; after a large file it keeps its memory.
  if (isIntact === false || bytes.length > MEGABYTE) await worker.terminate();
  else idle = worker;
  worker.unref();
  if (error) throw new PocketrecError(...error);
  return /** @type {Hdf5} */ (file);
}

async function start() {
  const worker = new Worker(new URL("./hdf5-worker.js", import.meta.url));
  await next(worker, START_MILLISECONDS);
  return worker;
}

/**
 * The next message of the thread. A thread that is late is terminated.
 *
 * @param {Worker} worker
 * @param {number} milliseconds
 * @returns {Promise<Message>}
 */
async function next(worker, milliseconds) {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), milliseconds);
  try {
    const [message] = await once(worker, "message", { signal: timeout.signal });
    return message;
  } catch (cause) {
    await worker.terminate();
    throw new PocketrecError(
      "bad-header",
      "file",
      "an HDF5 file that libhdf5 can read",
      "one that it does not finish",
      {
        cause,
        hint: "The file is damaged.",
      },
    );
  } finally {
    clearTimeout(timer);
  }
}
