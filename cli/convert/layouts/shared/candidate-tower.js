import { PocketrecError } from "../../../../js/common/errors.js";
import { vectorTensor, widened } from "../../matrix.js";

/**
 * Candidate generation from a chain of layers that ends with a score per item. The last layer's
 * weights are the item embeddings; its bias becomes one more column of them, against a tower output
 * that is always 1 (docs/format.md).
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./batch-norm.js").Dense} Dense
 */

/** The input for which an activation gives exactly 1. @type {Record<string, number>} */
const ONE = { identity: 1, relu: 1, elu: 1, selu: 1 / 1.0507009873554805, sigmoid: 40, tanh: 20 };

/** The widest embedding without a tower, which then is an identity matrix. */
const WIDTH_MAX = 2048;

/**
 * @param {Dense[]} hidden may be empty: the tower then is one identity layer
 * @param {Dense} last [items, width]
 * @param {string[]} activations one per hidden layer
 * @returns {{ tensors: Map<string, ForeignTensor>, activation: string[] }}
 * @throws {PocketrecError} "unsupported" or "too-large"
 */
export function candidateTower(hidden, last, activations) {
  const layers = hidden.length ? [...hidden] : [identityLayer(last.weight.shape[1])];
  const activation = hidden.length ? activations : ["identity"];
  const wrong = activation.find((name) => !Object.hasOwn(ONE, name));
  if (wrong !== undefined) {
    const expected = `${Object.keys(ONE).join(", ")} between layers`;
    throw new PocketrecError("unsupported", "tower", expected, wrong);
  }
  const { weight, bias } = last;
  const top = layers.length - 1;
  if (bias) layers[top] = withConstantOutput(layers[top], ONE[activation[top]]);
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  layers.forEach((layer, k) => putDense(tensors, `tower.${k}`, layer));
  tensors.set("item.embedding", bias ? widened(weight, (item) => bias.values[item]) : weight);
  return { tensors, activation };
}

/**
 * Adds a layer's weight and bias under a name.
 *
 * @param {Map<string, ForeignTensor>} tensors changed
 * @param {string} name
 * @param {Dense} layer
 */
export function putDense(tensors, name, { weight, bias }) {
  tensors.set(`${name}.weight`, weight);
  if (bias) tensors.set(`${name}.bias`, bias);
}

/** @param {number} width @returns {Dense} */
function identityLayer(width) {
  if (width > WIDTH_MAX) {
    const expected = `embeddings of at most ${WIDTH_MAX} numbers, where no layer follows`;
    throw new PocketrecError("too-large", "tower", expected, `${width}`);
  }
  const values = new Float32Array(width * width);
  for (let k = 0; k < width; k++) values[k * width + k] = 1;
  return { weight: { shape: [width, width], values } };
}

/**
 * The layer with one more output, of zero weights and the given bias.
 *
 * @param {Dense} layer
 * @param {number} constant
 * @returns {Dense}
 */
function withConstantOutput({ weight, bias }, constant) {
  const [rows, width] = weight.shape;
  const values = new Float32Array((rows + 1) * width);
  const biases = new Float32Array(rows + 1);
  values.set(weight.values);
  if (bias) biases.set(bias.values);
  biases[rows] = constant;
  return { weight: { shape: [rows + 1, width], values }, bias: vectorTensor(biases) };
}
