// LiteRT.js is made for pages: in Node it gets what it needs of one, its scripts by file.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const FOLDER = new URL("../node_modules/@litertjs/core/wasm/", import.meta.url);

/** Calls `work` with the folder of its module, in a Node that looks like a worker's page. */
export async function inPageOfLitert(work) {
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
  try {
    return await work(fileURLToPath(FOLDER));
  } finally {
    // TensorFlow.js would take Node for a worker.
    delete globalThis.importScripts;
  }
}
