import { autoencoderScores } from "./autoencoder.js";
import { ACTIVATIONS } from "./dense.js";
import { dotScores } from "./dot.js";
import { itemItemScores } from "./item-item.js";
import { ncfScores } from "./ncf.js";
import { sequenceScores } from "./sequence.js";
import { towerScores } from "./tower.js";

/**
 * The forward pass of a blueprint by the equations of docs/format.md, in double precision over the
 * unfolded tensors: the reference for the kernels.
 *
 * @typedef {import("../../../js/file/metadata.js").Info} Info
 * @typedef {import("./dense.js").Tensors} Tensors
 *
 * @typedef {object} UserInput one of: a user vector of NCF or of a dot product; a history by rows,
 *   perhaps with ratings or user features
 * @property {number[]} [vector] [gmf | mlp], or of a dot product [p | bias]
 * @property {number[]} [history]
 * @property {number[]} [ratings]
 * @property {Record<string, any>} [user] feature values by name
 */

/**
 * Raw scores of some items.
 *
 * @param {Tensors} tensors
 * @param {Readonly<Info>} info
 * @param {UserInput} user
 * @param {number[]} items rows
 * @returns {number[]} one per item
 */
export function rawScores(tensors, info, user, items) {
  if (user.vector)
    return (info.kind === "dot" ? dotScores : ncfScores)(tensors, info, user.vector, items);
  if (info.kind === "autorec-item" || info.kind === "dot")
    throw new Error("a fit to a history has no forward pass");
  if (info.kind === "sasrec" || info.kind === "gru4rec")
    return sequenceScores(tensors, info, user, items);
  if (info.kind === "item-item") return itemItemScores(tensors, info, user, items);
  if (info.kind === "candidates" || info.kind === "ranker")
    return towerScores(tensors, info, user, items);
  return autoencoderScores(tensors, info, user, items);
}

/**
 * Scores from raw scores: the output function, the rating scale, the clipping.
 *
 * @param {Readonly<Info>} info
 * @param {number[]} raw
 * @param {number[]} all raw scores of the whole catalogue, for a softmax
 */
export function outputs({ output, input, clip, rating }, raw, all) {
  if (output === "softmax") {
    const largest = all.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = all.reduce((total, value) => total + Math.exp(value - largest), 0);
    return raw.map((value) => Math.exp(value - largest) / sum);
  }
  return raw.map((value) => {
    const score = output === "exp" ? Math.exp(value) : ACTIVATIONS[output](value);
    const scaled = input.values === "rating" ? score / input.scale + input.shift : score;
    return clip
      ? Math.min(Math.max(scaled, rating.minimum ?? -Infinity), rating.maximum ?? Infinity)
      : scaled;
  });
}
