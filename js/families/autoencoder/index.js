import { ANY_ACTIVATION, MONOTONIC } from "../activations.js";
import { placeParts } from "../../runtime/place-tensors.js";
import { AUTOENCODER_STORE, planCodes, planLayers } from "./plan.js";
import { RidgeUserEncoder } from "./ridge-users.js";
import { AutoencoderUserEncoder } from "./users.js";

/** @type {import("../../file/metadata.js").KindRules} */
const ITEMS = {
  activation: "sigmoid",
  activations: ANY_ACTIVATION,
  hasActivations: true,
  output: "sigmoid",
  outputs: [...MONOTONIC, "softmax"],
  input: { values: "binary", normalize: "none" },
};
/** @type {import("../../file/metadata.js").KindRules} */
const LAYERS = { ...ITEMS, hasEncoder: true };
/** @type {Partial<import("../../file/metadata.js").KindRules>} */
const AUTOREC = {
  output: "identity",
  input: { values: "rating", normalize: "none" },
  clip: true,
};

/**
 * Autoencoders of any depth: AE and DAE (Vincent et al., ICML 2008), AutoRec by user (Sedhain et
 * al., WWW 2015), CDAE (Wu et al., WSDM 2016), Mult-DAE and Mult-VAE (Liang et al., WWW 2018),
 * RecVAE (Shenbin et al., WSDM 2020).
 *
 * @type {import("../family.js").Family<"autoencoder" | "autorec-user" | "cdae" | "mult-dae">}
 */
export const autoencoder = {
  kinds: {
    autoencoder: LAYERS,
    "autorec-user": { ...LAYERS, ...AUTOREC },
    // Its node is fitted by gradients.
    cdae: { ...LAYERS, activations: MONOTONIC },
    "mult-dae": {
      ...LAYERS,
      activation: "tanh",
      output: "softmax",
      input: { values: "binary", normalize: "l2" },
    },
  },
  core: "autoencoder",
  scoresMany: true,
  hasEstimates: true,
  plan: planLayers,
  place: (engine, plan, tensors) => placeParts(engine, AUTOENCODER_STORE, plan.parts, tensors),
  userEncoder: (engine, plan, tensors) => new AutoencoderUserEncoder(engine, plan, tensors),
};

/**
 * AutoRec by item (Sedhain et al., WWW 2015), whose items come encoded.
 * @type {import("../family.js").Family<"autorec-item">}
 */
export const autorecItem = {
  kinds: { "autorec-item": { ...ITEMS, ...AUTOREC } },
  core: "autoencoder",
  scoresMany: true,
  hasEstimates: true,
  plan: planCodes,
  place: autoencoder.place,
  userEncoder: (engine, plan) => new RidgeUserEncoder(engine, plan),
};
