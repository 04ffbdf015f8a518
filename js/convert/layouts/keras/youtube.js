import { PocketrecError } from "../../../common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { deepMatch } from "./deepmatch.js";
import { walkKeras } from "./walk.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./values.js").DenseLayer} DenseLayer
 * @typedef {import("./values.js").Features} Features
 * @typedef {import("./values.js").Part} Part
 */

const PERSON =
  /^(input_?)?(user|person|customer|member|reader|viewer|uid)s?([ _-]?(id|ids|idx|index|input|in|emb.*))*$/i;
const HISTORY =
  /^(input_?)?(liked?|likes|hist(ory)?|watch(ed|es)?|viewed|clicked|bought|items?_?hist.*|hist.*items?)$/i;

/**
 * Candidate generation in Keras: embeddings of ids, or means over lists of them, a tower, and a
 * softmax over the items (hyez/Deep-Youtube-Recommendations, and towers from a user's id); or
 * DeepMatch's YoutubeDNN by its names.
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
  const walked = walkOrNothing(checkpoint, options);
  const value = walked?.value;
  if (
    !walked ||
    value?.kind !== "features" ||
    value.after ||
    value.parts.some(({ table }) => !table)
  )
    return undefined;
  const output = value.layers.at(-1);
  if (!output || output.outputs < 2 || !["softmax", "identity"].includes(output.activation))
    return undefined;
  const { used, notes } = walked;
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  const features = value.parts.map((part) => featureOf(part, output.outputs, notes));
  value.parts.forEach((part, at) =>
    tensors.set(`${features[at].table}.embedding`, tableOf(part, value.parts)),
  );
  const hidden = value.layers.slice(0, -1);
  const tower = candidateTower(
    hidden.map(asDense),
    asDense(output),
    hidden.map((layer) => layer.activation),
  );
  for (const [name, tensor] of tower.tensors) tensors.set(name, tensor);
  if (features.some(({ isPerson }) => isPerson))
    notes.push("The rows of user.embedding are people: nobody else gets a list from this model.");
  const description = {
    activation: tower.activation,
    output: output.activation,
    normalize: "none",
    features: features.map(({ isPerson, ...feature }) => feature),
  };
  return {
    layout: "Keras candidate generation",
    kind: "candidates",
    tensors,
    description,
    used,
    unused: unusedTensors(checkpoint, used, "the model's output does not depend on it"),
    notes,
  };
}

/**
 * A graph that cannot be followed is none of this layout's.
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function walkOrNothing(checkpoint, options) {
  try {
    return walkKeras(checkpoint, options);
  } catch (error) {
    if (error instanceof PocketrecError && error.code === "unsupported") return undefined;
    throw error;
  }
}

/**
 * @param {Part} part
 * @param {number} classes how many items the softmax has
 * @param {string[]} notes
 */
function featureOf({ input, table, rows, isMean, isMasked }, classes, notes) {
  const own = tableName(table);
  const isPerson = !isMean && (PERSON.test(input) || PERSON.test(own));
  const isHistory = isMean && rows === classes && HISTORY.test(input);
  if (isHistory) {
    notes.push(
      `The input ${input} was taken for the person's history: its name says so, and its table has a row for each item.`,
    );
  }
  return {
    isPerson,
    name: isPerson ? "user" : input,
    kind: "categorical",
    table: isPerson ? "user" : own,
    ...(isMean && { several: true }),
    ...(isHistory && { ids: "items", from: "history" }),
    ...(isMasked && { padding: 0 }),
  };
}

/** @param {string | undefined} tensor "labels_embeddings/embeddings" */
const tableName = (tensor) => String(tensor).replace(/\/embeddings$/, "");

/**
 * @param {Part} part
 * @param {Part[]} parts
 * @returns {ForeignTensor}
 */
function tableOf(part, parts) {
  if (parts.some(({ table, isUnit }) => table === part.table && isUnit !== part.isUnit)) {
    throw new PocketrecError(
      "unsupported",
      String(part.table),
      "rows of length 1 for all its inputs, or for none",
      "for some of them",
    );
  }
  const values = /** @type {Float32Array} */ (part.values);
  return {
    shape: [part.rows, part.width],
    values: part.isUnit ? unitRows(values, part.width) : values,
  };
}

/**
 * @param {Float32Array} values
 * @param {number} width
 */
function unitRows(values, width) {
  const rows = values.slice();
  for (let at = 0; at < rows.length; at += width) {
    const row = rows.subarray(at, at + width);
    const square = row.reduce((sum, x) => sum + x * x, 0);
    // TensorFlow's l2_normalize holds the square above this.
    const length = Math.sqrt(Math.max(square, 1e-12));
    row.forEach((x, i) => {
      row[i] = x / length;
    });
  }
  return rows;
}

/** @param {DenseLayer} layer @returns {import("../shared/batch-norm.js").Dense} */
const asDense = ({ weight, bias, inputs, outputs }) => ({
  weight: { shape: [outputs, inputs], values: weight },
  bias: { shape: [outputs], values: bias },
});
