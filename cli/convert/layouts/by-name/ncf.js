import { PocketrecError } from "../../../../js/common/errors.js";
import { UNUSED, emptyBlueprint } from "../../blueprint.js";
import { rotated } from "../../matrix.js";
import { isGlobalMean } from "../../name-hints.js";
import { activationsBehind, compactActivations, statedActivations } from "../shared/activations.js";
import { assumeActivation, assumeNorms, assumed } from "../shared/assume.js";
import { foldedChain, normalizedBefore } from "../shared/batch-norm.js";
import { isDense, isNorm, layersOf, withoutCopies } from "../shared/layers.js";
import { ncfKind, ncfTensors } from "../shared/ncf-tensors.js";
import { blocksOf } from "./ncf-blocks.js";
import { assumeOrder, inStatedOrder } from "./layer-order.js";
import { isEmbedding, rowsOf, tablesOf, widthOf } from "./ncf-tables.js";
import { looksLikeRatings } from "./rating-output.js";
import { assertNoGraphNames } from "./unsupported.js";

/**
 * GMF, MLP and NeuMF by the names and shapes of their tensors: the many PyTorch implementations
 * (embed_user_GMF, embedding_user_mf, user_mf_embedding, ...), the NCF authors' weight files,
 * RecBole, and matrix factorisation with or without biases and a global mean.
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

const KINDS = ["gmf", "mlp", "neumf"];

/** @type {import("../../blueprint.js").Layout} */
export function ncfLayout(checkpoint, options) {
  // Another kind was asked for: not one of these.
  if (options.kind !== undefined && !KINDS.includes(options.kind)) return undefined;
  const { own, copies } = withoutCopies(layersOf(checkpoint));
  const tables = tablesOf(own, options);
  if (!tables.pairs.size) return undefined;
  const others = own.filter(
    (layer) => !tables.all.has(layer) && !isEmbedding(layer) && (isDense(layer) || isNorm(layer)),
  );
  const output = others.filter((layer) => isDense(layer) && rowsOf(layer) === 1).at(-1);
  const hidden = others.filter((layer) => layer !== output);
  const found = blocksOf(tables.pairs, hidden, output, checkpoint, options);
  if (!found) return undefined;
  const blocks = { ...found, tower: inStatedOrder(found.tower, options) };
  if (options.kind === undefined) assertNoGraphNames(own);
  return build(checkpoint, options, { own, copies, tables, blocks, output });
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
  for (const { names } of copies)
    for (const name of names)
      blueprint.unused.set(name, "of a model inside this one, which it was made from");
  for (const { names } of blocks.untrained?.layers ?? [])
    for (const name of names) blueprint.unused.set(name, blocks.untrained?.reason ?? "");
  if (blocks.untrained?.isAssumed)
    blueprint.assumptions.push(assumed("block", blocks.kind, [blocks.kind], "--kind"));
  notePadding(blueprint, options, blocks);
  if (tables.guess) assumeTables(blueprint, tables.guess);
  assumeOrders(blueprint, checkpoint, options, found);
  for (const { names } of own)
    for (const name of names)
      if (!blueprint.used.has(name) && !blueprint.unused.has(name))
        blueprint.unused.set(name, UNUSED.model);
  assertKind(blueprint, options);
  return blueprint;
}

/**
 * The tensors, with the orders of halves and blocks, activation and output as they are stated,
 * found or assumed.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @param {Found} found
 */
function assumeOrders(blueprint, checkpoint, options, found) {
  const { own, blocks } = found;
  const { assumptions } = blueprint;
  const { names, known } = towerActivations(blocks, checkpoint, options);
  blueprint.description.activation = compactActivations(names);
  if (known.includes(undefined)) assumptions.push(assumeActivation(names, known));
  assumptions.push(...assumeOrder(blocks.tower, options));
  if (blocks.mlp && !options.concat)
    assumptions.push(assumed("concat", "user-item", ["user-item", "item-user"], "--concat"));
  let isMlpFirst = false;
  if (blocks.kind === "neumf") {
    isMlpFirst = options.join ? options.join === "mlp-gmf" : hasMlpFirst(own);
    const value = isMlpFirst ? "mlp-gmf" : "gmf-mlp";
    if (!options.join) assumptions.push(assumed("join", value, ["gmf-mlp", "mlp-gmf"], "--join"));
  }
  putTensors(blueprint, checkpoint, options, found, isMlpFirst);
  describeOutput(blueprint, options);
}

/**
 * A first row of zeros in both tables is that of padding (padding_idx=0), no user and no item.
 *
 * @param {Blueprint} blueprint changed
 * @param {LayoutOptions & { padding?: number }} options
 * @param {Blocks} blocks
 */
function notePadding({ notes }, { padding }, { gmf, mlp }) {
  const pair = mlp ?? gmf;
  const isZero = (/** @type {Layer} */ { weight }) =>
    weight?.values.subarray(0, weight.shape[1]).every((value) => value === 0);
  if (padding === undefined && pair && isZero(pair.item))
    notes.push(
      `row 0 of ${pair.item.path} is zero, as that of padding is: --padding 1 removes the first ` +
        "row of users and items",
    );
}

/**
 * @param {Blueprint} blueprint changed
 * @param {Layer[]} guess the tables that no name tells apart, the users' first
 */
