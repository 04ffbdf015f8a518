// What Node and a page do differently; this is the page's half, served by browser/run.js.
const ROOT = `${location.origin}/`;

export const isPage = true;

/** The package's entry, as it is built in this checkout. */
export const ENTRY = `${ROOT}dist/index.js`;

/**
 * @param {string} path from the root of the repository
 * @returns {Promise<Uint8Array>}
 */
export async function readFile(path) {
  const response = await fetch(ROOT + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export const hasRelaxedSimd = async () =>
  WebAssembly.validate(await readFile("dist/pocketrec.relaxed.wasm"));

/** Where a page finds the files of a runtime: a folder of its package. */
export const assetsOf = (folder) => `${ROOT}bench/node_modules/${folder}/`;

/** Calls `work` with the folder of LiteRT.js's module. */
export const inPageOfLitert = (work) => work(assetsOf("@litertjs/core/wasm"));
