import { PocketrecError } from "../../../../js/common/errors.js";

/**
 * The values of a Keras graph's layers, as far as a recommender needs them.
 *
 * @typedef {object} Part one input of a tower's first layer, from the left
 * @property {string} input the input layer's name
 * @property {string} [table] the embedding layer's weights; without it the part is the input
 *   itself, a vector
 * @property {Float32Array} [values] of the table
 * @property {number} rows of the table; 0 of a vector
 * @property {number} width 0: not known yet
 * @property {number | null} length how many ids the input has, null: any number
 * @property {boolean} isMasked whether row 0 stands for no value
 * @property {boolean} isMean whether it is the mean over a list of ids
 * @property {boolean} isUnit whether the vector, or each row before the mean, is scaled to length 1
 *
 * @typedef {Required<import("../shared/batch-norm.js").Dense> & { activation: string, node?: Part
 *   }} DenseLayer node: the row of the user's id that a CDAE adds before the activation
 *
 * @typedef {import("../shared/batch-norm.js").Affine} Affine a batch normalisation that the next
 *   weights take in
 *
 * @typedef {number | null} Size of an axis, without the batch's; null: any
 *
 * @typedef {{ kind: "input", shape: Size[], name: string, isUnit: boolean }} Input
 * @typedef {{ kind: "features", shape: Size[], parts: Part[], layers: DenseLayer[], after?: Affine,
 *   hasMask?: boolean }} Features hasMask: whether Keras keeps with it which ids are 0
 * @typedef {{ kind: "product", shape: Size[], left: Part, right: Part, after?: Affine }} Product
 * @typedef {{ kind: "blocks", shape: Size[], blocks: (Features | Product)[] }} Blocks side by side,
 *   for the last layer
 * @typedef {{ value: Features | Product, weight: Float32Array }} Term
 * @typedef {{ minimum?: number, maximum?: number }} Range
 * @typedef {{ kind: "score", shape: Size[], terms: Term[], bias: number, biases: Part[],
 *   activation: string, clip?: Range }} Score one number; clip: what it is held within at last
 * @typedef {Input | Features | Product | Blocks | Score} Value
 */

/** @param {DenseLayer} layer */
export const outputsOf = ({ weight }) => weight.shape[0];

/**
 * How many numbers a value is.
 * @param {Features | Product} value
 */
export function widthOf(value) {
  if (value.kind === "product") return value.left.width;
  const last = value.layers.at(-1);
  return last ? outputsOf(last) : value.parts.reduce((sum, { width }) => sum + width, 0);
}

/**
 * @param {Pick<import("../../checkpoint.js").KerasLayer, "name" | "type">} layer
 * @param {string} found
 */
export function unsupported(layer, found) {
  const expected = "layers of a recommender that this package runs";
  const hint =
    "Rebuild the model from equivalent layers that are supported, " +
    "or write a weights file as docs/format.md describes.";
  return new PocketrecError("unsupported", `${layer.name} (${layer.type})`, expected, found, {
    hint,
  });
}
