import { NORM_ORDERS, PADDINGS } from "../../runtime/abi.js";
import { assert, assertOneOf } from "../../file/metadata-checks.js";
import { openSequencePack, placeSequence, planGru, planSasrec } from "./plan.js";
import { SequenceUserEncoder } from "./users.js";

/** @typedef {import("../../file/metadata.js").Info} Info */

/**
 * What the description of a SASRec holds beside that of other kinds.
 * @param {Info} info
 */
function readSasrec(info) {
  const { heads = 1, embedding_scale = 1, positions = "first", padding = "masked" } = info;
  const norm = { ...info.norm, order: info.norm.order ?? "after" };
  assert(heads >= 1 && Number.isInteger(heads), "heads", "1 or more", heads);
  assert(
    Number.isFinite(embedding_scale) && Math.abs(embedding_scale) <= 1e6,
    "embedding_scale",
    "a number to 1e6",
    embedding_scale,
  );
  assertOneOf(Object.keys(NORM_ORDERS), "norm.order", norm.order);
  assertOneOf(["first", "last"], "positions", positions);
  assertOneOf(Object.keys(PADDINGS), "padding", padding);
  return { heads, embedding_scale, positions, padding, norm };
}

/**
 * The same of a GRU4Rec.
 * @param {Info} info
 */
function readGru({ window, reset = "after" }) {
  assert(
    window === undefined || (Number.isInteger(window) && window >= 1),
    "window",
    "a number of events",
    window,
  );
  assertOneOf(["after", "before"], "reset", reset);
  return { window, reset };
}

const OUTPUT = { output: "identity", outputs: ["identity", "sigmoid", "softmax"] };

/** @type {Omit<import("../family.js").Family, "kinds" | "plan">} */
const SEQUENCE = {
  core: "sequence",
  scoring: "dot",
  scorer: ({ wasm, address }) => wasm.pr_sequence_dot(address) >>> 0,
  hasScan: true,
  scoresMany: true,
  isOrdered: true,
  vectorPadding: 1,
  place: placeSequence,
  userEncoder: (engine, plan) => new SequenceUserEncoder(engine, plan),
  openPack: openSequencePack,
  itemTensors: ["item.embedding", "item.output", "item.bias"],
};

/**
 * Self-attention over the ordered history (Kang and McAuley, ICDM 2018).
 * @type {import("../family.js").Family<"sasrec">}
 */
export const sasrec = {
  ...SEQUENCE,
  kinds: {
    sasrec: {
      ...OUTPUT,
      activation: "relu",
      activations: ["relu", "identity", "gelu", "sigmoid", "tanh", "swish"],
      read: readSasrec,
    },
  },
  plan: planSasrec,
};

/**
 * Gated recurrent units over the ordered history (Hidasi et al., ICLR 2016).
 * @type {import("../family.js").Family<"gru4rec">}
 */
export const gru4rec = {
  ...SEQUENCE,
  kinds: { gru4rec: { ...OUTPUT, activation: "tanh", activations: ["tanh"], read: readGru } },
  plan: planGru,
};
