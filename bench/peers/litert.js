// LiteRT.js (TensorFlow Lite with XNNPACK in WebAssembly), one thread. It is made for pages: in
// Node it gets what it needs of one, its scripts and its module by file.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const FOLDER = new URL("../node_modules/@litertjs/core/wasm/", import.meta.url);

let started;

/** `{ load(bytes) }`: a model of `TfliteWriter` as `{ run(inputs), dispose }`. */
export function start() {
  started ??= startRuntime();
  return started;
}

async function startRuntime() {
  globalThis.self ??= globalThis;
  globalThis.require ??= createRequire(FOLDER);
  globalThis.__filename ??= fileURLToPath(new URL("script.js", FOLDER));
  globalThis.__dirname ??= fileURLToPath(FOLDER);
  const scripts = new Map();
  for (const name of ["litert_wasm_internal.js", "litert_wasm_compat_internal.js"])
    scripts.set(name, await readFile(new URL(name, FOLDER), "utf8"));
  globalThis.importScripts = (url) => {
    vm.runInThisContext(scripts.get(url.split("/").at(-1)));
    globalThis.ModuleFactory = vm.runInThisContext("ModuleFactory");
  };
  // Its log, which goes to the console.
  globalThis.Module = { print() {}, printErr() {} };
  const { loadLiteRt, loadAndCompile, Tensor } = await import("@litertjs/core");
  await quietly(() => loadLiteRt(fileURLToPath(FOLDER), { threads: false }));
  return { load: (bytes) => compile(loadAndCompile, Tensor, bytes) };
}

async function compile(loadAndCompile, Tensor, bytes) {
  const model = await loadAndCompile(bytes, { accelerator: "wasm" });
  return {
    /** @param {[Float32Array | Int32Array, number[]][]} inputs values and shapes */
    async run(inputs) {
      const tensors = inputs.map(([values, shape]) => new Tensor(values, shape));
      const [output] = await model.run(tensors);
      const values = (await output.data()).slice();
      for (const tensor of [...tensors, output]) tensor.delete();
      return values;
    },
    dispose: () => model.delete(),
  };
}

/** Without the warning that there is no WebGPU, which is not asked for. */
async function quietly(work) {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}
