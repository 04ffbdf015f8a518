import { normalizedAfter, normalizedBefore } from "../shared/batch-norm.js";
import { turned } from "../../matrix.js";
import { PocketrecError } from "../../../common/errors.js";

/**
 * What the layers of a Keras graph give, as far as a recommender needs: the vocabulary of
 * keras-walk.js.
 *
 * @typedef {object} Part what a tower's first layer takes, from the left
 * @property {string} input the input layer's name
 * @property {string} [table] the embedding layer's weights; without it the part is the input
 *   itself, a vector
 * @property {Float32Array} [values] of the table
 * @property {number} rows of the table; 0 of a vector
 * @property {number} width 0: not known yet
 * @property {number | null} length how many ids the input has, null: any number
 * @property {boolean} isMasked whether row 0 stands for no value
 * @property {boolean} isMean whether it is the mean over a list of ids
 * @property {boolean} isUnit whether the vector, or each row before the mean, is brought to length
 *   1
 *
 * @typedef {object} DenseLayer
 * @property {Float32Array} weight W (out, in) row-major
 * @property {Float32Array} bias
 * @property {number} inputs
 * @property {number} outputs
 * @property {string} activation
 * @property {Part} [node] of the person's own row, added before the activation
 *
 * @typedef {{ scale: Float32Array, shift: Float32Array }} Affine a batch normalisation that waits
 *   for the next weights
 *
 * @typedef {{ kind: "input", name: string, length: number | null, isUnit: boolean }} Input
 * @typedef {{ kind: "features", parts: Part[], layers: DenseLayer[], after?: Affine }} Features
 * @typedef {{ kind: "product", left: Part, right: Part, after?: Affine }} Product
 * @typedef {{ kind: "blocks", blocks: (Features | Product)[] }} Blocks side by side, for the last
 *   layer
 * @typedef {{ value: Features | Product, weight: Float32Array }} Term
 * @typedef {{ kind: "score", terms: Term[], bias: number, biases: Part[], activation: string }}
 *   Score one number
 * @typedef {Input | Features | Product | Blocks | Score} Value
 */

/**
 * How many numbers a value is.
 * @param {Features | Product} value
 */
export function widthOf(value) {
  if (value.kind === "product") return value.left.width;
  return value.layers.at(-1)?.outputs ?? value.parts.reduce((sum, { width }) => sum + width, 0);
}

/**
 * A matrix turned: (rows, columns) -> (columns, rows).
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 */
export const transpose = (values, rows, columns) =>
  turned({ shape: [rows, columns], values }).values;

/**
 * @param {Float32Array} weight (out, in)
 * @param {Float32Array} bias
 */
const asDense = (weight, bias) => ({
  weight: { shape: [bias.length, weight.length / bias.length], values: weight },
  bias: { shape: [bias.length], values: bias },
});

/** @param {import("../shared/batch-norm.js").Dense} dense */
const asArrays = ({ weight, bias }) => ({
  weight: weight.values,
  bias: /** @type {import("../../checkpoint.js").ForeignTensor} */ (bias).values,
});

/**
 * A batch normalisation before a dense layer, in that layer's weights.
 * @param {Float32Array} weight W (out, in)
 * @param {Float32Array} bias
 * @param {Affine | undefined} before
 */
export const foldBefore = (weight, bias, before) =>
  before ? asArrays(normalizedBefore(asDense(weight, bias), before)) : { weight, bias };

/**
 * A batch normalisation right after a dense layer.
 * @param {DenseLayer} layer
 * @param {Affine} after
 * @returns {DenseLayer}
 */
export const foldAfter = (layer, after) => ({
  ...layer,
  ...asArrays(normalizedAfter(asDense(layer.weight, layer.bias), after)),
});

/**
 * Two batch normalisations, the second of what the first gives.
 * @param {Affine | undefined} first
 * @param {Affine} second
 * @returns {Affine}
 */
export function compose(first, second) {
  if (!first) return second;
  const shift = first.shift.map((b, i) => b * second.scale[i] + second.shift[i]);
  return { scale: first.scale.map((a, i) => a * second.scale[i]), shift };
}

/**
 * @param {import("../../checkpoint.js").KerasLayer} layer
 * @param {string} found
 */
export function unsupported(layer, found) {
  return new PocketrecError(
    "unsupported",
    layer.name,
    "layers of a recommender that this package runs",
    found,
    {
      hint: "Build the model again from layers that do the same and are supported, or write a weights file as docs/format.md tells.",
    },
  );
}
