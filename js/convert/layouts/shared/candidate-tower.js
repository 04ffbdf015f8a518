import { PocketrecError } from "../../../common/errors.js";
import { widened } from "../../matrix.js";

/**
 * Candidate generation from a chain of layers that ends with a score for each item: the last
 * layer's weights are the items as vectors, its bias one more column of them against an output of
 * the tower that is always 1 (docs/format.md).
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./batch-norm.js").Dense} Dense
 */

/** What an activation makes exactly 1 of. @type {Record<string, number>} */
const ONE = { identity: 1, relu: 1, elu: 1, selu: 1 / 1.0507009873554805, sigmoid: 40, tanh: 20 };

/** Of embeddings without a tower, which is then a matrix of ones and zeros. */
const WIDTH_MAX = 2048;

/**
 * @param {Dense[]} hidden may be none: a tower has one layer at least, which then changes nothing
 * @param {Dense} last its outputs the items
 * @param {string[]} activations one a hidden layer
 * @returns {{ tensors: Map<string, ForeignTensor>, activation: string[] }}
 */
export function candidateTower(hidden, last, activations) {
  const layers = hidden.length ? [...hidden] : [unchanged(last.weight.shape[1])];
  const activation = hidden.length ? activations : ["identity"];
  const top = layers.length - 1;
  const wrong = activation.find((name) => !Object.hasOwn(ONE, name));
  if (wrong !== undefined)
    throw new PocketrecError(
      "unsupported",
      "tower",
      `${Object.keys(ONE).join(", ")} between layers`,
      wrong,
    );
  if (last.bias) layers[top] = withOne(layers[top], ONE[activation[top]]);
  const { bias: biases } = last;
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  layers.forEach(({ weight, bias }, k) => {
    tensors.set(`tower.${k}.weight`, weight);
    if (bias) tensors.set(`tower.${k}.bias`, bias);
  });
  tensors.set(
    "item.embedding",
    biases ? widened(last.weight, (item) => biases.values[item]) : last.weight,
  );
  return { tensors, activation };
}

/** @param {number} width @returns {Dense} */
function unchanged(width) {
  if (width > WIDTH_MAX)
    throw new PocketrecError(
      "too-large",
      "tower",
      `embeddings of at most ${WIDTH_MAX} numbers, where no layer follows`,
      `${width}`,
    );
  return {
    weight: {
      shape: [width, width],
      values: Float32Array.from({ length: width * width }, (_, i) => Number(i % (width + 1) === 0)),
    },
  };
}

/**
 * The layer with one more output, of that bias and no weights.
 *
 * @param {Dense} layer
 * @param {number} one
 * @returns {Dense}
 */
function withOne(
  {
    weight: {
      shape: [rows, width],
      values,
    },
    bias,
  },
  one,
) {
  const more = new Float32Array((rows + 1) * width);
  const biases = new Float32Array(rows + 1);
  more.set(values);
  if (bias) biases.set(bias.values);
  biases[rows] = one;
  return {
    weight: { shape: [rows + 1, width], values: more },
    bias: { shape: [rows + 1], values: biases },
  };
}
