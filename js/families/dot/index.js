import { openDotPack } from "./pack.js";
import { placeDot, planDot } from "./plan.js";
import { DotUserEncoder } from "./users.js";

/**
 * A user's vector times an item's vector, with biases: matrix factorisations (BPR, ALS, SVD),
 * LightGCN, id two-towers. A new user is fitted by the loss that the model was trained with.
 *
 * @type {import("../family.js").Family<"dot">}
 */
export const dot = {
  kinds: {
    dot: {
      activation: "identity",
      activations: ["identity"],
      output: "identity",
      outputs: ["identity", "sigmoid"],
      losses: ["confidence", "squared", "bpr", "log"],
    },
  },
  core: "dot",
  hasScan: true,
  scoresMany: true,
  vectorPadding: 1,
  plan: planDot,
  place: placeDot,
  userEncoder: (engine, plan, tensors) => new DotUserEncoder(engine, plan, tensors),
  openPack: openDotPack,
  itemTensors: ["item.vector", "item.bias"],
};
