// LiteRT.js (TensorFlow Lite with XNNPACK in WebAssembly), one thread.
import { inPageOfLitert } from "#platform";

let started;

/** `{ load(bytes) }`: a model of `TfliteWriter` as `{ run(inputs), dispose }`. */
export function start() {
  started ??= startRuntime();
  return started;
}

async function startRuntime() {
  // Its log, which goes to the console.
  globalThis.Module = { print() {}, printErr() {} };
  const { loadLiteRt, loadAndCompile, Tensor } = await import("@litertjs/core");
  await quietly(() => inPageOfLitert((folder) => loadLiteRt(folder, { threads: false })));
  return { load: (bytes) => compile(loadAndCompile, Tensor, bytes) };
}

async function compile(loadAndCompile, Tensor, bytes) {
  const model = await loadAndCompile(bytes, { accelerator: "wasm" });
  /** @param {[Float32Array | Int32Array, number[]][]} inputs values and shapes */
  const runAll = async (inputs) => {
    const tensors = inputs.map(([values, shape]) => new Tensor(values, shape));
    const outputs = await model.run(tensors);
    const results = [];
    for (const output of outputs) results.push((await output.data()).slice());
    for (const tensor of [...tensors, ...outputs]) tensor.delete();
    return results;
  };
  return {
    runAll,
    run: async (inputs) => (await runAll(inputs))[0],
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
