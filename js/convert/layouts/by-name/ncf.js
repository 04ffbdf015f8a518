import { PocketrecError } from "../../../common/errors.js";
import { UNUSED, emptyBlueprint } from "../../blueprint.js";
import { rotated } from "../../matrix.js";
import { sideOf } from "../../name-hints.js";
import { activationBehind } from "../shared/activations.js";
import { foldedChain, normalizedBefore } from "../shared/batch-norm.js";
import { isDense, isNorm, layersOf, withoutCopies } from "../shared/layers.js";
import { ncfTensors } from "../shared/ncf-tensors.js";
import { blocksOf } from "./ncf-blocks.js";
import { rowsOf, tablesOf, widthOf } from "./ncf-tables.js";
import { looksLikeRatings } from "./rating-output.js";

/**
 * GMF, MLP and NeuMF by the names and shapes of their tensors: the many PyTorch implementations
 * (embed_user_GMF, embedding_user_mf, user_mf_embedding, ...), the NCF authors' weight files,
 * RecBole, and matrix factorisation with or without biases.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("../shared/batch-norm.js").Dense} Dense
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {import("./ncf-tables.js").LayerPair} LayerPair
 * @typedef {import("./ncf-blocks.js").Blocks} Blocks
 *
 * @typedef {object} Found what the names and shapes of a checkpoint revealed
 * @property {Layer[]} own
 * @property {Layer[]} copies
 * @property {ReturnType<typeof tablesOf>} tables
 * @property {Blocks} blocks
 * @property {Layer} [output]
 */

/** @type {import("../../blueprint.js").Layout} */
export function ncfLayout(checkpoint, options) {
  const { own, copies } = withoutCopies(layersOf(checkpoint));
  const tables = tablesOf(own, options);
  if (!tables.pairs.size) return undefined;
  const others = own.filter((layer) => !tables.all.has(layer) && (isDense(layer) || isNorm(layer)));
  const output = others.filter((layer) => isDense(layer) && rowsOf(layer) === 1).at(-1);
  const hidden = others.filter((layer) => layer !== output);
  const blocks = blocksOf(tables.pairs, hidden, output, checkpoint, options);
  return blocks && build(checkpoint, options, { own, copies, tables, blocks, output });
}

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Found} found
 * @returns {Blueprint}
 */
function build(checkpoint, options, found) {
  const { own, copies, blocks, tables } = found;
  const blueprint = emptyBlueprint(`${checkpoint.format} ${blocks.kind}`, blocks.kind);
  const isMlpFirst = hasMlpFirst(options, own, blocks.kind);
  noteColumns(blueprint, options, isMlpFirst);
  if (tables.isGuess)
    blueprint.notes.push(
      "no name tells users from items: the first table is taken as the users'; " +
        "--items FILE tells which table has a row per item",
    );
  putTensors(blueprint, checkpoint, options, found, isMlpFirst);
  for (const { names } of copies)
    for (const name of names)
      blueprint.unused.set(name, "of a model inside this one, which it was made from");
  for (const { names } of own)
    for (const name of names)
      if (!blueprint.used.has(name)) blueprint.unused.set(name, UNUSED.model);
  describe(blueprint, checkpoint, options, blocks);
  return blueprint;
}

/**
 * @param {Blueprint} blueprint changed
 * @param {LayoutOptions} options
 * @param {boolean} isMlpFirst
 */
function noteColumns({ kind, notes }, { join }, isMlpFirst) {
  if (isMlpFirst)
    notes.push(
      "the output layer's columns are taken as MLP first, then GMF, as in that code; " +
        "--join gmf-mlp overrides it",
    );
  else if (kind === "neumf" && !join)
    notes.push(
      "the output layer's columns are taken as GMF first, then MLP; " +
        "--join mlp-gmf overrides it",
    );
}

/**
 * yihong-chen's code and its descendants join the tower's output before the product.
 *
 * @param {LayoutOptions} options
 * @param {Layer[]} own
 * @param {string} kind
 */
function hasMlpFirst({ join }, own, kind) {
  if (kind !== "neumf") return false;
  if (join) return join === "mlp-gmf";
  const hasPath = (/** @type {RegExp} */ pattern) => own.some(({ path }) => pattern.test(path));
  return hasPath(/affine_output$/) && hasPath(/fc_layers\.\d+$/);
}

/**
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Found} found
 * @param {boolean} isMlpFirst
 */
