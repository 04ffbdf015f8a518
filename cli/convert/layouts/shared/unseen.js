import { unusedNumbers } from "../torch-module/attributes.js";
import { assumed } from "./assume.js";

/**
 * What a file without a graph does not show: whether the code computes more than its tensors tell,
 * such as a residual, a cosine or a scale.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 */

/**
 * @param {Checkpoint} checkpoint
 * @param {Blueprint} blueprint of a file without a graph
 * @returns {Blueprint} with the assumption that nothing else is computed
 */
export function withUnseen(checkpoint, blueprint) {
  if (checkpoint.modelFile || blueprint.isKnownCode) return blueprint;
  const parts = partsOf(blueprint).join(", ");
  const numbers = unusedNumbers(checkpoint);
  const assumptions = [
    ...blueprint.assumptions,
    ...(numbers.length ? [assumed("unused", numbers, [numbers])] : []),
    assumed("code", parts, [parts]),
  ];
  return { ...blueprint, assumptions };
}

/** Kinds that always are computed of the same parts. @type {Record<string, string[]>} */
const SEQUENCES = {
  "item-item": ["the sum over the history"],
  sasrec: ["embeddings", "attention to earlier events", "layers"],
  gru4rec: ["embeddings", "GRU", "layers"],
};

/**
 * What a model is computed of, in order.
 *
 * @param {Blueprint} blueprint
 * @returns {string[]}
 */
function partsOf({ kind, tensors, assumptions }) {
  if (Object.hasOwn(SEQUENCES, kind)) return SEQUENCES[kind];
  const has = (/** @type {string} */ name) => tensors.has(name);
  if (kind === "dot")
    return [
      "embeddings",
      ...(assumptions.some(({ subject }) => subject === "graph") ? ["the graph's layers"] : []),
      "product",
      ...(has("item.bias") || has("user.bias") || has("mean") ? ["biases"] : []),
    ];
  const isWeighted = tensors.get("output.weight")?.values.some((value) => value !== 1);
  return [
    ...(has("gmf.item") || has("mlp.item") || kind === "candidates" ? ["embeddings"] : []),
    ...(has("gmf.item") ? ["product"] : []),
    ...(has("gmf.item") && !has("mlp.item") && !isWeighted ? [] : ["layers"]),
    ...(has("item.bias") || has("output.bias") ? ["biases"] : []),
  ];
}
