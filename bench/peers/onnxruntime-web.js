import { assetsOf } from "#platform";
import { onnxruntimePeers } from "./onnxruntime.js";

export async function start() {
  const ort = await import("#onnxruntime-web");
  ort.env.wasm.wasmPaths = assetsOf("onnxruntime-web/dist");
  ort.env.wasm.numThreads = 1;
  return { ort, sessionOptions: { executionProviders: ["wasm"], graphOptimizationLevel: "all" } };
}

export const peers = onnxruntimePeers("onnxruntime-web", "onnxruntime-web.js", start);