function putTensors(blueprint, checkpoint, options, { own, blocks, tables, output }, isMlpFirst) {
  const { gmf, mlp } = blocks;
  const g = gmf ? widthOf(gmf.item) : 0;
  const { layers, pending, notes } = towerLayers(checkpoint, options, blocks);
  blueprint.notes.push(...notes);
  let last = /** @type {Dense | undefined} */ (output);
  if (last && isMlpFirst)
    last = { bias: last.bias, weight: rotated(last.weight, widthOf(output) - g) };
  if (last && pending) last = normalizedBefore(last, pending, g);
  const biases = biasesOf(own, blocks, tables.biases, output);
  // Without an output layer the score is a plain inner product.
  const weight = last?.weight.values ?? new Float32Array(g).fill(1);
  const product = gmf && { ...tablesOfPair(gmf), weight: weight.subarray(0, g) };
  blueprint.tensors = ncfTensors({
    products: product ? [product] : [],
    tower: mlp && { ...tablesOfPair(mlp), layers },
    towerWeight: weight.subarray(g),
    outputBias: (last?.bias ?? biases.global?.weight)?.values,
    userBias: biases.user?.weight?.values,
    itemBias: biases.item?.weight?.values,
  });
  const used = [gmf?.user, gmf?.item, mlp?.user, mlp?.item, ...blocks.tower, output];
  for (const layer of [...used, biases.user, biases.item, biases.global])
    for (const name of layer?.names ?? []) blueprint.used.add(name);
}

/** @param {LayerPair} pair */
const tablesOfPair = ({ user, item }) => ({
  user: /** @type {ForeignTensor} */ (user.weight),
  item: /** @type {ForeignTensor} */ (item.weight),
});

/**
 * The tower's layers with batch normalisations folded in, the user's columns first.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Blocks} blocks
 */
function towerLayers(checkpoint, { concat = "user-item" }, { mlp, tower }) {
  const { dense, pending, notes } = foldedChain(mlp ? tower : [], checkpoint);
  const layers = dense.map(({ weight, bias }, k) => ({
    weight: k === 0 && mlp && concat === "item-user" ? rotated(weight, widthOf(mlp.item)) : weight,
    bias: bias ?? { shape: [weight.shape[0]], values: new Float32Array(weight.shape[0]) },
  }));
  return { layers, pending, notes };
}

/**
 * The biases that have a value per row of a table, and a global one, which only a model without an
 * output layer has.
 *
 * @param {Layer[]} own
 * @param {Blocks} blocks
 * @param {{ user?: Layer, item?: Layer }} biases
 * @param {Layer | undefined} output
 */
function biasesOf(own, { gmf, mlp, tower }, { user, item }, output) {
  const items = (gmf ?? mlp)?.item;
  const isItemBias = item && items && rowsOf(item) === rowsOf(items);
  const isUserBias = user && gmf && rowsOf(user) === rowsOf(gmf.user);
  const taken = [gmf?.user, gmf?.item, mlp?.user, mlp?.item, ...tower];
  if (isItemBias) taken.push(item);
  if (isUserBias) taken.push(user);
  const isGlobal = (/** @type {Layer} */ layer) =>
    layer.weight?.values.length === 1 && !taken.includes(layer) && !sideOf(layer.path);
  return {
    user: isUserBias ? user : undefined,
    item: isItemBias ? item : undefined,
    global: output ? undefined : own.find(isGlobal),
  };
}

/**
 * Activation and output function: as stated, as found, or as assumed.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Blocks} blocks
 */
function describe(blueprint, { classes }, options, { mlp, tower }) {
  const { description, notes } = blueprint;
  const found = towerActivation(tower, classes);
  description.activation = options.activation ?? found ?? "relu";
  if (mlp && !options.activation && !found)
    notes.push("the tower's activation is taken as relu; --activation overrides it");
  if (options.output) {
    description.output = options.output;
    return;
  }
  const isRating = looksLikeRatings(blueprint);
  description.output = isRating ? "identity" : "sigmoid";
  const assumed = isRating
    ? "identity, a rating: the scores lie where ratings do"
    : "sigmoid, the probability of an interaction";
  notes.push(`the output is taken as ${assumed}; --output-function overrides it`);
}

/**
 * The activation of a pickled module's tower.
 *
 * @param {Layer[]} tower
 * @param {Map<string, string>} classes
 */
function towerActivation(tower, classes) {
  const found = new Set(
    tower
      .filter(isDense)
      .map(({ path }) => activationBehind(path, classes))
      .filter((name) => name !== undefined),
  );
  if (found.size < 2) return [...found][0];
  const expected = "one for all layers of the tower";
  throw new PocketrecError("unsupported", "activation", expected, [...found].join(", "));
}
