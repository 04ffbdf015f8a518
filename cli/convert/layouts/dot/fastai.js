import { PocketrecError, show } from "../../../../js/common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { assumed } from "../shared/assume.js";
import { ncfLayout } from "../by-name/ncf.js";
import { looksLikeRatings } from "../by-name/rating-output.js";
import { dotBlueprint, needTensor } from "./blueprint.js";

/**
 * fastai's EmbeddingDotBias: its state dict (learn.save), or the module itself, which says the
 * range of its ratings. Row 0 of both sides is fastai's category of missing values, #na#.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
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
 * A state dict does not say the range. With --kind its names are read as those of any library.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function stateDict(checkpoint, options) {
  const names = [...checkpoint.tensors.keys()];
  const isOwn = names.length === NAMES.length && NAMES.every((name) => names.includes(name));
  if (!isOwn) return undefined;
  const blueprint = options.kind
    ? ncfLayout(checkpoint, options)
    : withOutput(fromTensors(checkpoint, "", options.output ?? "identity"), options);
  return blueprint && withoutMissing(checkpoint, blueprint, options);
}

/**
 * @param {Blueprint} blueprint
 * @param {LayoutOptions} options
 * @returns {Blueprint}
 */
function withOutput(blueprint, { output: stated }) {
  if (stated) return blueprint;
  const output = looksLikeRatings(blueprint) ? "identity" : "sigmoid";
  const { assumptions, description } = blueprint;
  const assumption = assumed("output", output, ["identity", "sigmoid"], "--output-function");
  return {
    ...blueprint,
    description: { ...description, output },
    assumptions: [...assumptions, assumption],
  };
}

/** fastai draws embeddings from so far around 0. A row without interactions stays within. */
const START = 0.02;

/**
 * Whether row 0 is fastai's #na# is not in a state dict. It is where row 0 was never trained on
 * either side, and other rows were; else it is asked.
 *
 * @param {Checkpoint} checkpoint
 * @param {Blueprint} blueprint
 * @param {LayoutOptions} options
 * @returns {Blueprint}
 * @throws {PocketrecError} "bad-argument"
 */
function withoutMissing(checkpoint, blueprint, { padding }) {
  if (padding !== undefined) return blueprint;
  const isStart = (/** @type {number} */ value) => Math.abs(value) <= START;
  const isUntrained = NAMES.every((name) => {
    const { shape, values } = needTensor(checkpoint, name);
    const width = values.length / shape[0];
    return values.subarray(0, width).every(isStart) && !values.every(isStart);
  });
  if (!isUntrained) {
    const expected = "1 where row 0 of both tables is fastai's category #na#, 0 where it is none";
    throw new PocketrecError("bad-argument", "--padding", expected, "none", {
      hint: "The tables of collab_learner have it, and its row is near 0; this file's is not.",
    });
  }
  const note =
    "row 0 of the tables was never trained: it is fastai's #na# (--padding 0: it is not)";
  return { ...blueprint, padding: 1, userPadding: 1, notes: [...blueprint.notes, note] };
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
