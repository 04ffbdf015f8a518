import { PocketrecError, show } from "../../../errors.js";
import { chainOf } from "./layers.js";
import { unsupported } from "./values.js";

/**
 * Autoencoders, and a tower from a list of items to a score for each item.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../../metadata.js").Kind} Kind
 * @typedef {import("./layers.js").Chain} Chain
 * @typedef {import("./layers.js").Dense} Dense
 * @typedef {import("./values.js").Bag} Bag
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./onnx.js").Found} Found
 */

/** What the person may call a chain whose input and output are the items. */
const KINDS = ["autoencoder", "mult-dae", "autorec-user"];

/** Where an activation is 1. @type {Record<string, number>} */
const ONE = { identity: 1, relu: 1, elu: 1, selu: 1 / 1.0507009873554805, sigmoid: 40, tanh: 20 };

/**
 * @param {Wires} value the graph's output
 * @param {LayoutOptions} options
 * @returns {Found}
 */
export function chain(value, options) {
  const found = chainOf(value), wrong = found.activations.find((name) => !Object.hasOwn(ONE, name));
  if (wrong) throw unsupported("graph", `${Object.keys(ONE).join(", ")} between layers`, wrong);
  return found.source.type === "bag" ? candidates(found, found.source, options) : autoencoder(found, options);
}

/** What the graph ends with; where that is nothing, what the person says. @param {Chain} chain @param {LayoutOptions} options */
const outputOf = ({ output }, options) => (output === "identity" ? options.output ?? output : output);

/** Of embeddings without a tower, which is then a matrix of ones and zeros. */
const WIDTH_MAX = 2048;

/** @param {Chain} chain */
const sizesOf = ({ layers }) => [layers[0].in, ...layers.map(({ out }) => out)].join(" -> ");

/**
 * @param {Chain} chain
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function autoencoder(chain, options) {
  const { layers, activations, output, isNormed, notes } = chain, items = layers[0].in;
  if (layers.length < 2 || layers[layers.length - 1].out !== items) {
    throw unsupported("graph", "as many outputs as inputs, and a hidden layer between them", sizesOf(chain),
      "pocketrec takes scores of a user's and an item's id, autoencoders over the items, and towers over a list of items.");
  }
  const guess = isNormed || output === "softmax" ? "mult-dae" : "autoencoder", kind = options.kind ?? guess;
  if (!KINDS.includes(kind)) throw new PocketrecError("bad-argument", "kind", KINDS.join(", "), show(kind));
  const hidden = layers.slice(0, -1).map(({ out }) => out), codes = hidden.indexOf(Math.min(...hidden)) + 1;
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  layers.forEach((layer, k) => put(tensors, k < codes ? `encoder.${k}` : `decoder.${k - codes}`, layer));
  const input = { values: kind === "autorec-user" ? "rating" : "binary", normalize: isNormed ? "l2" : "none" };
  const description = { activation: activations, output: outputOf(chain, options), input };
  return { kind: /** @type {Kind} */ (kind), tensors, description, notes };
}

/**
 * The last layer's weights are the items as vectors; its bias is one more column, against an output that is always 1.
 * @param {Chain} chain
 * @param {Bag} bag
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function candidates(chain, { table, padding }, options) {
  const { layers, output } = chain, last = layers[layers.length - 1], [rows, width] = table.shape;
  if (last.out !== rows) {
    throw unsupported("graph", `a score for each of the ${rows} items of the input's table`, `${last.out} outputs`);
  }
  if (output !== "softmax" && output !== "identity") {
    throw unsupported("graph", "a softmax over the items, or nothing behind the last layer", output);
  }
  const tower = layers.length > 1 ? layers.slice(0, -1) : [identity(width)];
  const activation = layers.length > 1 ? chain.activations : ["identity"], top = tower.length - 1;
  if (last.bias) tower[top] = withOne(tower[top], ONE[activation[top]]);
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map([["watch.embedding", table]]);
  tower.forEach((layer, k) => put(tensors, `tower.${k}`, layer));
  tensors.set("item.embedding", last.bias ? withColumn(last, last.bias) : { shape: [last.out, last.in], values: last.weight });
  const watch = { name: "watch", kind: "categorical", several: true, ids: "items", from: "history", table: "watch" };
  const features = [padding === undefined ? watch : { ...watch, padding }];
  return { kind: "candidates", tensors, description: { activation, output: outputOf(chain, options), features }, notes: chain.notes };
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {string} name
 * @param {Dense} layer
 */
function put(tensors, name, { weight, out, in: width, bias }) {
  tensors.set(`${name}.weight`, { shape: [out, width], values: weight });
  if (bias) tensors.set(`${name}.bias`, { shape: [out], values: bias });
}

/** @param {number} width @returns {Dense} */
function identity(width) {
  if (width > WIDTH_MAX) throw new PocketrecError("too-large", "graph", `embeddings of at most ${WIDTH_MAX} numbers`, `${width}`);
  const weight = Float32Array.from({ length: width * width }, (_, i) => Number(i % (width + 1) === 0));
  return { weight, out: width, in: width, bias: undefined };
}

/** @param {Dense} layer @param {number} one @returns {Dense} the layer with one more output, of that bias and no weights */
function withOne({ weight, out, in: width, bias }, one) {
  const more = new Float32Array((out + 1) * width), biases = new Float32Array(out + 1);
  more.set(weight);
  if (bias) biases.set(bias);
  biases[out] = one;
  return { weight: more, out: out + 1, in: width, bias: biases };
}

/** @param {Dense} layer @param {Float32Array} column @returns {ForeignTensor} */
function withColumn({ weight, out, in: width }, column) {
  const values = new Float32Array(out * (width + 1));
  for (let o = 0; o < out; o++) {
    values.set(weight.subarray(o * width, (o + 1) * width), o * (width + 1));
    values[o * (width + 1) + width] = column[o];
  }
  return { shape: [out, width + 1], values };
}
