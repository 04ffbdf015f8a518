// What has to be downloaded: each wasm module, and everything that `import "pocketrec"` pulls in.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { markdownTable } from "markdown-table";
import { fail, readCommandLine, writeJson } from "./command-line.js";

const HELP = `
node size.js [--json FILE]

  Needs ./build.sh first. Bytes of each wasm module and of the package's import graph: raw, gzip 9, brotli 11.
`;

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENTRY = path.join(ROOT, "js/index.js");

const { options } = readCommandLine(HELP, {});
const rows = [...(await wasmModules()), ...(await importGraph())];
const table = rows.map(({ name, raw, gzip, brotli }) => [name, raw, gzip, brotli].map(String));
console.log(markdownTable([["bytes", "raw", "gzip", "brotli"], ...table], { align: ["l", "r", "r", "r"] }));
writeJson(options.json, { results: rows });

async function wasmModules() {
  const names = await readdir(path.join(ROOT, "dist")).catch(() => []);
  const shipped = names.filter((name) => name.endsWith(".wasm") && !name.startsWith("bench.")).sort();
  if (!shipped.length) fail("build first: ./build.sh");
  const files = await Promise.all(shipped.map((name) => readFile(path.join(ROOT, "dist", name))));
  return shipped.map((name, i) => measure(`dist/${name}`, [files[i]]));
}

/** The files as shipped, each compressed alone as a server would, and the same as one minified bundle. */
async function importGraph() {
  const bundle = { entryPoints: [ENTRY], absWorkingDir: ROOT, bundle: true, format: "esm", write: false };
  const shipped = await build({ ...bundle, metafile: true });
  const names = reachable(shipped.metafile.inputs, path.relative(ROOT, ENTRY));
  const files = await Promise.all(names.map((name) => readFile(path.join(ROOT, name))));
  const minified = await build({ ...bundle, minify: true });
  return [
    ...names.map((name, i) => measure(name, [files[i]])),
    measure(`import "pocketrec": ${names.length} files as shipped`, files),
    measure('import "pocketrec": minified bundle', [minified.outputFiles[0].contents]),
  ];
}

function reachable(inputs, entry, seen = new Set()) {
  if (seen.has(entry)) return [];
  seen.add(entry);
  for (const { path: imported, external } of inputs[entry].imports) {
    if (!external) reachable(inputs, imported, seen);
  }
  return [...seen];
}

function measure(name, files) {
  const total = (size) => files.reduce((sum, file) => sum + size(file), 0);
  const best = (file) => ({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: file.length,
    },
  });
  return {
    name,
    raw: total((file) => file.length),
    gzip: total((file) => gzipSync(file, { level: 9 }).length),
    brotli: total((file) => brotliCompressSync(file, best(file)).length),
  };
}
