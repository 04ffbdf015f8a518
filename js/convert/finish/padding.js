import { USER_TABLES } from "./user-tables.js";

/**
 * Where items are in a model's tensors, to take rows away that stand for none.
 *
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 */

const ROWS = [
  "gmf.item",
  "mlp.item",
  "mlp.item_hidden",
  "item.bias",
  "item.code",
  "item.embedding",
  "item.hidden",
];

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {Record<string, any>} description
 * @returns {{ rows: string[], columns: string[] }} names of those with a row an item, and with a
 *   column an item
 */
function itemAxes(tensors, { tied, features = [] }) {
  const decoders =
    [...tensors.keys()].filter((name) => /^decoder\.\d+\.weight$/.test(name)).length +
    (tied ? 1 : 0);
  const last = `decoder.${decoders - 1}`;
  const tables = features
    .filter((/** @type {any} */ { ids }) => ids === "items")
    .map((/** @type {any} */ { name, table = name }) => `${table}.embedding`);
  return {
    rows: [...ROWS, `${last}.weight`, `${last}.bias`, ...new Set(tables)],
    columns: ["encoder.0.weight"],
  };
}

/**
 * Takes rows from the beginning of every item axis and every user axis.
 *
 * @param {Map<string, ForeignTensor>} tensors changed
 * @param {Record<string, any>} description changed: a feature's own padding goes with its row
 * @param {number} items
 * @param {number} users
 */
export function dropPadding(tensors, description, items, users) {
  const { rows, columns } = itemAxes(tensors, description);
  if (items && description.features) {
    description.features = description.features.map((/** @type {any} */ feature) => {
      const { padding, ...rest } = feature;
      if (feature.ids !== "items" || padding === undefined) return feature;
      return padding < items ? rest : { ...rest, padding: padding - items };
    });
  }
  for (const [names, count, drop] of /** @type {const} */ ([
    [rows, items, withoutRows],
    [columns, items, withoutColumns],
    [USER_TABLES, users, withoutRows],
  ])) {
    for (const name of names) {
      const tensor = tensors.get(name);
      if (tensor && count) tensors.set(name, drop(tensor, count));
    }
  }
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
  const kept = new Float32Array(rows * (width - count));
  for (let row = 0; row < rows; row++)
    kept.set(values.subarray(row * width + count, (row + 1) * width), row * (width - count));
  return { shape: [rows, width - count], values: kept };
}
