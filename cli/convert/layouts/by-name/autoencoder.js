import { UNUSED, emptyBlueprint } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { sideOf, wordsOf } from "../../name-hints.js";
import { activationsBehind, compactActivations, statedActivations } from "../shared/activations.js";
import { assumeActivation, assumeNorms, assumed } from "../shared/assume.js";
import { autoencoderTensors } from "../shared/autoencoder-tensors.js";
import { isDense, isNorm, layersOf } from "../shared/layers.js";
import { chainOf } from "./autoencoder-chain.js";
import { autoencoderKind } from "./autoencoder-kind.js";
import { headsOf } from "./variational-heads.js";

/**
 * Autoencoders by the names and shapes of their tensors: user-based AutoRec, CDAE, Mult-DAE, the
 * mean path of Mult-VAE, plain and denoising ones. Dense layers from the items to the items.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("./autoencoder-chain.js").Chain} Chain
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/** @type {import("../../blueprint.js").Layout} */
export function autoencoderLayout(checkpoint, options) {
  const layers = layersOf(checkpoint);
  const heads = headsOf(layers, options);
  const inner = layers.filter(
    (layer) => layer !== heads?.variance && (isDense(layer) || isNorm(layer)),
  );
  const table = inner.find(isUserTable);
  const { chainLayers, users } = withoutUserColumns(inner.filter((layer) => layer !== table));
  const chain = chainOf(chainLayers, checkpoint, options, heads?.mean);
  if (!chain) return undefined;
  const nodes = table ? table.weight : users;
  const hasNodes = nodes?.shape[1] === chain.dense[0].weight.shape[0];
  const kind = autoencoderKind(checkpoint, options, layers, chain, hasNodes);
  const blueprint = emptyBlueprint(`${checkpoint.format} ${kind}`, kind);
  blueprint.tensors = autoencoderTensors(chain.dense, chain.encoderCount);
  blueprint.notes.push(...chain.notes);
  if (nodes && hasNodes && kind === "cdae") blueprint.tensors.set("user", nodes);
  if (hasNodes && users)
    blueprint.notes.push(`the encoder's last ${users.shape[0]} columns are taken as user nodes`);
  describe(blueprint, chain, checkpoint, options);
  if ((heads?.isGuess || chain.isJoined) && !options.head)
    blueprint.assumptions.push(assumed("head", "first", ["first", "second"], "--head"));
  blueprint.assumptions.push(...assumeNorms(chainLayers, checkpoint, options));
  blueprint.assumptions.push(...chain.assumptions);
  for (const layer of layers) {
    const isUsed = inner.includes(layer) && (layer !== table || hasNodes);
    const reason = layer === heads?.variance ? UNUSED.variance : UNUSED.model;
    for (const name of layer.names) {
      if (isUsed) blueprint.used.add(name);
      else blueprint.unused.set(name, reason);
    }
  }
  return blueprint;
}

/** Whether a layer is a CDAE's table of user nodes. @param {Layer} layer */
const isUserTable = (layer) =>
  !layer.bias &&
  !layer.isTransposed &&
  isDense(layer) &&
  (sideOf(layer.path) === "user" || wordsOf(layer.path).includes("embedding"));

/**
 * Separates the user nodes of a CDAE whose input is the items followed by the one-hot user
 * (rectorch): the encoder's columns beyond the decoder's items. The names must be encoder and
 * decoder, since a classifier narrows as well.
 *
 * @param {Layer[]} layers
 * @returns {{ chainLayers: Layer[], users?: ForeignTensor }}
 */
function withoutUserColumns(layers) {
  const [encoder, decoder] = layers;
  const items = decoder?.weight?.shape[0] ?? 0;
  const isNamed = (/** @type {Layer} */ { path }, /** @type {string[]} */ ...names) =>
    wordsOf(path).some((word) => names.includes(word));
  const isPair =
    layers.length === 2 &&
    layers.every(isDense) &&
    isNamed(encoder, "enc", "encoder") &&
    isNamed(decoder, "dec", "decoder");
  if (!isPair || !encoder.weight || encoder.weight.shape[1] <= items)
    return { chainLayers: layers };
  const { shape, values } = transposed(encoder.weight);
  const [inputs, width] = shape;
  const weight = transposed({ shape: [items, width], values: values.subarray(0, items * width) });
  return {
    chainLayers: [{ ...encoder, weight }, decoder],
    users: { shape: [inputs - items, width], values: values.subarray(items * width) },
  };
}

/**
 * Activations, output and the length of the input: as stated, by the classes of a pickled module,
 * or the kind's default.
 *
 * @param {Blueprint} blueprint changed
 * @param {Chain} chain
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function describe({ kind, description, assumptions }, chain, { classes, format }, options) {
  const hidden = chain.dense.slice(0, -1);
  const mean = chain.isVariational ? chain.encoderCount - 1 : -1;
  const isOne = options.activation !== undefined && !options.activation.includes(",");
  const stated = statedActivations(options, kind, hidden.length);
  const usual = options.usualActivation ?? defaultActivation(kind, format);
  const found = activationsBehind(hidden, classes, usual);
  const isMean = (/** @type {number} */ k) => k === mean && (!stated || isOne);
  const names = found.names.map((name, k) => (isMean(k) ? "identity" : (stated?.[k] ?? name)));
  const known = found.known.map((name, k) => (isMean(k) ? "identity" : (stated?.[k] ?? name)));
  description.activation = compactActivations(names);
  if (known.includes(undefined))
    assumptions.push(assumeActivation(names, known, { hasSwish: kind !== "cdae" }));
  if (options.output) description.output = options.output;
  else {
    const value = OUTPUTS[kind] ?? "sigmoid";
    const others =
      kind === "mult-dae" ? ["softmax", "identity", "sigmoid"] : ["identity", "sigmoid"];
    assumptions.push(assumed("output", value, others, "--output-function"));
  }
  describeInput(description, kind, assumptions, options);
}

/** Output functions, where they are not a sigmoid. @type {Record<string, string>} */
const OUTPUTS = { "autorec-user": "identity", "mult-dae": "softmax" };

/**
 * Whether the input has length 1. Ratings are not scaled.
 *
 * @param {Record<string, any>} description changed
 * @param {string} kind
 * @param {Blueprint["assumptions"]} assumptions changed
 * @param {LayoutOptions} options
 */
function describeInput(description, kind, assumptions, { normalize }) {
  if (normalize) description.input = { ...description.input, normalize };
  else if (kind !== "autorec-user") {
    const value = kind === "mult-dae" ? "l2" : "none";
    assumptions.push(assumed("normalize", value, ["none", "l2"], "--normalize"));
  }
}

/**
 * @param {string} kind
 * @param {string} format
 */
function defaultActivation(kind, format) {
  if (kind === "mult-dae") return "tanh";
  // The Keras implementation of CDAE that others copy has relu.
  return kind === "cdae" && format === "keras" ? "relu" : "sigmoid";
}
