// Bundles pocketrec-cli with its libraries and the core, so that the package has no dependencies.
// The reader of each file format is a chunk of its own, loaded when it is needed.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

import { licences } from "./licences.js";

const OUT = "cli/dist";

const { version } = JSON.parse(readFileSync("cli/package.json", "utf8"));
rmSync(OUT, { recursive: true, force: true });
const { metafile } = await build({
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
  minify: true,
  // libhdf5 runs in a thread, which can be terminated.
  entryPoints: { main: "cli/main.js", "hdf5-worker": "cli/convert/read/hdf5-worker.js" },
  outdir: OUT,
  splitting: true,
  platform: "node",
  // Libraries in CommonJS require Node's modules.
  banner: {
    js: `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);`,
  },
  define: { VERSION: JSON.stringify(version) },
});
chmodSync(`${OUT}/main.js`, 0o755);
writeFileSync(`${OUT}/LICENSES.txt`, licences(Object.keys(metafile.inputs)));
