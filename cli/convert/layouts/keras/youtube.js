import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, unusedTensors } from "../../blueprint.js";
import { isHistoryInput, isUserIdInput } from "../../name-hints.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { deepMatch } from "./deepmatch.js";
import { unitRows } from "./tensors.js";
import { outputsOf } from "./values.js";
import { walkKeras } from "./walk.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./values.js").Part} Part
 */

/**
 * Candidate generation in Keras: embeddings of ids, or means over lists of them, a tower, and a
 * softmax over the items (hyez/Deep-Youtube-Recommendations, and towers from a user's id); or
 * DeepMatch's YoutubeDNN by its names.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {Blueprint | undefined}
 */
export function kerasYoutube(checkpoint, options) {
  if (checkpoint.format !== "keras") return undefined;
  return deepMatch(checkpoint) ?? towerOf(checkpoint, options);
}

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {Blueprint | undefined}
 */
function towerOf(checkpoint, options) {
  const walked = walkIfSupported(checkpoint, options);
  const value = walked?.value;
  if (!walked || value?.kind !== "features" || value.after) return undefined;
  if (value.parts.some(({ table }) => !table)) return undefined;
  const last = value.layers.at(-1);
  if (!last || outputsOf(last) < 2 || !["softmax", "identity"].includes(last.activation))
    return undefined;
  const { used, notes, assumptions } = walked;
  const hidden = value.layers.slice(0, -1);
  const activations = hidden.map(({ activation }) => activation);
  const { tensors, activation } = candidateTower(hidden, last, activations);
  const features = value.parts.map((part) => featureOf(part, outputsOf(last), notes));
  value.parts.forEach((part, at) =>
    tensors.set(`${features[at].table}.embedding`, tableOf(part, value.parts)),
  );
  if (features.some(({ isUserId }) => isUserId))
    notes.push("Each row of user.embedding is a trained user: the model knows no new users.");
  return {
    layout: "Keras candidate generation",
    kind: "candidates",
    tensors,
    description: {
      activation,
      output: last.activation,
      normalize: "none",
      features: features.map(({ isUserId, ...feature }) => feature),
    },
    used,
    unused: unusedTensors(checkpoint, used, UNUSED.output),
    notes,
    assumptions,
  };
}

/**
 * Undefined for a graph with unsupported layers: another layout may know it.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function walkIfSupported(checkpoint, options) {
  try {
    return walkKeras(checkpoint, options);
  } catch (error) {
    if (error instanceof PocketrecError && error.code === "unsupported") return undefined;
    throw error;
  }
}

/**
 * @param {Part} part
 * @param {number} items outputs of the softmax
 * @param {string[]} notes changed
 */
function featureOf({ input, table, rows, isMean, isMasked }, items, notes) {
  const name = String(table).replace(/\/embeddings$/, "");
  const isUserId = !isMean && (isUserIdInput(input) || isUserIdInput(name));
  const isHistory = isMean && rows === items && isHistoryInput(input);
  if (isHistory)
    notes.push(
      `The input ${input} is taken as the history: its name says so, ` +
        "and its table has a row per item.",
    );
  return {
    isUserId,
    name: isUserId ? "user" : input,
    kind: "categorical",
    table: isUserId ? "user" : name,
    ...(isMean && { several: true }),
    ...(isHistory && { ids: "items", from: "history" }),
    ...(isMasked && { padding: 0 }),
  };
}

/**
 * A part's table, with rows of length 1 if the graph scales them.
 *
 * @param {Part} part
 * @param {Part[]} parts
 * @returns {ForeignTensor}
 */
function tableOf(part, parts) {
  if (parts.some(({ table, isUnit }) => table === part.table && isUnit !== part.isUnit)) {
    const expected = "rows of length 1 for all its inputs, or for none";
    throw new PocketrecError("unsupported", String(part.table), expected, "for some of them");
  }
  const values = /** @type {Float32Array} */ (part.values);
  const shape = [part.rows, part.width];
  return { shape, values: part.isUnit ? unitRows(values, part.width) : values };
}
