// Writes the npm package's entries: js/ bundled and minified to one file each, with source maps that show js/ as it is.
import { build } from "esbuild";

const ENTRIES = {
  index: [],
  "index.node": [],
  "index.workerd": ["*.wasm", "../dist/modules.js"],
  hnsw: ["./index.node.js", "usearch"], // beside index.node.js, not with a second one inside
};

for (const [name, external] of Object.entries(ENTRIES)) {
  await build({
    entryPoints: [`js/${name}.js`],
    outfile: `dist/${name}.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: ["index.node", "hnsw"].includes(name) ? "node" : "browser",
    sourcemap: true,
    sourcesContent: false,
    external,
    legalComments: "none",
    logLevel: "warning",
  });
}
