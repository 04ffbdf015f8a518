import { ANY_ACTIVATION } from "../activations.js";
import { openCandidatesPack, placeCandidates, planCandidates } from "./candidates.js";
import { openRankerPack, placeRanker, planRanker } from "./ranker.js";
import { TwoStageUserEncoder } from "./users.js";

/**
 * The first stage (Covington et al., RecSys 2016): a tower over user features gives a vector, and
 * items score by inner products with it.
 *
 * @type {import("../family.js").Family<"candidates">}
 */
export const candidates = {
  kinds: {
    candidates: {
      activation: "relu",
      activations: ANY_ACTIVATION,
      hasActivations: true,
      output: "identity",
      outputs: ["identity", "softmax"],
      featureSides: ["user"],
      canNormalize: true,
    },
  },
  core: "candidates",
  scoring: "dot",
  scorer: ({ wasm, address }) => wasm.pr_candidates_dot(address) >>> 0,
  hasScan: true,
  scoresMany: true,
  vectorPadding: 1,
  plan: planCandidates,
  place: placeCandidates,
  userEncoder: (engine, plan) => new TwoStageUserEncoder(engine, plan, "pr_candidates_encode"),
  openPack: openCandidatesPack,
  itemTensors: ["item.embedding"],
  canOmitItems: true,
};

/**
 * The second stage: a tower over features of the user and of the item, which gives the expected
 * watch time. What depends on one side alone is computed once.
 *
 * @type {import("../family.js").Family<"ranker">}
 */
export const ranker = {
  kinds: {
    ranker: {
      activation: "relu",
      activations: ANY_ACTIVATION,
      output: "exp",
      outputs: ["exp", "sigmoid", "identity"],
      featureSides: ["user", "item"],
    },
  },
  core: "ranker",
  scoring: "ncf",
  hasEstimates: true,
  plan: planRanker,
  place: placeRanker,
  scorer: ({ wasm, address }) => wasm.pr_ranker_tower(address) >>> 0,
  userEncoder: (engine, plan) => new TwoStageUserEncoder(engine, plan, "pr_ranker_encode"),
  openPack: openRankerPack,
  itemTensors: ["item.hidden"],
  canOmitItems: true,
};
