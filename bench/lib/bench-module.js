// The module of bench/kernel.c: the package's kernels, and loops that measure the machine.
import { readFile } from "#platform";

/** Exports of `dist/bench.wasm` or `dist/bench.relaxed.wasm`. */
export async function benchModule(file = "bench.wasm") {
  const bytes = await readFile(`dist/${file}`).catch((error) => {
    throw new Error("not built: run ./build.sh bench", { cause: error });
  });
  const { instance } = await WebAssembly.instantiate(bytes, {});
  instance.exports._initialize?.();
  return instance.exports;
}

/** A row of a peer table that only reads so many bytes: a bound for every scan of them. */
export async function reading(name, bytes) {
  const { pr_bench_read: read } = await benchModule();
  // The loop reads 32 floats per iteration.
  const floats = Math.floor(bytes / 128) * 32;
  return { name, isRight: true, call: () => read(floats) };
}
