import { onnxruntimePeers } from "./onnxruntime.js";

export async function start() {
  const { default: ort } = await import("onnxruntime-node");
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  return {
    ort,
    sessionOptions: { executionProviders: ["cpu"], graphOptimizationLevel: "all", ...threads },
  };
}

export const peers = onnxruntimePeers("onnxruntime-node", "onnxruntime-node.js", start).map(
  (peer) => ({ ...peer, needsNode: true }),
);
