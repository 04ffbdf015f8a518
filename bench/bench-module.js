// The module that only the benchmark has: the kernels beside what the machine can do at all
// (kernel.c).
import { readFile } from "node:fs/promises";
import { fail } from "./command-line.js";

/** What `dist/bench.wasm` or `dist/bench.relaxed.wasm` exports. */
export async function benchModule(file = "../dist/bench.wasm") {
  const bytes = await readFile(new URL(file, import.meta.url)).catch(() =>
    fail("build first: ./build.sh bench"),
  );
  const { instance } = await WebAssembly.instantiate(bytes, {});
  instance.exports._initialize?.();
  return instance.exports;
}

/**
 * A row of a peer table: so many bytes read once, and nothing done with them. What no scan of them
 * can be faster than.
 */
export async function reading(name, bytes) {
  const { pr_bench_read: read } = await benchModule();
  // The loop takes 32 floats a step.
  const floats = Math.floor(bytes / 128) * 32;
  return { name, isRight: true, call: () => read(floats) };
}
