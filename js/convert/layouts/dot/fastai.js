import { PocketrecError, show } from "../../../common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { assumed } from "../shared/assume.js";
import { looksLikeRatings } from "../by-name/rating-output.js";
import { dotBlueprint, needTensor } from "./blueprint.js";

/**
 * fastai's EmbeddingDotBias: its state dict (learn.save), or the module itself, which says the
 * range of its ratings. Row 0 of both sides is fastai's category of missing values, #na#.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

const CLASS = "fastai.collab.EmbeddingDotBias";
const NAMES = ["u_weight", "i_weight", "u_bias", "i_bias"].map((name) => `${name}.weight`);

/** @type {import("../../blueprint.js").Layout} */
export function fastaiLayout(checkpoint, options) {
  const { classes, settings } = checkpoint;
  const found = [...classes].find(([, className]) => className === CLASS);
  if (!found) return classes.size ? undefined : stateDict(checkpoint, options);
  const path = found[0] ? `${found[0]}.` : "";
  const { output, notes } = outputOf(settings[`${path}y_range`], options);
  const blueprint = fromTensors(checkpoint, path, output);
  blueprint.notes.push(...notes);
  if (output === "identity") blueprint.usualLoss = "squared";
  return { ...blueprint, padding: 1, userPadding: 1, isKnownCode: true };
}

/**
 * A state dict says neither the range, nor whether row 0 is that of fastai's data loaders.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function stateDict(checkpoint, { kind, output: stated }) {
  const names = [...checkpoint.tensors.keys()];
  const isOwn = names.length === NAMES.length && NAMES.every((name) => names.includes(name));
  if (kind !== undefined || !isOwn) return undefined;
  const blueprint = fromTensors(checkpoint, "", stated ?? "identity");
  const { assumptions, description, notes } = blueprint;
  if (!stated && !looksLikeRatings(blueprint)) description.output = "sigmoid";
  if (!stated) {
    const value = String(description.output);
    assumptions.push(assumed("output", value, ["identity", "sigmoid"], "--output-function"));
  }
  notes.push(
    "row 0 of the tables of a fastai learner is its category #na#: --padding 1 removes it",
  );
  return blueprint;
}

/**
 * @param {Checkpoint} checkpoint
 * @param {string} path
 * @param {string} output
 */
function fromTensors(checkpoint, path, output) {
  const names = NAMES.map((name) => `${path}${name}`);
  const [user, item, userBias, itemBias] = names.map((name) => needTensor(checkpoint, name));
  const parts = { user, item, userBias, itemBias };
  const blueprint = dotBlueprint("fastai EmbeddingDotBias", parts, { output });
  blueprint.used = new Set(names);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the model does not use it");
  return blueprint;
}

/**
 * Without a range the scores are the sums; with one they are a sigmoid stretched to it, which the
 * format has not.
 *
 * @param {unknown} range
 * @param {LayoutOptions} options
 * @returns {{ output: string, notes: string[] }}
 */
function outputOf(range, { output }) {
  if (!Array.isArray(range)) return { output: output ?? "identity", notes: [] };
  if (output === "sigmoid")
    return {
      output,
      notes: [`scores lie in 0 to 1, where fastai stretches the same ones to ${show(range)}`],
    };
  const expected = "no range: a sigmoid that is stretched to one is not computed";
  const hint =
    "--output-function sigmoid ranks alike, with scores in 0 to 1; a model trained with " +
    "y_range=None has its own.";
  throw new PocketrecError("unsupported", "y_range", expected, show(range), { hint });
}
