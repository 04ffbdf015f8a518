import { unusedTensors } from "../../blueprint.js";
import { autoencoderOf } from "./autoencoder.js";
import { asScore } from "./merge.js";
import { ncfOf } from "./ncf.js";
import { walkKeras } from "./walk.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/**
 * A Keras model whose configuration tells the whole graph, in anybody's naming: GMF, MLP and NeuMF,
 * autoencoders, CDAE.
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {Blueprint | undefined}
 */
export function kerasGraph(checkpoint, options) {
  if (checkpoint.format !== "keras") return undefined;
  const walked = walkKeras(checkpoint, options);
  if (!walked) return undefined;
  const { value, used, notes } = walked;
  const score = asScore(value);
  const model = score
    ? ncfOf(score, options)
    : value.kind === "features"
      ? autoencoderOf(value, options)
      : undefined;
  return (
    model && {
      ...model,
      used,
      unused: unusedTensors(checkpoint, used, "the model's output does not depend on it"),
      notes: [...notes, ...model.notes],
    }
  );
}