function assumeTables({ assumptions, notes }, [user, item]) {
  assumptions.push(assumed("users", user.path, [user.path, item.path], "--user-table"));
  notes.push(
    "no name tells users from items: the first table is taken as the users'; " +
      "--items FILE tells which table has a row per item",
  );
}

/**
 * Refuses a kind that is not that of the file. A bias of the user makes an MLP a NeuMF.
 *
 * @param {Blueprint} blueprint
 * @param {LayoutOptions} options
 * @throws {PocketrecError} "bad-argument"
 */
function assertKind({ kind, tensors }, { kind: stated }) {
  if (stated === undefined || stated === kind) return;
  if (stated === "mlp" && kind === "neumf" && tensors.get("gmf.item")?.shape[1] === 1) return;
  throw new PocketrecError("bad-argument", "--kind", kind, stated);
}

/**
 * Whether the code that the names are of joins the tower's output before the product, as
 * yihong-chen's and its descendants do.
 *
 * @param {Layer[]} own
 */
function hasMlpFirst(own) {
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
  const { layers, pending, notes, assumptions } = towerLayers(checkpoint, options, blocks);
  blueprint.notes.push(...notes);
  blueprint.assumptions.push(...assumptions);
  let last = /** @type {Dense | undefined} */ (output);
  if (last && isMlpFirst)
    last = { bias: last.bias, weight: rotated(last.weight, widthOf(output) - g) };
  if (last && pending) last = normalizedBefore(last, pending, g);
  const biases = biasesOf(own, blocks, tables.biases);
  // Without an output layer the score is a plain inner product.
  const weight = last?.weight.values ?? new Float32Array(g).fill(1);
  const product = gmf && { ...tablesOfPair(gmf), weight: weight.subarray(0, g) };
  const added = [last?.bias, biases.global?.weight ?? biases.global?.bias].flatMap((tensor) =>
    tensor ? [...tensor.values] : [],
  );
  blueprint.tensors = ncfTensors({
    products: product ? [product] : [],
    tower: mlp && { ...tablesOfPair(mlp), layers },
    towerWeight: weight.subarray(g),
    outputBias: added.length ? [added.reduce((sum, value) => sum + value, 0)] : undefined,
    userBias: biases.user?.weight?.values,
    itemBias: biases.item?.weight?.values,
  });
  blueprint.kind = ncfKind(blueprint.tensors);
  const used = [gmf?.user, gmf?.item, mlp?.user, mlp?.item, ...blocks.tower, output];
  for (const layer of [...used, biases.user, biases.item, biases.global])
    for (const name of layer?.names ?? []) blueprint.used.add(name);
  // But beside both biases, a single number may be anything that its name does not say.
  const hasBoth = biases.user && biases.item;
  if (biases.global && (output || !hasBoth))
    blueprint.assumptions.push(assumed("added", biases.global.path, [biases.global.path]));
  if (!output && hasBoth && !biases.global && options.globalMean === undefined)
    blueprint.assumptions.push(assumed("mean", 0, [0], "--global-mean"));
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
function towerLayers(checkpoint, options, { mlp, tower }) {
  const { concat = "user-item" } = options;
  const chain = mlp ? tower : [];
  const { dense, pending, notes } = foldedChain(chain, checkpoint, options);
  const layers = dense.map(({ weight, bias }, k) => ({
    weight: k === 0 && mlp && concat === "item-user" ? rotated(weight, widthOf(mlp.item)) : weight,
    bias: bias ?? { shape: [weight.shape[0]], values: new Float32Array(weight.shape[0]) },
  }));
  return { layers, pending, notes, assumptions: assumeNorms(chain, checkpoint, options) };
}

/**
 * The biases that have a value per row of a table, and a global one.
 *
 * @param {Layer[]} own
 * @param {Blocks} blocks
 * @param {{ user?: Layer, item?: Layer }} biases
 */
function biasesOf(own, { gmf, mlp, tower }, { user, item }) {
  const pair = gmf ?? mlp;
  const isItemBias = item && pair && rowsOf(item) === rowsOf(pair.item);
  const isUserBias = user && pair && rowsOf(user) === rowsOf(pair.user);
  const taken = [user, item, ...tower];
  const isGlobal = (/** @type {Layer} */ layer) => {
    const { weight, bias, norm, path } = layer;
    const number = weight ?? bias;
    const isOne = number?.values.length === 1 && !(weight && bias) && !norm;
    return isOne && (number?.shape.length ?? 0) < 2 && !taken.includes(layer) && isGlobalMean(path);
  };
  return {
    user: isUserBias ? user : undefined,
    item: isItemBias ? item : undefined,
    global: own.find(isGlobal),
  };
}

/**
 * The output function: as stated, or as assumed by where the scores lie.
 *
 * @param {Blueprint} blueprint changed
 * @param {LayoutOptions} options
 */
function describeOutput(blueprint, { output }) {
  const { description, assumptions } = blueprint;
  description.output = output ?? (looksLikeRatings(blueprint) ? "identity" : "sigmoid");
  if (!output)
    assumptions.push(
      assumed("output", String(description.output), ["sigmoid", "identity"], "--output-function"),
    );
}

/**
 * The activations of the tower: as stated, as the classes of a pickled module say, or relu.
 *
 * @param {Blocks} blocks
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function towerActivations({ kind, tower }, { classes }, options) {
  const dense = tower.filter(isDense);
  const stated = statedActivations(options, kind, dense.length);
  if (stated) return { names: stated, known: stated };
  return activationsBehind(dense, classes, options.usualActivation ?? "relu");
}
