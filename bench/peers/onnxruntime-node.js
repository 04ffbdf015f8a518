import { onnxruntimePeers } from "./onnxruntime.js";

export const peers = onnxruntimePeers("onnxruntime-node", "onnxruntime-node.js", async () => {
  const { default: ort } = await import("onnxruntime-node");
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  return { ort, sessionOptions: { executionProviders: ["cpu"], graphOptimizationLevel: "all", ...threads } };
});
