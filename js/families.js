import { AUTOENCODER_STORE, planAutoencoder } from "./autoencoder.js";
import { AutoencoderPeople } from "./autoencoder-people.js";
import { CANDIDATES_STORE, planCandidates } from "./candidates.js";
import { FeaturePeople } from "./feature-people.js";
import { countIds, readItems } from "./items.js";
import { familyOf } from "./metadata.js";
import { NCF_STORE, planNcf } from "./ncf.js";
import { NcfPeople } from "./ncf-people.js";
import { RANKER_STORE, planRanker } from "./ranker.js";
import { RidgePeople } from "./ridge-people.js";

/**
 * What differs from family to family of models.
 *
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./ncf.js").NcfPlan | import("./autoencoder.js").AutoencoderPlan | import("./candidates.js").CandidatesPlan
 *   | import("./ranker.js").RankerPlan} Plan
 */

/** Where their parts go. */
export const STORES = { ncf: NCF_STORE, autoencoder: AUTOENCODER_STORE, candidates: CANDIDATES_STORE, ranker: RANKER_STORE };

/**
 * What a file's tensors have to be, and its items.
 *
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 * @param {Readonly<import("./metadata.js").Info>} info
 * @returns {{ plan: Plan, items: import("./items.js").Items }}
 */
export function planOf(tensors, info) {
  const family = familyOf(info.kind), ids = tensors.get("item_ids");
  if (family === "ncf" || family === "autoencoder") {
    const plan = family === "ncf" ? planNcf(tensors, info) : planAutoencoder(tensors, info);
    return { plan, items: readItems(ids, plan.items) };
  }
  const known = ids ? countIds(ids) : 0, plan = family === "candidates" ? planCandidates(tensors, info, known) : planRanker(tensors, info, known);
  return { plan, items: readItems(ids, plan.items) };
}

/**
 * @param {Engine} engine
 * @param {Plan} plan
 * @param {Map<string, import("./safetensors.js").Tensor>} tensors
 */
export function peopleOf(engine, plan, tensors) {
  if ("gmf" in plan) return new NcfPeople(engine, plan, tensors);
  if ("features" in plan) return new FeaturePeople(engine, plan);
  return engine.info.kind === "autorec-item" ? new RidgePeople(engine, plan) : new AutoencoderPeople(engine, plan, tensors);
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
