import { PocketrecError, show } from "../../../../js/common/errors.js";
import { autoencoderTensors } from "../shared/autoencoder-tensors.js";
import { inputOf } from "../shared/assume.js";
import { candidateTower } from "../shared/candidate-tower.js";
import { describeEnding, endingOf } from "./ending.js";
import { chainOf } from "./layers.js";
import { unsupported } from "./values.js";

/**
 * Autoencoders, and towers from a list of items to a score per item.
 *
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../../../js/families/index.js").Kind} Kind
 * @typedef {import("./layers.js").Chain} Chain
 * @typedef {import("./values.js").Bag} Bag
 * @typedef {import("./values.js").Rows} Rows
 * @typedef {import("./values.js").Wires} Wires
 * @typedef {import("./layout.js").Found} Found
 * @typedef {import("./ending.js").Ending} Ending
 */

/** Kinds whose input and output are the items. */
const KINDS = ["autoencoder", "mult-dae", "autorec-user"];

/** Activations between layers that the kernels compute. */
const ACTIVATIONS = ["identity", "relu", "elu", "selu", "sigmoid", "tanh"];

/** What may follow the last layer. */
const OUTPUTS = [...ACTIVATIONS, "softmax", "log-softmax"];

/**
 * @param {Wires} value the graph's output
 * @param {LayoutOptions} options
 * @returns {Found}
 */
export function chainModel(value, options) {
  const ending = endingOf(value, OUTPUTS, options);
  const chain = chainOf(ending.raw);
  const wrong = chain.activations.find((name) => !ACTIVATIONS.includes(name));
  if (wrong) throw unsupported("graph", `${ACTIVATIONS.join(", ")} between layers`, wrong);
  const model =
    chain.source.type === "input"
      ? autoencoder(chain, ending, options)
      : candidates(chain, ending, chain.source);
  if (ending.output !== "log-softmax") return model;
  const note =
    "The graph gives the logarithms of probabilities; pocketrec gives the probabilities, " +
    "in the same order.";
  return { ...model, notes: [...model.notes, note] };
}

/**
 * The metadata of an ending.
 * @param {Ending} ending
 */
function describe(ending) {
  const isLogarithm = ending.output === "log-softmax";
  return describeEnding(isLogarithm ? { ...ending, output: "softmax" } : ending);
}

/**
 * @param {Chain} chain
 * @param {Ending} ending
 * @param {LayoutOptions} options
 * @returns {Found}
 */
function autoencoder(chain, ending, options) {
  const { layers, activations, isNormed } = chain;
  assertAutoencoder(chain);
  const kind = kindOf(chain, ending, options);
  const { normalize, assumptions } = inputOf(kind, isNormed, options);
  const input = { values: kind === "autorec-user" ? "rating" : "binary", normalize };
  const description = { activation: activations, ...describe(ending), input };
  return { kind, tensors: autoencoderTensors(layers), description, notes: [], assumptions };
}

/**
 * The kind: as stated, else by what only one kind does. Outputs that may be ratings do not tell
 * whether the inputs are ratings too.
 *
 * @param {Chain} chain
 * @param {Ending} ending
 * @param {LayoutOptions} options
 * @returns {Kind}
 */
function kindOf({ isNormed, layers }, { output }, { kind }) {
  if (kind !== undefined) {
    if (KINDS.includes(kind)) return /** @type {Kind} */ (kind);
    throw new PocketrecError("bad-argument", "kind", KINDS.join(", "), show(kind));
  }
  if (isNormed || output.endsWith("softmax")) return "mult-dae";
  if (output === "sigmoid") return "autoencoder";
  const found = `an autoencoder of ${layers[0].weight.shape[1]} items of unknown kind`;
  const hint =
    "Use --kind autorec-user if its input is ratings, --kind autoencoder or --kind mult-dae if " +
    "it is 1 for each item of the history.";
  throw new PocketrecError("unknown-layout", "kind", KINDS.join(", "), found, { hint });
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
 * @param {Ending} ending
 * @param {Bag | Rows} source
 * @returns {Found}
 */
function candidates({ layers, activations }, ending, source) {
  const { output } = describe(ending);
  const last = layers[layers.length - 1];
  const isUser = source.type === "rows";
  const [items] = source.table.shape;
  const [outputs] = last.weight.shape;
  if (!isUser && outputs !== items) {
    const expected = `a score for each of the ${items} items of the input's table`;
    throw unsupported("graph", expected, `${outputs} outputs`);
  }
  if ((output !== "softmax" && output !== "identity") || ending.clip) {
    const expected = "a softmax or nothing behind the last layer";
    throw unsupported("graph", expected, ending.clip ? "a Clip" : output);
  }
  const { tensors, activation } = candidateTower(layers.slice(0, -1), last, activations);
  tensors.set(isUser ? "user.embedding" : "watch.embedding", source.table);
  const features = [isUser ? { name: "user", kind: "categorical" } : watchFeature(source)];
  return { kind: "candidates", tensors, description: { activation, output, features }, notes: [] };
}

/** @param {Bag} bag */
function watchFeature({ padding }) {
  const list = { name: "watch", kind: "categorical", several: true, table: "watch" };
  const history = { ...list, ids: "items", from: "history" };
  return padding === undefined ? history : { ...history, padding };
}
