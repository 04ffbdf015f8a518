import { PocketrecError, show } from "../../../common/errors.js";
import { emptyBlueprint } from "../../blueprint.js";
import { activationBehind, foldedChain } from "../shared/batch-norm.js";
import { turned } from "../../matrix.js";
import { isDense, isNorm, unitsOf } from "../shared/layers.js";
import { sideOf, wordsOf } from "../../name-hints.js";

/**
 * Autoencoders by the names and shapes of their tensors: AutoRec by user, CDAE, Mult-DAE, the mean
 * path of Mult-VAE, plain and denoising ones. Dense layers that begin and end with the items.
 *
 * @typedef {import("../shared/layers.js").Unit} Unit
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {{ layers: import("../shared/batch-norm.js").Dense[], encoders: number, isVariational: boolean,
 *   notes: string[] }} Chain
 */

const KINDS = ["autoencoder", "autorec-user", "cdae", "mult-dae"];

/** @type {import("../../blueprint.js").Layout} */
export function autoencoderLayout(checkpoint, options) {
  const units = unitsOf(checkpoint);
  const spread = units.filter((unit) => isSpread(unit.path));
  const inner = units.filter((unit) => !spread.includes(unit) && (isDense(unit) || isNorm(unit)));
  const node = inner.find(
    (unit) =>
      !unit.bias &&
      !unit.isTransposed &&
      isDense(unit) &&
      (sideOf(unit.path) === "user" || wordsOf(unit.path).includes("embedding")),
  );
  const { layers, users } = withoutUsers(inner.filter((unit) => unit !== node));
  const nodes = node ? node.weight : users;
  const chain = chainOf(layers, checkpoint);
  if (!chain) return undefined;
  const isNode = nodes?.shape[1] === chain.layers[0].weight.shape[0];
  const kind = kindOf(checkpoint, options, units, chain, isNode);
  const blueprint = {
    ...emptyBlueprint(`${checkpoint.format} ${kind}`, kind),
    notes: [...chain.notes],
  };
  putChain(blueprint, chain);
  if (isNode && kind === "cdae")
    blueprint.tensors.set("user", /** @type {ForeignTensor} */ (nodes));
  if (isNode && users)
    blueprint.notes.push(`the encoder's last ${users.shape[0]} columns are taken as a node a user`);
  describe(blueprint, chain, inner, checkpoint, options);
  for (const unit of units) {
    for (const name of unit.names) {
      if (inner.includes(unit) && (unit !== node || isNode)) blueprint.used.add(name);
      else
        blueprint.unused.set(
          name,
          spread.includes(unit)
            ? "how far a code may vary, which matters only in training"
            : "the model does not use it",
        );
    }
  }
  return blueprint;
}

/** The head of a variational encoder that gives the spread. @param {string} path */
function isSpread(path) {
  const words = wordsOf(path);
  return (
    words.some((word) => ["logvar", "logvariance", "logsigma", "logstd"].includes(word)) ||
    (words.includes("log") &&
      words.some((word) => ["var", "variance", "sigma", "std"].includes(word)))
  );
}

/**
 * The layers of a CDAE whose input is the items and, behind them, the user, one hot (rectorch): the
 * encoder's columns beyond the decoder's items are the users' nodes. Names have to say encoder and
 * decoder, since a classifier narrows as well.
 *
 * @param {Unit[]} units
 * @returns {{ layers: Unit[], users?: ForeignTensor }}
 */
function withoutUsers(units) {
  const [encoder, decoder] = units;
  const items = decoder?.weight?.shape[0] ?? 0;
  const isNamed = (/** @type {Unit} */ { path }, /** @type {string[]} */ names) =>
    wordsOf(path).some((word) => names.includes(word));
  const isPair =
    units.length === 2 &&
    units.every(isDense) &&
    isNamed(encoder, ["enc", "encoder"]) &&
    isNamed(decoder, ["dec", "decoder"]);
  if (!isPair || !encoder.weight || encoder.weight.shape[1] <= items) return { layers: units };
  const {
    shape: [inputs, width],
    values,
  } = turned(encoder.weight);
  const weight = turned({ shape: [items, width], values: values.subarray(0, items * width) });
  return {
    layers: [{ ...encoder, weight }, decoder],
    users: { shape: [inputs - items, width], values: values.subarray(items * width) },
  };
}

/**
 * @param {Unit[]} units
 * @param {Checkpoint} checkpoint
 * @returns {Chain | undefined}
 */
function chainOf(units, checkpoint) {
  const dense = inOrder(units.filter((unit) => !isNorm(unit)));
  const items = dense[0]?.weight?.shape[1] ?? 0;
  if (dense.length < 2 || dense.at(-1)?.weight?.shape[0] !== items) return undefined;
  const { layers, left, notes } = foldedChain(units.some(isNorm) ? units : dense, checkpoint);
  let encoders = 0;
  let isVariational = false;
  for (let k = 1; k < layers.length; k++) {
    const outputs = layers[k - 1].weight.shape[0];
    const inputs = layers[k].weight.shape[1];
    if (outputs === 2 * inputs && !isVariational) {
      // Mean and logarithm of the variance, one behind the other.
      const { path, weight, bias } = layers[k - 1];
      layers[k - 1] = {
        path,
        weight: firstRows(weight, inputs),
        bias: bias && firstRows(bias, inputs),
      };
      [encoders, isVariational] = [k, true];
    } else if (outputs !== inputs || inputs >= items) return undefined;
  }
  if (left) return undefined;
  const widths = layers.slice(0, -1).map(({ weight }) => weight.shape[0]);
  return {
    layers,
    encoders: encoders || widths.indexOf(Math.min(...widths)) + 1,
    isVariational,
    notes,
  };
}

