import { UNUSED, emptyBlueprint } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { sideOf, wordsOf } from "../../name-hints.js";
import { activationBehind } from "../shared/activations.js";
import { autoencoderTensors } from "../shared/autoencoder-tensors.js";
import { isDense, isNorm, layersOf } from "../shared/layers.js";
import { chainOf } from "./autoencoder-chain.js";
import { autoencoderKind } from "./autoencoder-kind.js";

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
  const inner = layers.filter(
    (layer) => !isVarianceHead(layer.path) && (isDense(layer) || isNorm(layer)),
  );
  const table = inner.find(isUserTable);
  const { chainLayers, users } = withoutUserColumns(inner.filter((layer) => layer !== table));
  const chain = chainOf(chainLayers, checkpoint);
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
  describe(blueprint, chain, inner, checkpoint, options);
  for (const layer of layers) {
    const isUsed = inner.includes(layer) && (layer !== table || hasNodes);
    const reason = isVarianceHead(layer.path) ? UNUSED.variance : UNUSED.model;
    for (const name of layer.names) {
      if (isUsed) blueprint.used.add(name);
      else blueprint.unused.set(name, reason);
    }
  }
  return blueprint;
}

/**
 * Whether a layer is the head of a variational encoder that gives the variance.
 * @param {string} path
 */
function isVarianceHead(path) {
  const words = wordsOf(path);
  const hasOne = (/** @type {string[]} */ ...names) => words.some((word) => names.includes(word));
  return (
    hasOne("logvar", "logvariance", "logsigma", "logstd") ||
    (hasOne("log") && hasOne("var", "variance", "sigma", "std"))
  );
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
 * Activations and output: as stated, by the classes of a pickled module, or the kind's default.
 *
 * @param {Blueprint} blueprint changed
 * @param {Chain} chain
 * @param {Layer[]} layers
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function describe({ kind, description, notes }, chain, layers, { classes, format }, options) {
  const stated = options.activation?.split(",");
  const found = layers
    .filter((layer) => !isNorm(layer))
    .slice(0, -1)
    .map(({ path }) => activationBehind(path, classes));
  const fallback = defaultActivation(kind, format);
  const activations = Array.from({ length: chain.dense.length - 1 }, (_, k) => {
    if (stated) return stated.length === 1 ? stated[0] : stated[k];
    const isMean = chain.isVariational && k === chain.encoderCount - 1;
    return isMean ? "identity" : (found[k] ?? fallback);
  });
  const isUniform = activations.every((name) => name === activations[0]);
  description.activation = isUniform ? activations[0] : activations;
  if (options.output) description.output = options.output;
  if (!stated && found.some((name) => name === undefined)) {
    const names = [...new Set(activations)].join(" and ");
    notes.push(`hidden layers are taken as ${names}; --activation overrides it`);
  }
  if (!options.output && kind !== "mult-dae") {
    const output = kind === "autorec-user" ? "identity" : "sigmoid";
    notes.push(`the output is taken as ${output}; --output-function overrides it`);
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
