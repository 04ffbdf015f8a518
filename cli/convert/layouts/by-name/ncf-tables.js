import { blockOf, isBias, sideOf, wordsOf } from "../../name-hints.js";

/**
 * The embedding tables of a GMF, MLP or NeuMF among the layers of a checkpoint.
 *
 * @typedef {import("../shared/layers.js").Layer} Layer
 * @typedef {import("../../blueprint.js").LayoutOptions} LayoutOptions
 * @typedef {{ user: Layer, item: Layer }} LayerPair the tables of both sides
 * @typedef {"user" | "item"} Side
 */

/** @param {Layer} [layer] */
export const widthOf = (layer) => layer?.weight?.shape[1] ?? 0;

/** @param {Layer} layer */
export const rowsOf = ({ weight }) => weight?.shape[0];

/** Whether a layer is a table [rows, width]. @param {Layer} layer */
const isTable = ({ weight, bias, norm, isTransposed }) =>
  weight?.shape.length === 2 && !bias && !norm && !isTransposed;

/** Whether a layer is a table, by its name too. @param {Layer} layer */
export const isEmbedding = (layer) =>
  isTable(layer) &&
  wordsOf(layer.path).some((word) => /^(emb.*|factors?|lookup|table)$/.test(word));

/** A number a row: a vector, or a table of width 1. @param {Layer} layer */
const isColumn = ({ weight }) => weight?.shape.length === 1 || weight?.shape[1] === 1;

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
  // The shortest names first: user_emb is the users' table, user_gender_emb is not.
  const sorted = [...layers].sort((a, b) => wordsOf(a.path).length - wordsOf(b.path).length);
  for (const layer of sorted) {
    const side = sides.of(layer);
    if (!side || layer.bias || layer.norm || layer.isTransposed) continue;
    if (isColumn(layer)) {
      if (isBias(layer.path) || sides.isNameless) biases[side] ??= layer;
    } else if (isTable(layer)) {
      const block = blockOf(layer.path) ?? "";
      const pair = found.get(block) ?? {};
      pair[side] ??= layer;
      found.set(block, pair);
    }
  }
  const pairs = new Map([...found].filter(([, { user, item }]) => user && item));
  const all = new Set(
    [...pairs.values(), biases]
      .flatMap(({ user, item }) => [user, item])
      .filter((layer) => layer !== undefined),
  );
  const complete = /** @type {Map<string, LayerPair>} */ (pairs);
  return { pairs: complete, biases, all, guess: sides.guess };
}

/**
 * The side of each table: by its name. Of two tables without hints (Keras' embedding and
 * embedding_1) the number of items decides, or --user-table, else the first is the users'. Tables
 * of width 1 are biases, of the side that has as many rows.
 *
 * @param {Layer[]} layers
 * @param {LayoutOptions} options
 * @returns {{ of: (layer: Layer) => Side | undefined, isNameless: boolean, guess?: Layer[] }}
 *   guess: the tables, the users' first, if nothing tells
 */
function sidesOf(layers, { items, userTable }) {
  const nameless = layers.filter((layer) => isTable(layer) && isEmbedding(layer));
  const [wide, narrow] = [false, true].map((isNarrow) =>
    nameless.filter((layer) => isColumn(layer) === isNarrow),
  );
  const isKnown = layers.some((layer) => layer.weight && sideOf(layer.path));
  if (isKnown || wide.length !== 2 || ![0, 2].includes(narrow.length))
    return { of: ({ path }) => sideOf(path), isNameless: false };
  const rows = wide.map(rowsOf);
  const stated = wide.find(({ path, names }) => [path, ...names].includes(String(userTable)));
  const user = stated ?? (rows[0] === items && rows[1] !== items ? wide[1] : wide[0]);
  const item = /** @type {Layer} */ (wide.find((layer) => layer !== user));
  const userBias =
    rows[0] === rows[1]
      ? narrow[wide.indexOf(user)]
      : narrow.find((layer) => rowsOf(layer) === rowsOf(user));
  const isSettled = stated || (rows.includes(items) && rows[0] !== rows[1]);
  return {
    of: (layer) => {
      if (layer === user || layer === userBias) return "user";
      return layer === item || narrow.includes(layer) ? "item" : undefined;
    },
    isNameless: true,
    guess: isSettled ? undefined : [user, item],
  };
}
