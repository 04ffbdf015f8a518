import { assetsOf } from "#platform";
import { onnxruntimePeers } from "./onnxruntime.js";

export async function start() {
  const ort = await import("#onnxruntime-web");
  const folder = assetsOf("onnxruntime-web/dist");
  if (folder) ort.env.wasm.wasmPaths = { wasm: `${folder}ort-wasm-simd-threaded.wasm` };
  ort.env.wasm.numThreads = 1;
  return { ort, sessionOptions: { executionProviders: ["wasm"], graphOptimizationLevel: "all" } };
}

export const peers = onnxruntimePeers("onnxruntime-web", "onnxruntime-web.js", start);
