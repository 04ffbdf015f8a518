import { PocketrecError } from "../../../../js/common/errors.js";
import { sideOf, wordsOf } from "../../name-hints.js";
import { isDense, isNorm, layersOf, withoutCopies } from "../shared/layers.js";
import { isEmbedding, rowsOf, tablesOf, widthOf } from "./ncf-tables.js";

/**
 * Models that the kernels do not compute, by the names and shapes of their tensors: each is refused
 * with the reason.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 */

/** Most outputs of a layer that are taken for classes. */
const CLASSES_MAX = 20;

const GRAPH_HINT =
  "Give the interactions that it was trained on, --data train.csv (with --users and --items), or " +
  "export the embeddings after propagation under the names user_factors and item_factors";

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {PocketrecError | undefined}
 */
export function unsupportedModel(checkpoint, options) {
  // A library's own layout says what stands in the way.
  if (checkpoint.graph || checkpoint.layers || checkpoint.objects?.size) return undefined;
  const { own: layers } = withoutCopies(layersOf(checkpoint));
  const tables = tablesOf(layers, options);
  const [pair] = [...tables.pairs.values()];
  return (
    sequenceModel(layers) ??
    itemMatrix(layers) ??
    (options.ratings ? undefined : graphModel(layers)) ??
    layerNorm(layers) ??
    (pair &&
      (towerEachSide(layers, pair) ??
        transposedLayers(layers, pair) ??
        sideInputs(layers, tables) ??
        classes(layers, pair)))
  );
}

/**
 * @param {string} subject
 * @param {string} expected
 * @param {string} found
 * @param {string} [hint]
 */
const refusal = (subject, expected, found, hint) =>
  new PocketrecError("unsupported", subject, expected, found, { hint });

/** @param {Layer[]} layers */
function sequenceModel(layers) {
  const patterns = [
    /attention|attn|in_proj|weight_ih_l\d/i,
    /(^|[._/])(pos(ition(al)?)?_?emb|gru|lstm|transformer)/i,
  ];
  const layer = layers.find(({ path }) => patterns.some((pattern) => pattern.test(path)));
  if (!layer) return undefined;
  const found = "another sequence model, such as BERT4Rec, or other names";
  const hint = "docs/from-pytorch.md has the names that are known; --map takes others.";
  return refusal(layer.path, "SASRec or GRU4Rec under known names", found, hint);
}

/** @param {Layer[]} layers */
function itemMatrix(layers) {
  const matrices = layers.filter((layer) => layer.weight?.shape.length === 2);
  const rows = matrices.map(rowsOf)[0] ?? 0;
  if (matrices.length !== 1 || rows < 2 || widthOf(matrices[0]) !== rows) return undefined;
  const found = `an item by item matrix of ${rows} x ${rows}, and other tensors`;
  const hint = "If the matrix is the model: --kind item-item, and --ignore the others.";
  return refusal(matrices[0].path, "a matrix alone, as EASE, SLIM and ItemKNN have", found, hint);
}

/**
 * Embeddings of layer 0 of a graph network, whose scores need the graph.
 * @param {Layer[]} layers
 */
function graphModel(layers) {
  const hasWord = (/** @type {RegExp} */ pattern) => layers.find(({ path }) => pattern.test(path));
  const tables = layers.filter((layer) => isEmbedding(layer));
  const isJoined =
    tables.length === 1 &&
    !sideOf(tables[0].path) &&
    Boolean(hasWord(/^(.*\.)?(alpha|convs?\b.*)$/));
  const named = hasWord(/gcn|(^|[._])gc_\d|ngcf|graph_?conv|weight_dict\.w_/i);
  if (!isJoined && !named) return undefined;
  const subject = (isJoined ? tables[0] : named)?.path ?? "file";
  const found = "those of layer 0 of a graph network (LightGCN): its scores need the graph";
  return refusal(subject, "embeddings whose products are the scores", found, `${GRAPH_HINT}.`);
}

/**
 * Refuses two tables under the names of LightGCN: they may be a matrix factorisation as well.
 *
 * @param {Layer[]} layers
 * @throws {PocketrecError} "unsupported"
 */
export function assertNoGraphNames(layers) {
  const paths = layers.map(({ path }) => path.split(".").at(-1));
  if (layers.length !== 2 || !paths.includes("embedding_user") || !paths.includes("embedding_item"))
    return;
  const found =
    "the names of LightGCN, whose file holds the embeddings of layer 0: its scores need the graph";
  const hint = `${GRAPH_HINT}, or use --kind dot if the scores are the products of these.`;
  throw refusal(layers[0].path, "embeddings whose products are the scores", found, hint);
}

/**
 * A gain and an offset without running statistics.
 * @param {Layer[]} layers
 */
