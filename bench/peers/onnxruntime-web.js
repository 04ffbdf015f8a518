import { onnxruntimePeers } from "./onnxruntime.js";

export const peers = onnxruntimePeers("onnxruntime-web", "onnxruntime-web.js", async () => {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  return { ort, sessionOptions: { executionProviders: ["wasm"], graphOptimizationLevel: "all" } };
});
