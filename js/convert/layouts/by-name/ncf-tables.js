import { blockOf, isBias, sideOf, wordsOf } from "../../name-hints.js";

/**
 * The embedding tables of a GMF, MLP or NeuMF among the layers of a checkpoint.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {{ user: Layer, item: Layer }} LayerPair the tables of both sides
 */

/** @param {Layer} [layer] */
export const widthOf = (layer) => layer?.weight?.shape[1] ?? 0;

/** @param {Layer} layer */
export const rowsOf = ({ weight }) => weight?.shape[0];

/** Whether a layer is a table [rows, width]. @param {Layer} layer */
const isTable = ({ weight, bias, norm, isTransposed }) =>
  weight?.shape.length === 2 && !bias && !norm && !isTransposed;

/**
 * The embedding tables of both sides by block ("" if the names give none), and their biases.
 *
 * @param {Layer[]} layers
 * @param {LayoutOptions} options
 */
export function tablesOf(layers, options) {
  /** @type {Map<string, Partial<LayerPair>>} */
  const found = new Map();
  /** @type {{ user?: Layer, item?: Layer }} */
  const biases = {};
  const sides = sidesOf(layers, options);
  for (const layer of layers) {
    const side = sides.of(layer);
    const { shape } = layer.weight ?? { shape: [] };
    if (!side || layer.bias || layer.norm || layer.isTransposed) continue;
    if (shape.length === 1 || (isBias(layer.path) && shape[1] === 1)) biases[side] ??= layer;
    else if (isTable(layer)) {
      const block = blockOf(layer.path) ?? "";
      const pair = found.get(block) ?? {};
      pair[side] ??= layer;
      found.set(block, pair);
    }
  }
  const pairs = new Map([...found].filter(([, { user, item }]) => user && item));
  const all = new Set(
    [...found.values(), biases]
      .flatMap(({ user, item }) => [user, item])
      .filter((layer) => layer !== undefined),
  );
  const complete = /** @type {Map<string, LayerPair>} */ (pairs);
  return { pairs: complete, biases, all, isGuess: sides.isGuess };
}

/**
 * The side of each table: by its name. Of two tables without hints (Keras' embedding and
 * embedding_1) the number of items decides, else the first is the users'.
 *
 * @param {Layer[]} layers
 * @param {LayoutOptions} options
 * @returns {{ of: (layer: Layer) => "user" | "item" | undefined, isGuess: boolean }}
 */
function sidesOf(layers, { items }) {
  const nameless = layers.filter(
    (layer) => isTable(layer) && wordsOf(layer.path).some((word) => word.startsWith("emb")),
  );
  if (layers.some(({ path }) => sideOf(path)) || nameless.length !== 2)
    return { of: ({ path }) => sideOf(path), isGuess: false };
  const [first, second] = nameless;
  const rows = nameless.map(({ weight }) => weight?.shape[0]);
  const user = rows[0] === items && rows[1] !== items ? second : first;
  return {
    of: (layer) => (layer === user ? "user" : nameless.includes(layer) ? "item" : undefined),
    isGuess: !rows.includes(items),
  };
}
