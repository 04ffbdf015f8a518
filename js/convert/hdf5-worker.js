/**
 * The thread in which libhdf5 runs: it may never come back from a damaged file, and then the thread is ended.
 */
import { parentPort } from "node:worker_threads";

import { PocketrecError } from "../errors.js";
import { broken, walkHdf5 } from "./hdf5-walk.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const library = await loadLibrary();
port.postMessage({ ready: true });
port.on("message", answer);

/** @returns {Promise<import("./hdf5-walk.js").Library>} */
async function loadLibrary() {
  const { ready } = await import("h5wasm");
  const loaded = /** @type {import("./hdf5-walk.js").Library} */ (/** @type {unknown} */ (await ready));
  // The library tells its errors on its standard error; this package tells them itself.
  loaded.FS.close(loaded.FS.getStream(2));
  loaded.FS.open("/dev/null", "w");
  return loaded;
}

/** @param {Uint8Array} bytes */
function answer(bytes) {
  try {
    const file = walkHdf5(library, bytes);
    port.postMessage({ file }, [...file.datasets.values()].map(({ values }) => /** @type {ArrayBuffer} */ (values.buffer)));
  } catch (error) {
    const known = error instanceof PocketrecError;
    const { code, subject, expected, found, hint } = known ? error : broken("file");
    port.postMessage({ error: [code, subject, expected, found, { hint }], isWell: known });
  }
}
