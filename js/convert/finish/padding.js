import { USER_TABLES } from "./user-tables.js";

/**
 * Removal of padding rows: rows at the start of the item and user axes that are no item or user.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 */

/** Tensors with a row per item. */
const ITEM_ROWS = [
  ...["gmf.item", "mlp.item", "mlp.item_hidden"],
  ...["item.bias", "item.code", "item.embedding", "item.hidden"],
];

/**
 * The tensors with a row per item, by name.
 *
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Record<string, any>} description
 */
function itemRowTensors(tensors, { tied, features = [] }) {
  const weights = [...tensors.keys()].filter((name) => /^decoder\.\d+\.weight$/.test(name));
  const last = `decoder.${weights.length + (tied ? 1 : 0) - 1}`;
  const tables = features
    .filter((/** @type {any} */ { ids }) => ids === "items")
    .map((/** @type {any} */ { name, table = name }) => `${table}.embedding`);
  return [...ITEM_ROWS, `${last}.weight`, `${last}.bias`, ...new Set(tables)];
}

/**
 * Drops the first rows of every item axis and every user axis.
 *
 * @param {Map<string, ForeignTensor>} tensors changed
 * @param {Record<string, any>} description changed: a feature's own padding row moves
 * @param {number} items rows to drop
 * @param {number} users rows to drop
 */
export function dropPadding(tensors, description, items, users) {
  if (items && description.features)
    description.features = description.features.map((/** @type {any} */ feature) =>
      withMovedPadding(feature, items),
    );
  for (const [names, count, drop] of /** @type {const} */ ([
    [itemRowTensors(tensors, description), items, withoutRows],
    [["encoder.0.weight"], items, withoutColumns],
    [USER_TABLES, users, withoutRows],
  ])) {
    for (const name of names) {
      const tensor = tensors.get(name);
      if (tensor && count) tensors.set(name, drop(tensor, count));
    }
  }
}

/**
 * @param {Record<string, any>} feature
 * @param {number} dropped rows
 */
function withMovedPadding(feature, dropped) {
  const { padding, ...rest } = feature;
  if (feature.ids !== "items" || padding === undefined) return feature;
  return padding < dropped ? rest : { ...rest, padding: padding - dropped };
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} count
 * @returns {ForeignTensor}
 */
function withoutRows({ shape: [rows, ...rest], values }, count) {
  return { shape: [rows - count, ...rest], values: values.slice((count * values.length) / rows) };
}

/**
 * @param {ForeignTensor} tensor
 * @param {number} count
 * @returns {ForeignTensor}
 */
function withoutColumns({ shape: [rows, width], values }, count) {
  const result = new Float32Array(rows * (width - count));
  for (let row = 0; row < rows; row++)
    result.set(values.subarray(row * width + count, (row + 1) * width), row * (width - count));
  return { shape: [rows, width - count], values: result };
}
