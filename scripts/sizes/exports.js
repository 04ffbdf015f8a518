// What each export of the package costs an app that imports it alone, as esbuild bundles it.
import { brotliCompressSync } from "node:zlib";

import { build } from "esbuild";

/** Entries for pages: their files in dist/. */
export const ENTRIES = {
  pocketrec: "index",
  "pocketrec/history": "history",
  "pocketrec/cache": "cache",
  "pocketrec/packs": "packs",
  "pocketrec/privacy": "privacy",
  "pocketrec/worker": "worker",
};

const OPTIONS = /** @type {const} */ ({
  ...{ format: "esm", minify: true, write: false, metafile: true },
  ...{ outdir: "out", entryNames: "entry", logLevel: "error" },
});

/**
 * The names that an entry exports.
 * @param {string} file in dist/, without .js
 */
export async function exportsOf(file) {
  const { metafile } = await build({ ...OPTIONS, entryPoints: [`dist/${file}.js`] });
  return Object.values(metafile.outputs)[0].exports;
}

/**
 * The brotli bytes of a bundle of some exports.
 *
 * @param {string} file in dist/, without .js
 * @param {string[]} names
 * @returns {Promise<{ once: number, later: number, text: string }>} once: with what is imported
 *   statically; later: what a call imports; text: of what comes at once
 */
export async function bundleOf(file, names) {
  const contents = `export { ${names.join(", ")} } from "./dist/${file}.js"`;
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    stdin: { contents, resolveDir: "." },
    bundle: true,
    splitting: true,
  });
  const { outputs } = metafile;
  const paths = Object.keys(outputs);
  const isEntry = (path) => outputs[path].entryPoint === "<stdin>";
  const once = reachedFrom(paths.find(isEntry), outputs, ["import-statement"]);
  const ever = reachedFrom(paths.find(isEntry), outputs, ["import-statement", "dynamic-import"]);
  const sizes = { once: 0, later: 0, text: "" };
  for (const path of ever) {
    const { contents: bytes, text } = outputFiles[paths.indexOf(path)];
    sizes[once.has(path) ? "once" : "later"] += brotliCompressSync(bytes).length;
    if (once.has(path)) sizes.text += text;
  }
  return sizes;
}

/** A file of a bundle, and those that it imports in these ways. */
function reachedFrom(path, outputs, kinds, reached = new Set()) {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const { kind, path: next } of outputs[path].imports)
    if (kinds.includes(kind)) reachedFrom(next, outputs, kinds, reached);
  return reached;
}