function layerNorm(layers) {
  const layer = layers.find(
    ({ weight, bias, norm }) =>
      !norm &&
      weight?.shape.length === 1 &&
      bias?.shape.length === 1 &&
      weight.values.length === bias.values.length,
  );
  if (!layer) return undefined;
  const size = layer.weight?.values.length;
  const found = `one of ${size} numbers (a gain and an offset, no running mean)`;
  const hint =
    "Train it with BatchNorm1d, which is folded into the layers, or without a norm; " +
    `if the scores do not depend on it: --ignore ${layer.path}.*.`;
  return refusal(layer.path, "no LayerNorm, which such a model is not computed with", found, hint);
}

/**
 * @param {Layer[]} layers
 * @param {import("./ncf-tables.js").LayerPair} pair
 */
function towerEachSide(layers, pair) {
  const towers = layers.filter((layer) => isDense(layer) && layer.bias);
  const of = (/** @type {string} */ side) => towers.find(({ path }) => sideOf(path) === side);
  const [user, item] = [of("user"), of("item")];
  if (
    !user ||
    !item ||
    widthOf(user) !== widthOf(pair.user) ||
    widthOf(item) !== widthOf(pair.item)
  )
    return undefined;
  const found = `a tower a side (${user.path}, ${item.path}), whose outputs are multiplied`;
  const hint =
    "Compute both towers' outputs for all rows in your framework, and export them under the " +
    "names user_factors and item_factors.";
  return refusal("file", "one tower over the user and the item", found, hint);
}

/**
 * Matrices that follow one another from the embeddings to one score, if their inputs come first.
 *
 * @param {Layer[]} layers
 * @param {import("./ncf-tables.js").LayerPair} pair
 */
function transposedLayers(layers, { user, item }) {
  const dense = layers.filter(
    (layer) => isDense(layer) && layer !== user && layer !== item && !layer.isTransposed,
  );
  const inputs = [widthOf(user) + widthOf(item), ...dense.map(widthOf)];
  const isChain = dense.every((layer, k) => rowsOf(layer) === inputs[k]);
  const last = dense.at(-1);
  if (!last || !isChain || widthOf(last) !== 1) return undefined;
  const found = dense.map(({ path, weight }) => `${path} [${weight?.shape.join(", ")}]`).join(", ");
  const hint =
    'Name the tensors with --map: { "name": "NAME", "transpose": true } turns one ' +
    "(pocketrec-cli convert --help).";
  return refusal(dense[0].path, "matrices [outputs, inputs]", `[inputs, outputs]: ${found}`, hint);
}

/**
 * Tables and layers beside the user's and the item's: side features.
 *
 * @param {Layer[]} layers
 * @param {ReturnType<typeof tablesOf>} tables
 */
function sideInputs(layers, { pairs, all }) {
  const dense = layers.filter((layer) => isDense(layer) && !all.has(layer) && !isEmbedding(layer));
  const others = layers.filter((layer) => isEmbedding(layer) && !all.has(layer));
  const pair = pairs.get("mlp") ?? [...pairs.values()][0];
  const inputs = widthOf(pair.user) + widthOf(pair.item);
  const first = dense.find((layer) => widthOf(layer) > inputs);
  const widths = dense.map(rowsOf);
  // A layer that takes no layer's outputs, and gives columns to the first one.
  const contents = dense.filter(
    (layer) =>
      layer !== first &&
      first &&
      widthOf(layer) !== inputs &&
      !widths.includes(widthOf(layer)) &&
      wordsOf(layer.path).some(
        (word) => !/^(fc|mlp|layers?|linear|dense|output|out|net)$/.test(word),
      ),
  );
  const sides = [...others, ...contents].map(
    (layer) => `${layer.path} [${layer.weight?.shape.join(", ")}]`,
  );
  if (!sides.length) return undefined;
  const names = sides.join(", ");
  if (!first) return refusal("file", "a user and an item alone", `side features: ${names}`);
  const own = `${pair.user.path} and ${pair.item.path}`;
  const third = sides.length === 1 ? "a third input" : "further inputs";
  const found = `${widthOf(first)}: ${names} gives ${third}`;
  const hint = "Side features are not computed by gmf, mlp and neumf.";
  return refusal(first.path, `${inputs} inputs, those of ${own}`, found, hint);
}

/**
 * A last layer with an output a class.
 *
 * @param {Layer[]} layers
 * @param {import("./ncf-tables.js").LayerPair} pair
 */
function classes(layers, pair) {
  const dense = layers.filter(
    (layer) => isDense(layer) && !isNorm(layer) && layer !== pair.user && layer !== pair.item,
  );
  const last = dense.at(-1);
  const rows = Number(last && rowsOf(last));
  const hasScore = dense.some((layer) => rowsOf(layer) === 1);
  if (!last || hasScore || rows < 2 || rows > CLASSES_MAX) return undefined;
  const found = `${rows}: a class each, as of a softmax over ${rows} ratings`;
  return refusal(last.path, "one output", found, "Train it with one output, the rating.");
}
