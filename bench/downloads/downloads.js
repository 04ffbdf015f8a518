// What a page fetches to run a model with each runtime: its scripts, bundled and minified as an app
// would, and its WebAssembly module, both compressed by brotli. Weights are not counted: they are
// about the same for all.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { build } from "esbuild";
import { markdownTable } from "markdown-table";
import { readCommandLine, writeJson } from "../lib/command-line.js";

const HELP = `
node downloads/downloads.js [--json FILE]

  Needs ./build.sh. Compression takes a minute.
  --json FILE   writes the bytes
`;

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const compress = promisify(brotliCompress);

/**
 * script: what an app imports for NeuMF. files: what the runtime fetches beside it.
 *
 * @type {Record<string, { script: string, files: string[] }>}
 */
const RUNTIMES = {
  pocketrec: { script: `export { loadModel } from "../dist/index.js"`, files: [] },
  "TensorFlow.js, wasm": {
    script: `
      export { concat, fused, gather, mul, setBackend, sigmoid, tensor, tidy, tile }
        from "@tensorflow/tfjs-core";
      export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm"`,
    files: ["@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"],
  },
  "LiteRT.js": {
    script: `export { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core"`,
    files: [
      "@litertjs/core/wasm/litert_wasm_internal.js",
      "@litertjs/core/wasm/litert_wasm_internal.wasm",
    ],
  },
  "onnxruntime-web": {
    script: `export { env, InferenceSession, Tensor } from "onnxruntime-web/wasm"`,
    files: ["onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"],
  },
};

const { options } = readCommandLine(HELP, {});
const results = [];
for (const [name, runtime] of Object.entries(RUNTIMES)) results.push(await measure(name, runtime));
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const body = results.map(({ name, raw, brotli }) => [name, kilobytes(raw), kilobytes(brotli)]);
const align = ["l", "r", "r"];
console.log(markdownTable([["kB", "raw", "brotli"], ...body], { align }));
writeJson(options.json, { results });

async function measure(name, { script, files }) {
  const parts = [await bundleOf(script)];
  for (const file of files) parts.push(await readFile(`${FOLDER}node_modules/${file}`));
  const sizes = await Promise.all(parts.map(compressed));
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return { name, raw: sum(parts.map(({ length }) => length)), brotli: sum(sizes) };
}

async function bundleOf(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: FOLDER },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].contents;
}

async function compressed(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return (await compress(bytes, { params })).length;
}
