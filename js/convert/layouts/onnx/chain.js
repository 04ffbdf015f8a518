import { PocketrecError, show } from "../../../common/errors.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { chainOf } from "./layers.js";
import { unsupported } from "./values.js";

/**
 * Autoencoders, and a tower from a list of items to a score for each item.
 *
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../../file/metadata.js").Kind} Kind
 * @typedef {import("./layers.js").Chain} Chain
 * @typedef {import("./layers.js").Dense} Dense
 * @typedef {import("./values.js").Bag} Bag
 * @typedef {import("./values.js").Rows} Rows
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./layout.js").Found} Found
 */

/** What the person may call a chain whose input and output are the items. */
const KINDS = ["autoencoder", "mult-dae", "autorec-user"];

/**
 * @param {Wires} value the graph's output
 * @param {LayoutOptions} options
 * @returns {Found}
 */
export function chain(value, options) {
  const found = chainOf(value);
  const wrong = found.activations.find((name) => !ACTIVATIONS.has(name));
  if (wrong) throw unsupported("graph", `${[...ACTIVATIONS].join(", ")} between layers`, wrong);
  return found.source.type === "input"
    ? autoencoder(found, options)
    : candidates(found, found.source, options);
}

/** What stands between layers that a kernel computes. */
const ACTIVATIONS = new Set(["identity", "relu", "elu", "selu", "sigmoid", "tanh"]);

/**
 * What the graph ends with; where that is nothing, what the person says.
 * @param {Chain} chain
 * @param {LayoutOptions} options
 */
const outputOf = ({ output }, options) =>
  output === "identity" ? (options.output ?? output) : output;

/** @param {Chain} chain */
const sizesOf = ({ layers }) => [layers[0].in, ...layers.map(({ out }) => out)].join(" -> ");

/**
 * @param {Chain} chain
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function autoencoder(chain, options) {
  const { layers, activations, output, isNormed, notes } = chain;
  const items = layers[0].in;
  if (layers.length < 2 || layers[layers.length - 1].out !== items) {
    throw unsupported(
      "graph",
      "as many outputs as inputs, and a hidden layer between them",
      sizesOf(chain),
      "pocketrec takes scores of a user's and an item's id, autoencoders over the items, and towers over a list of items.",
    );
  }
  const guess = isNormed || output === "softmax" ? "mult-dae" : "autoencoder";
  const kind = options.kind ?? guess;
  if (!KINDS.includes(kind))
    throw new PocketrecError("bad-argument", "kind", KINDS.join(", "), show(kind));
  const hidden = layers.slice(0, -1).map(({ out }) => out);
  const codes = hidden.indexOf(Math.min(...hidden)) + 1;
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  layers.forEach((layer, k) =>
    put(tensors, k < codes ? `encoder.${k}` : `decoder.${k - codes}`, layer),
  );
  const input = {
    values: kind === "autorec-user" ? "rating" : "binary",
    normalize: isNormed ? "l2" : "none",
  };
  const description = { activation: activations, output: outputOf(chain, options), input };
  return { kind: /** @type {Kind} */ (kind), tensors, description, notes };
}

/**
 * A tower from a list of items, or from the id of somebody who was trained, to a score for each
 * item.
 * @param {Chain} chain
 * @param {Bag | Rows} source
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function candidates(chain, source, options) {
  const { layers, output } = chain;
  const last = layers[layers.length - 1];
  const isUser = source.type === "rows";
  if (!isUser && last.out !== source.table.shape[0]) {
    throw unsupported(
      "graph",
      `a score for each of the ${source.table.shape[0]} items of the input's table`,
      `${last.out} outputs`,
    );
  }
  if (output !== "softmax" && output !== "identity") {
    throw unsupported(
      "graph",
      "a softmax over the items, or nothing behind the last layer",
      output,
    );
  }
  const { tensors, activation } = candidateTower(
    layers.slice(0, -1).map(asDense),
    asDense(last),
    chain.activations,
  );
  tensors.set(isUser ? "user.embedding" : "watch.embedding", source.table);
  const features = [isUser ? { name: "user", kind: "categorical" } : watchOf(source)];
  const description = { activation, output: outputOf(chain, options), features };
  return { kind: "candidates", tensors, description, notes: chain.notes };
}

/** @param {Bag} bag */
function watchOf({ padding }) {
  const watch = {
    name: "watch",
    kind: "categorical",
    several: true,
    ids: "items",
    from: "history",
    table: "watch",
  };
  return padding === undefined ? watch : { ...watch, padding };
}

/** @param {Dense} layer @returns {import("../shared/batch-norm.js").Dense} */
const asDense = ({ weight, out, in: width, bias }) => ({
  weight: { shape: [out, width], values: weight },
  ...(bias ? { bias: { shape: [out], values: bias } } : {}),
});

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {string} name
 * @param {Dense} layer
 */
function put(tensors, name, { weight, out, in: width, bias }) {
  tensors.set(`${name}.weight`, { shape: [out, width], values: weight });
  if (bias) tensors.set(`${name}.bias`, { shape: [out], values: bias });
}
