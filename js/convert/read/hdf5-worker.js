/**
 * The thread in which libhdf5 runs: it may never come back from a damaged file, and then the thread
 * is ended.
 */
import { parentPort } from "node:worker_threads";

import { PocketrecError } from "../../common/errors.js";
import { broken, mostBytes, walkHdf5 } from "./hdf5-walk.js";

const PAGE = 65536;
/** What the library takes by itself, with room for its caches. */
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
  // The library tells its errors on its standard error; this package tells them itself.
  loaded.FS.close(loaded.FS.getStream(2));
  loaded.FS.open("/dev/null", "w");
  return loaded;
}

/**
 * What a file is uncompressed to is known only when it is there: the memory of this thread may grow
 * so far, and no further.
 * @param {number} most bytes
 */
function limitMemory(most) {
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * PAGE > most)
      throw new RangeError("The file takes too much memory.");
    return grow.call(this, pages);
  };
}

/** @param {Uint8Array} bytes */
function answer(bytes) {
  limitMemory(START_MAX + 2 * mostBytes(bytes.length));
  try {
    const file = walkHdf5(library, bytes);
    port.postMessage(
      { file },
      [...file.datasets.values()].map(({ values }) => /** @type {ArrayBuffer} */ (values.buffer)),
    );
  } catch (error) {
    const known = error instanceof PocketrecError;
    const { code, subject, expected, found, hint } = known ? error : broken("file");
    port.postMessage({ error: [code, subject, expected, found, { hint }], isWell: known });
  }
}
