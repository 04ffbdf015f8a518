// Bundles the npm package: the entries of js/ become files of dist/ that share chunks, so that an
// app has each function once. dist/modules.js stays a file of its own: entries that load models
// import it, and the step `diversify` does at its first call. dist/thread-text.js has the whole
// script of a worker as text, which no app's bundler can lose.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";

import { transform } from "esbuild";
import { rolldown } from "rolldown";
import { minify } from "terser";

import { pure } from "./bundle/pure.js";
import { licences } from "./licences.js";

const ENTRIES = [
  ...["index", "index.node", "index.workerd", "hnsw", "engine", "history", "history.node"],
  ...["cache", "packs", "privacy", "worker", "worker.node"],
  ...["worker-thread", "worker-thread.node"],
];

/**
 * What entries share. A page without a bundler fetches few files, and none of another's work. The
 * patterns are for paths from the repository: a folder above it may have any name.
 */
const CHUNKS = [
  { name: "load", test: /^js\/model\/load-model\.js/ },
  {
    name: "common",
    test: /^js\/(common\/|file\/source\.js|model\/live-history)/,
    minShareCount: 2,
  },
  { name: "cached", test: /^js\/cache\//, minShareCount: 2 },
  { name: "stored", test: /^js\/history\/|\/tinyqueue\//, minShareCount: 2 },
  { name: "thread", test: /\/comlink\/|^js\/worker\/(?!service|root)/, minShareCount: 2 },
  { name: "served", test: /^js\/worker\//, minShareCount: 2 },
  { name: "core", test: /^(js\/\w+\/|dist\/version)/, minShareCount: 2 },
];

/**
 * The longest line of a file. For an error that is not caught Node prints the line of source that
 * threw it, which must not be the whole file.
 */
const LINE = 1000;

/** What lies beside the bundles, and stays a file. */
const beside = {
  name: "beside",
  resolveId(id) {
    const [, file] = id.match(/dist\/(modules\.js|thread-text\.js|pocketrec\.wasm)$/) ?? [];
    return file && { id: `./${file}`, external: true, moduleSideEffects: false };
  },
};

const input = Object.fromEntries(ENTRIES.map((name) => [name, `js/${name}.js`]));
const chunks = await bundle(input, {
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunk-[name].js",
  codeSplitting: { includeDependenciesRecursively: false, groups: CHUNKS.map(fromHere) },
});
const [thread] = await bundle("js/worker/thread-script.js", { format: "iife" });

for (const name of readdirSync("dist").filter((name) => /^chunk-|\.js\.map$/.test(name)))
  rmSync(`dist/${name}`);
for (const { fileName, code } of chunks)
  writeFileSync(`dist/${fileName}`, await squeeze(code, "esm"));
writeFileSync("dist/thread-text.js", await textModule(await squeeze(thread.code, "iife")));
writeFileSync("dist/LICENSES.txt", licences(chunks.flatMap(({ moduleIds }) => moduleIds)));

/** A group whose pattern is for a path from the repository. */
function fromHere({ test, ...group }) {
  const isOf = (id) => test.test(relative(".", id).replaceAll("\\", "/"));
  return { ...group, test: isOf };
}

/**
 * @param {string | Record<string, string>} input
 * @param {import("rolldown").OutputOptions} options
 * @returns {Promise<import("rolldown").OutputChunk[]>}
 */
async function bundle(input, options) {
  const bundle = await rolldown({
    input,
    platform: "neutral",
    resolve: { mainFields: ["module", "main"] },
    external: [/^node:/, "usearch"],
    plugins: [beside],
    treeshake: { moduleSideEffects: false },
    preserveEntrySignatures: "allow-extension",
  });
  const { output } = await bundle.generate(options);
  await bundle.close();
  return output.filter((file) => file.type === "chunk");
}

/**
 * A module that exports the text of a thread. The modules come from the file that the app has.
 * @param {string} script
 */
async function textModule(script) {
  const source = `import { modules } from "./modules.js";
const script = ${JSON.stringify(script)};
export const threadText = (node) =>
  "globalThis.pocketrec={modules:" + JSON.stringify(modules) + ",node:" + node + "};" + script;`;
  return (await transform(source, { minify: true, charset: "utf8" })).code;
}

/**
 * Minifies twice: after esbuild, terser saves 1 kB of the brotli download. Functions are not
 * merged, and values are marked as pure, so that an app's bundler can still drop those that it does
 * not use.
 * @param {string} text
 * @param {"esm" | "iife"} format
 */
async function squeeze(text, format) {
  const options = { minify: true, format, target: "es2022", legalComments: "none" };
  const once = await transform(text, options);
  const { code = "" } = await minify(once.code, {
    module: format === "esm",
    toplevel: true,
    ecma: 2020,
    compress: { passes: 2, join_vars: false, inline: 1, reduce_funcs: false },
    format: { max_line_len: LINE, preserve_annotations: true },
  });
  return pure(code);
}
