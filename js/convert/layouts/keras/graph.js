import { UNUSED, unusedTensors } from "../../blueprint.js";
import { autoencoderOf } from "./autoencoder.js";
import { asScore } from "./merge.js";
import { ncfOf } from "./ncf.js";
import { walkKeras } from "./walk.js";

/**
 * Keras models whose configuration holds the whole graph, whatever their names: GMF, MLP and NeuMF,
 * autoencoders, CDAE.
 *
 * @type {import("../../blueprint.js").Layout}
 */
export function kerasGraph(checkpoint, options) {
  if (checkpoint.format !== "keras") return undefined;
  const walked = walkKeras(checkpoint, options);
  if (!walked) return undefined;
  const { value, used, notes } = walked;
  const model = modelOf(value, options);
  if (!model) return undefined;
  const unused = unusedTensors(checkpoint, used, UNUSED.output);
  return { assumptions: [], ...model, used, unused, notes: [...notes, ...model.notes] };
}

/**
 * @param {import("./values.js").Value} value
 * @param {import("../../blueprint.js").LayoutOptions} options
 */
function modelOf(value, options) {
  const score = asScore(value);
  if (score) return ncfOf(score, options);
  return value.kind === "features" ? autoencoderOf(value, options) : undefined;
}
