import { PocketrecError, show } from "../../../common/errors.js";
import { autoencoderTensors } from "../shared/autoencoder-tensors.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { chainOf } from "./layers.js";
import { unsupported } from "./values.js";

/**
 * Autoencoders, and towers from a list of items to a score per item.
 *
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../../file/metadata.js").Kind} Kind
 * @typedef {import("./layers.js").Chain} Chain
 * @typedef {import("./values.js").Bag} Bag
 * @typedef {import("./values.js").Rows} Rows
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./layout.js").Found} Found
 */

/** Kinds whose input and output are the items. */
const KINDS = ["autoencoder", "mult-dae", "autorec-user"];

/** Activations between layers that the kernels compute. */
const ACTIVATIONS = ["identity", "relu", "elu", "selu", "sigmoid", "tanh"];

/**
 * @param {Wires} value the graph's output
 * @param {LayoutOptions} options
 * @returns {Found}
 */
export function chainModel(value, options) {
  const chain = chainOf(value);
  const wrong = chain.activations.find((name) => !ACTIVATIONS.includes(name));
  if (wrong) throw unsupported("graph", `${ACTIVATIONS.join(", ")} between layers`, wrong);
  return chain.source.type === "input"
    ? autoencoder(chain, options)
    : candidates(chain, chain.source, options);
}

/**
 * The graph's output function; without one, the stated one.
 *
 * @param {Chain} chain
 * @param {LayoutOptions} options
 */
const outputOf = ({ output }, options) =>
  output === "identity" ? (options.output ?? output) : output;

/**
 * @param {Chain} chain
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function autoencoder(chain, options) {
  const { layers, activations, output, isNormed, notes } = chain;
  assertAutoencoder(chain);
  const kind = options.kind ?? (isNormed || output === "softmax" ? "mult-dae" : "autoencoder");
  if (!KINDS.includes(kind))
    throw new PocketrecError("bad-argument", "kind", KINDS.join(", "), show(kind));
  const input = {
    values: kind === "autorec-user" ? "rating" : "binary",
    normalize: isNormed ? "l2" : "none",
  };
  const description = { activation: activations, output: outputOf(chain, options), input };
  const tensors = autoencoderTensors(layers);
  return { kind: /** @type {Kind} */ (kind), tensors, description, notes };
}

/**
 * @param {Chain} chain
 * @throws {PocketrecError} "unsupported"
 */
function assertAutoencoder({ layers }) {
  const outputs = layers.map(({ weight }) => weight.shape[0]);
  const items = layers[0].weight.shape[1];
  if (layers.length > 1 && outputs.at(-1) === items) return;
  throw unsupported(
    "graph",
    "as many outputs as inputs, and a hidden layer between them",
    [items, ...outputs].join(" -> "),
    "pocketrec supports scores of a user's and an item's id, autoencoders over the items, " +
      "and towers over a list of items.",
  );
}

/**
 * A tower from a list of items, or from the id of a trained user, to a score per item.
 *
 * @param {Chain} chain
 * @param {Bag | Rows} source
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function candidates(chain, source, options) {
  const { layers, output, activations, notes } = chain;
  const last = layers[layers.length - 1];
  const isUser = source.type === "rows";
  const [items] = source.table.shape;
  const [outputs] = last.weight.shape;
  if (!isUser && outputs !== items) {
    const expected = `a score for each of the ${items} items of the input's table`;
    throw unsupported("graph", expected, `${outputs} outputs`);
  }
  if (output !== "softmax" && output !== "identity")
    throw unsupported("graph", "a softmax or nothing behind the last layer", output);
  const { tensors, activation } = candidateTower(layers.slice(0, -1), last, activations);
  tensors.set(isUser ? "user.embedding" : "watch.embedding", source.table);
  const features = [isUser ? { name: "user", kind: "categorical" } : watchFeature(source)];
  const description = { activation, output: outputOf(chain, options), features };
  return { kind: "candidates", tensors, description, notes };
}

/** @param {Bag} bag */
function watchFeature({ padding }) {
  const list = { name: "watch", kind: "categorical", several: true, table: "watch" };
  const history = { ...list, ids: "items", from: "history" };
  return padding === undefined ? history : { ...history, padding };
}
