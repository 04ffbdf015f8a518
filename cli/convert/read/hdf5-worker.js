/**
 * The thread in which libhdf5 runs. A damaged file may make it loop; then the thread is terminated.
 */
import { parentPort } from "node:worker_threads";

import { PocketrecError } from "../../../js/common/errors.js";
import { broken, datasetBytesMax, walkHdf5 } from "./hdf5-walk.js";

const PAGE = 65536;
/** Memory of the library itself, with its caches. */
const START_MAX = 2 ** 26;
const { grow } = WebAssembly.Memory.prototype;

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const library = await loadLibrary();
port.postMessage({ ready: true });
port.on("message", answer);

/** @returns {Promise<import("./hdf5-walk.js").Library>} */
async function loadLibrary() {
  const { ready } = await import("h5wasm");
  const loaded = /** @type {import("./hdf5-walk.js").Library} */ (
    /** @type {unknown} */ (await ready)
  );
  // The library would print its errors; this package throws its own.
  loaded.FS.close(loaded.FS.getStream(2));
  loaded.FS.open("/dev/null", "w");
  return loaded;
}

/**
 * Limits the memory of this thread: the size of uncompressed data is not known in advance.
 * @param {number} bytesMax
 */
function limitMemory(bytesMax) {
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * PAGE > bytesMax)
      throw new RangeError("The file takes too much memory.");
    return grow.call(this, pages);
  };
}

/** @param {Uint8Array} bytes */
function answer(bytes) {
  limitMemory(START_MAX + 2 * datasetBytesMax(bytes.length));
  try {
    const file = walkHdf5(library, bytes);
    port.postMessage(
      { file },
      [...file.datasets.values()].map(({ values }) => /** @type {ArrayBuffer} */ (values.buffer)),
    );
  } catch (error) {
    const known = error instanceof PocketrecError;
    const { code, subject, expected, found, hint } = known ? error : broken("file");
    port.postMessage({ error: [code, subject, expected, found, { hint }], isIntact: known });
  }
}
