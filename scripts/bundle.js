// Writes the npm package's entries: js/ bundled and minified to one file each, with source maps that show js/ as it is.
import { build } from "esbuild";

for (const [name, external] of [["index", []], ["index.node", []], ["index.workerd", ["*.wasm", "../dist/modules.js"]]]) {
  await build({
    entryPoints: [`js/${name}.js`],
    outfile: `dist/${name}.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: name === "index.node" ? "node" : "browser",
    sourcemap: true,
    sourcesContent: false,
    external,
    legalComments: "none",
    logLevel: "warning",
  });
}
