import { PocketrecError } from "../../../../js/common/errors.js";
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
  const { value, used, notes, assumptions } = walked;
  const model = modelOf(value, options, checkpoint.ends?.inputs ?? []);
  if (!model) throw unknownModel(value);
  const unused = unusedTensors(checkpoint, used, UNUSED.output);
  return {
    ...{ ...model, used, unused },
    notes: [...notes, ...model.notes],
    assumptions: [...assumptions, ...(model.assumptions ?? [])],
  };
}

/** @param {import("./values.js").Value} value */
function unknownModel(value) {
  const blocks = value.kind === "blocks" ? value.blocks : [value];
  const parts = blocks.flatMap((block) => (block.kind === "features" ? block.parts : []));
  const terms = value.kind === "score" ? value.terms : [];
  const inside = terms.flatMap(({ value: term }) =>
    term.kind === "product" ? [term.left, term.right] : term.parts,
  );
  const inputs = new Set([...parts, ...inside].map(({ input }) => input));
  const expected = "a score of a user's and an item's id, or a score for each item of a history";
  const found = `${value.kind === "score" ? "a score" : "other outputs"} of ${inputs.size} inputs`;
  const names = [...inputs].join(", ");
  return new PocketrecError("unsupported", "model", expected, `${found}: ${names || "none"}`);
}

/**
 * @param {import("./values.js").Value} value
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @param {string[]} order of the model's inputs
 */
function modelOf(value, options, order) {
  const score = asScore(value);
  if (score) return ncfOf(score, options, order);
  return value.kind === "features" ? autoencoderOf(value, options) : undefined;
}
