// Bundles the npm package: each entry of js/ becomes one file, with source maps that point to js/.
// What browsers load is minified. What Node loads is not: for an error that is not caught Node
// prints the line of source that threw it, which must not be the whole file.
import { readFileSync, writeFileSync } from "node:fs";

import { build } from "esbuild";
import { minify } from "terser";

import { version } from "../dist/modules.js";
import { licences } from "./licences.js";

/** Entry to the imports that are not bundled into it. */
const ENTRIES = {
  index: [],
  "index.node": [],
  "index.workerd": ["*.wasm"],
  hnsw: ["./index.node.js", "usearch"], // shares index.node.js with the app
  engine: [],
  history: [],
  "history.node": [],
  cache: [],
  packs: [],
  privacy: [],
  worker: [],
  "worker.node": [],
  "worker-thread": ["./index.js"],
  "worker-thread.node": ["./index.node.js"],
};

const NODE_ENTRIES = [
  "hnsw",
  "engine",
  ...Object.keys(ENTRIES).filter((name) => name.endsWith(".node")),
];

/**
 * Cloudflare Workers import the module as a file. They must not compile bytes, so none are inlined.
 */
const NO_INLINED_MODULES = {
  name: "no-inlined-modules",
  setup(build) {
    build.onLoad({ filter: /dist.modules\.js$/ }, () => ({
      contents: `export const modules = {}, version = ${version};`,
    }));
  },
};

const SHARED = /** @type {const} */ ({
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
});

/** @type {string[]} the files that the entries were bundled from */
const inputs = [];
for (const [name, external] of Object.entries(ENTRIES)) {
  const isForNode = NODE_ENTRIES.includes(name);
  const { metafile } = await build({
    ...SHARED,
    minify: !isForNode,
    entryPoints: [`js/${name}.js`],
    outfile: `dist/${name}.js`,
    platform: isForNode ? "node" : "browser",
    mainFields: ["module", "main"],
    sourcemap: true,
    sourcesContent: false,
    external,
    plugins: name === "index.workerd" ? [NO_INLINED_MODULES] : [],
  });
  inputs.push(...Object.keys(metafile.inputs));
  if (!isForNode) await squeeze(name);
}
writeFileSync("dist/LICENSES.txt", licences(inputs));

/**
 * Minifies an entry again: after esbuild, terser saves 1 kB of the brotli download. Functions are
 * not merged, so that an app's bundler can still drop those that it does not use.
 * @param {string} name
 */
async function squeeze(name) {
  const file = `dist/${name}.js`;
  const { code = "", map } = await minify(readFileSync(file, "utf8"), {
    module: true,
    ecma: 2020,
    compress: { passes: 2, join_vars: false, inline: 1, reduce_funcs: false },
    sourceMap: { content: readFileSync(`${file}.map`, "utf8"), url: `${name}.js.map` },
  });
  writeFileSync(file, code);
  writeFileSync(`${file}.map`, String(map));
}
