import { AUTOENCODER_STORE, planAutoencoder } from "./autoencoder/plan.js";
import { AutoencoderUserEncoder } from "./autoencoder/users.js";
import { CANDIDATES_STORE, planCandidates } from "./two-stage/candidates.js";
import { TwoStageUserEncoder } from "./two-stage/users.js";
import { countIds, readItemIndex } from "../file/item-ids.js";
import { familyOf } from "../file/metadata.js";
import { NCF_STORE, planNcf } from "./ncf/plan.js";
import { NcfUserEncoder } from "./ncf/users.js";
import { RANKER_STORE, planRanker } from "./two-stage/ranker.js";
import { RidgeUserEncoder } from "./autoencoder/ridge-users.js";

/**
 * What differs from family to family of models.
 *
 * @typedef {import("../model/engine.js").Engine} Engine
 * @typedef {import("./ncf/plan.js").NcfPlan | import("./autoencoder/plan.js").AutoencoderPlan
 *   | import("./two-stage/candidates.js").CandidatesPlan
 *   | import("./two-stage/ranker.js").RankerPlan} Plan
 */

/** Where their parts go. */
export const STORES = {
  ncf: NCF_STORE,
  autoencoder: AUTOENCODER_STORE,
  candidates: CANDIDATES_STORE,
  ranker: RANKER_STORE,
};

/**
 * What a file's tensors have to be, and its items.
 *
 * @param {Map<string, import("../file/safetensors.js").Tensor>} tensors
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @returns {{ plan: Plan, items: import("../file/item-ids.js").ItemIndex }}
 */
export function planOf(tensors, info) {
  const family = familyOf(info.kind);
  const ids = tensors.get("item_ids");
  if (family === "ncf" || family === "autoencoder") {
    const plan = family === "ncf" ? planNcf(tensors, info) : planAutoencoder(tensors, info);
    return { plan, items: readItemIndex(ids, plan.items) };
  }
  const known = ids ? countIds(ids) : 0;
  const plan =
    family === "candidates"
      ? planCandidates(tensors, info, known)
      : planRanker(tensors, info, known);
  return { plan, items: readItemIndex(ids, plan.items) };
}

/**
 * @param {Engine} engine
 * @param {Plan} plan
 * @param {Map<string, import("../file/safetensors.js").Tensor>} tensors
 */
export function userEncoderOf(engine, plan, tensors) {
  if ("gmf" in plan) return new NcfUserEncoder(engine, plan, tensors);
  if ("features" in plan) return new TwoStageUserEncoder(engine, plan);
  return engine.info.kind === "autorec-item"
    ? new RidgeUserEncoder(engine, plan)
    : new AutoencoderUserEncoder(engine, plan, tensors);
}

/**
 * Numbers of an item as a vector.
 * @param {Plan} plan
 */
export function vectorWidth(plan) {
  if ("code" in plan) return plan.code;
  if ("gmf" in plan) return plan.gmf || plan.hidden;
  return "hidden" in plan ? plan.hidden : plan.width;
}
