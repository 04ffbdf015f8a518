// What Node and a page do differently; platform.browser.js is the page's. "imports" of
// package.json chooses between them.
import { readFile as readBytes } from "node:fs/promises";

export { enableRelaxedSimd as hasRelaxedSimd } from "../../tests/lib/relaxed-simd.js";

const ROOT = new URL("../../", import.meta.url);

export const isPage = false;

/** The package's entry, as it is built in this checkout. */
export const ENTRY = new URL("dist/index.node.js", ROOT).href;

/**
 * @param {string} path from the root of the repository
 * @returns {Promise<Uint8Array>}
 */
export const readFile = (path) => readBytes(new URL(path, ROOT));

/** Where a page finds the files of a runtime; in Node a runtime finds them itself. */
export const assetsOf = () => undefined;

/** As ../peers/litert-in-node.js, which other peers do not load: a cold start is timed. */
export const inPageOfLitert = async (work) =>
  (await import("../peers/litert-in-node.js")).inPageOfLitert(work);
