import { PocketrecError } from "../../../errors.js";
import { autoencoderOf } from "./autoencoder.js";
import { transpose } from "./values.js";

/**
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("./values.js").DenseLayer} DenseLayer
 * @typedef {import("./values.js").Part} Part
 */

/**
 * Weights without a configuration (`save_weights`): a chain of dense layers from the items to the items, in the order of their
 * names' numbers, with the persons' rows of a CDAE or without. What the activations are the person says, since the file does not.
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {Blueprint | undefined}
 */
export function kerasWeights(checkpoint, options) {
  if (checkpoint.format !== "keras" || checkpoint.layers) return undefined;
  const names = [...checkpoint.tensors.keys()].sort(new Intl.Collator("en", { numeric: true }).compare);
  const kernels = names.filter((name) => name.endsWith("/kernel"));
  const tables = names.filter((name) => name.endsWith("/embeddings") || (name.endsWith("/kernel") && !checkpoint.tensors.has(biasOf(name))));
  const chain = kernels.filter((name) => !tables.includes(name));
  const layers = chainOf(chain, checkpoint);
  if (!layers || names.length !== 2 * chain.length + tables.length || tables.length > 1) return undefined;
  const node = tables.length ? nodeOf(tables[0], checkpoint, layers[0].outputs) : undefined;
  if (tables.length && (!node || layers.length !== 2)) return undefined;
  const { activation, output, notes } = functionsOf(options, node !== undefined);
  layers.forEach((layer, k) => { layer.activation = k < layers.length - 1 ? activation : output; });
  layers[0].node = node;
  const input = { input: "items", rows: 0, width: layers[0].inputs, length: 1, isMasked: false, isMean: false, isUnit: false };
  const model = autoencoderOf({ kind: "features", parts: [input], layers }, options);
  return model && { ...model, layout: node ? "Keras CDAE, weights alone" : "Keras autoencoder, weights alone", used: new Set(names),
    left: new Map(), notes: [...notes, ...model.notes] };
}

/** @param {string} kernel */
const biasOf = (kernel) => kernel.replace(/kernel$/, "bias");

/**
 * @param {string[]} kernels
 * @param {Checkpoint} checkpoint
 * @returns {DenseLayer[] | undefined} undefined: they do not follow one another from the items to the items
 */
function chainOf(kernels, checkpoint) {
  const layers = kernels.map((name) => {
    const kernel = /** @type {ForeignTensor} */ (checkpoint.tensors.get(name));
    const bias = checkpoint.tensors.get(biasOf(name));
    const [inputs, outputs, ...more] = kernel.shape;
    if (!bias || more.length || outputs === undefined || bias.shape.length !== 1 || bias.shape[0] !== outputs) return undefined;
    return { weight: transpose(kernel.values, inputs, outputs), bias: bias.values, inputs, outputs, activation: "identity" };
  });
  const known = layers.filter((layer) => layer !== undefined);
  const fits = known.every((layer, k) => k === 0 || known[k - 1].outputs === layer.inputs);
  const isChain = known.length === layers.length && known.length >= 2 && fits && known[0].inputs === known.at(-1)?.outputs;
  return isChain ? known : undefined;
}

/**
 * @param {string} name
 * @param {Checkpoint} checkpoint
 * @param {number} width of the hidden layer
 * @returns {Part | undefined}
 */
function nodeOf(name, checkpoint, width) {
  const { shape, values } = /** @type {ForeignTensor} */ (checkpoint.tensors.get(name));
  if (shape.length !== 2 || shape[1] !== width) return undefined;
  return { input: "user", table: name, values, rows: shape[0], width, length: 1, isMasked: false, isMean: false, isUnit: false };
}

/**
 * @param {LayoutOptions} options
 * @param {boolean} isCdae
 */
function functionsOf({ activation, output }, isCdae) {
  if (activation && output) return { activation, output, notes: [] };
  if (isCdae) {
    const [hidden, last] = [activation ?? "relu", output ?? "sigmoid"];
    const note = `The file does not tell the activations: ${hidden} and ${last} were taken, as in the Keras code of CDAE.`;
    return { activation: hidden, output: last, notes: [note] };
  }
  throw new PocketrecError("unknown-layout", "activation", "to be told, with output: the file holds weights alone", "none", {
    hint: "Tell --activation and --output, or save the whole model, whose configuration tells them.",
  });
}