/**
 * Layers one behind the other: as the file has them, or where names do not tell the order (Keras
 * numbers layers as they were made) by their sizes, if these leave one order only.
 *
 * @param {Unit[]} dense
 */
function inOrder(dense) {
  const inputsOf = (/** @type {Unit} */ { weight }) => weight?.shape[1] ?? 0;
  const outputsOf = (/** @type {Unit} */ { weight }) => weight?.shape[0] ?? 0;
  if (dense.every((unit, k) => k === 0 || inputsOf(unit) === outputsOf(dense[k - 1]))) return dense;
  const items = Math.max(...dense.map(inputsOf));
  const left = [...dense];
  const chain = /** @type {Unit[]} */ ([]);
  for (let width = items; left.length; width = outputsOf(chain[chain.length - 1])) {
    const next = left.filter((unit) => inputsOf(unit) === width);
    if (next.length !== 1) return dense;
    chain.push(...left.splice(left.indexOf(next[0]), 1));
  }
  return chain;
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} rows
 * @returns {ForeignTensor}
 */
function firstRows({ shape, values }, rows) {
  return { shape: [rows, ...shape.slice(1)], values: values.slice(0, rows * (shape[1] ?? 1)) };
}

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Unit[]} units
 * @param {Chain} chain
 * @param {boolean} isNode whether there is a table of nodes
 * @returns {any}
 */
function kindOf({ classes }, { kind }, units, { layers, isVariational }, isNode) {
  if (kind !== undefined) {
    if (KINDS.includes(kind)) return kind;
    throw new PocketrecError("bad-argument", "kind", KINDS.join(", "), show(kind));
  }
  if (isNode) return "cdae";
  const words = new Set([...units.map(({ path }) => path), classes.get("") ?? ""].flatMap(wordsOf));
  const isNamed = (/** @type {string} */ name) => [...words].join("").includes(name);
  const isNotebook = units.some(({ names }) =>
    names.some((name) => /^weight_\d+to\d+(:0)?$/.test(name)),
  ); // vae_cf's Mult-DAE
  if (
    isVariational ||
    isNotebook ||
    (words.has("q") && words.has("p")) ||
    isNamed("multdae") ||
    isNamed("multidae") ||
    isNamed("multivae")
  )
    return "mult-dae";
  if (isNamed("autorec")) return "autorec-user";
  throw new PocketrecError(
    "unknown-layout",
    "kind",
    KINDS.join(", "),
    `an autoencoder of ${layers[0].weight.shape[1]} items that does not say which`,
    {
      hint: "Say --kind mult-dae, --kind autorec-user (ratings), --kind autoencoder (AE and DAE) or --kind cdae.",
    },
  );
}

/**
 * @param {Blueprint} blueprint
 * @param {Chain} chain
 */
function putChain({ tensors }, { layers, encoders }) {
  layers.forEach(({ weight, bias }, k) => {
    const name = k < encoders ? `encoder.${k}` : `decoder.${k - encoders}`;
    tensors.set(`${name}.weight`, weight);
    if (bias) tensors.set(`${name}.bias`, bias);
  });
}

/**
 * Activations: told, or by the classes of a pickled module, or the kind's own.
 *
 * @param {Blueprint} blueprint
 * @param {Chain} chain
 * @param {Unit[]} units
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function describe(
  { kind, description, notes },
  { layers, encoders, isVariational },
  units,
  { classes, format },
  options,
) {
  const hidden = layers.length - 1;
  const given = options.activation?.split(",");
  const found = units
    .filter((unit) => !isNorm(unit))
    .slice(0, -1)
    .map(({ path }) => activationBehind(path, classes));
  // The Keras code of CDAE that others were made from has relu.
  const usual =
    kind === "mult-dae" ? "tanh" : kind === "cdae" && format === "keras" ? "relu" : "sigmoid";
  const activations = Array.from({ length: hidden }, (_, k) => {
    if (given) return given.length === 1 ? given[0] : given[k];
    return isVariational && k === encoders - 1 ? "identity" : (found[k] ?? usual);
  });
  description.activation = activations.every((name) => name === activations[0])
    ? activations[0]
    : activations;
  if (options.output) description.output = options.output;
  if (!given && found.some((name) => name === undefined))
    notes.push(
      `hidden layers are taken as ${[...new Set(activations)].join(" and ")}; --activation says otherwise`,
    );
  if (!options.output && kind !== "mult-dae")
    notes.push(
      `the output is taken as ${kind === "autorec-user" ? "identity" : "sigmoid"}; --output-function says otherwise`,
    );
}
