import { onnxruntimePeers } from "./onnxruntime.js";

export async function start() {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  return { ort, sessionOptions: { executionProviders: ["wasm"], graphOptimizationLevel: "all" } };
}

export const peers = onnxruntimePeers("onnxruntime-web", "onnxruntime-web.js", start);
