// Writes the npm package's entries and its command line: js/ bundled and minified to one file each,
// with source maps that show js/ as it is.
import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

import { version } from "../dist/modules.js";

const ENTRIES = {
  index: [],
  "index.node": [],
  "index.workerd": ["*.wasm"],
  hnsw: ["usearch"],
  history: [],
  "history.node": [],
  cache: [],
  privacy: [],
  worker: [],
  "worker.node": [],
  "worker-thread": ["./index.js"],
  "worker-thread.node": ["./index.node.js"],
};

/**
 * Cloudflare's workers get the module as an import; bytes that they may not compile they need not
 * carry.
 */
const NOTHING_INLINED = {
  name: "nothing-inlined",
  setup(build) {
    build.onLoad({ filter: /dist.modules\.js$/ }, () => ({
      contents: `export const modules = {}, version = ${version};`,
    }));
  },
};

const OF_NODE = ["hnsw", ...Object.keys(ENTRIES).filter((name) => name.endsWith(".node"))];

const SHARED = /** @type {const} */ ({
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
});

/** @type {string[]} the files that the entries were bundled from */
const bundled = [];
for (const [name, external] of Object.entries(ENTRIES)) {
  const { metafile } = await build({
    ...SHARED,
    metafile: true,
    entryPoints: [`js/${name}.js`],
    outfile: `dist/${name}.js`,
    platform: OF_NODE.includes(name) ? "node" : "browser",
    mainFields: ["module", "main"],
    sourcemap: true,
    sourcesContent: false,
    external,
    plugins: name === "index.workerd" ? [NOTHING_INLINED] : [],
    legalComments: "none",
  });
  bundled.push(...Object.keys(metafile.inputs));
}
writeFileSync("dist/LICENSES.txt", licences(bundled));

// The command line, with the libraries that it needs inside: the package has no dependency that is
// installed with it. What reads one format is a file of its own, which is loaded when somebody has
// such a file.
rmSync("dist/cli", { recursive: true, force: true });
const { metafile } = await build({
  ...SHARED,
  metafile: true,
  // libhdf5 works in a thread of its own, which can be ended.
  entryPoints: { main: "js/cli/main.js", "hdf5-worker": "js/convert/read/hdf5-worker.js" },
  outdir: "dist/cli",
  splitting: true,
  platform: "node",
  // Some of the libraries are CommonJS, and ask for Node's own modules.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  define: { VERSION: JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).version) },
  legalComments: "none",
});
chmodSync("dist/cli/main.js", 0o755);
writeFileSync("dist/cli/LICENSES.txt", licences(Object.keys(metafile.inputs)));

/**
 * What the libraries inside say of their use.
 * @param {string[]} inputs the files that were bundled
 */
function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  return [...packages]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
      return `${name} ${version} (${license})\n\n${file ? readFileSync(`${folder}/${file}`, "utf8").trim() : ""}\n`;
    })
    .join(`\n${"-".repeat(72)}\n\n`);
}
