import { MONOTONIC } from "../activations.js";
import { placeParts } from "../../runtime/place-tensors.js";
import { openNcfPack } from "./pack.js";
import { NCF_STORE, planNcf } from "./plan.js";
import { NcfUserEncoder } from "./users.js";

const RULES = {
  activation: "relu",
  activations: MONOTONIC,
  output: "sigmoid",
  outputs: ["sigmoid", "identity"],
  ratingOutput: "identity",
};
const TOWER = { ...RULES, hasActivations: true };

/**
 * GMF, MLP and NeuMF (He et al., Neural Collaborative Filtering, WWW 2017).
 * @type {import("../family.js").Family<"gmf" | "mlp" | "neumf">}
 */
export const ncf = {
  kinds: { gmf: RULES, mlp: TOWER, neumf: TOWER },
  core: "ncf",
  hasEstimates: true,
  plan: planNcf,
  place: (engine, plan, tensors) => placeParts(engine, NCF_STORE, plan.parts, tensors),
  userEncoder: (engine, plan, tensors) => new NcfUserEncoder(engine, plan, tensors),
  openPack: openNcfPack,
  itemTensors: ["gmf.item", "mlp.item", "mlp.item_hidden", "item.bias"],
};
